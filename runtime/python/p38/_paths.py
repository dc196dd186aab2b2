"""Paths, as far as they are known, and whether they lead to the kernel's files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from p38 import _folding
from p38._dangers import FETCHERS
from p38._values import NOTHING, constants, known_start

if TYPE_CHECKING:
    import ast

    from p38._flow import Flow

_NUMBERED = ("/dev/fd/", "//dev/fd/")


def path_of(flow: Flow, parts: list, node: ast.AST, kind: str = "path") -> frozenset:
    """Join the parts of a path, as far as they are known."""
    text = ""
    for values in parts:
        part = known_start(values)
        if part is None:
            break
        text = part if part.startswith("/") else f"{text}/{part}" if text else part
    if not text or len(text) > _folding.TEXT:
        return NOTHING
    _see_kernel_file(flow, text, node)
    return frozenset(((kind, text),))


def see_opened(flow: Flow, path: str, given: list, node: ast.AST) -> None:
    """Note what is opened where that counts: the kernel's files, and addresses."""
    for text in [text for values in given for text in _starts(values)]:
        _see_kernel_file(flow, text, node)
        if path in FETCHERS and text.lower().startswith(("http:", "https:", "ftp:")):
            flow.see("own-network", node, path)


def _starts(values: frozenset) -> list[str]:
    """Give the beginnings of all texts among some values, and of those in lists among them."""
    found = []
    for kind, held, *_ in values:
        if kind in ("open", "path") or (kind == "const" and isinstance(held, str)):
            found.append(held)
        elif kind == "seq":
            found += [text for inner in held if (text := known_start(inner)) is not None]
    return found


def see_number(flow: Flow, path: str, values: frozenset, node: ast.AST) -> None:
    """Note an open file that is taken by its number, but those of input, output and errors."""
    for number in constants(values):
        if isinstance(number, int) and number > 2:
            flow.see("descriptor", node, f"{path}({number})")


def _see_kernel_file(flow: Flow, text: str, node: ast.AST) -> None:
    """Note a path that leads to the kernel's files."""
    if text.startswith("/"):
        parts = _folding.call("os.path.normpath", [text]) or text
        top = "/" + parts.lstrip("/").partition("/")[0]
        if top in ("/proc", "/sys"):
            flow.see("proc-files", node, top)
        elif f"{parts}/".startswith(_NUMBERED):
            flow.see("proc-files", node, "/dev/fd")
