"""Paths, as far as they are known, and whether they lead to the kernel's files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from p38 import _folding
from p38._values import NOTHING, known_start

if TYPE_CHECKING:
    import ast

    from p38._flow import Flow


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
    see_kernel_file(flow, text, node)
    return frozenset(((kind, text),))


def see_kernel_file(flow: Flow, text: str | None, node: ast.AST) -> None:
    if text and text.startswith("/"):
        parts = _folding.call("os.path.normpath", [text]) or text
        top = "/" + parts.lstrip("/").partition("/")[0]
        if top in ("/proc", "/sys"):
            flow.see("proc-files", node, top)
