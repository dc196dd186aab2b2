"""Mode ``check``: reads the program with ``ast``.

Nothing of it is executed, and nothing that it imports is imported.
"""

from __future__ import annotations

import ast
import os
import re

from p38 import _contract, _deadline, _imports, _security, _tool_uses
from p38._finding import finding
from p38._flow import Flow

# More could need more memory than a check has: a tree takes up to 1,000 times the text's room.
SOURCE_BYTES = 128 * 1024
FINDINGS = 200
NAMES = ("agent.py", "test_agent.py")
_TOO_DEEP = "The program is nested too deeply, or too tangled, to be read."
_CODING = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")


def check(app: str) -> dict:
    """Check ``agent.py``, and ``test_agent.py`` where there is one.

    Returns:
        The parameters of ``p38/findings``.
    """
    sources = {}
    for name in NAMES:
        path = os.path.join(app, name)
        if name == NAMES[0] or os.path.exists(path):
            with open(path, "rb") as file:
                # One byte more than is taken tells that there are more; how many, the file does.
                source = file.read(SOURCE_BYTES + 1)
            sources[name] = source, os.path.getsize(path)
    return check_sources(sources)


def check_sources(
    sources: dict[str, tuple[bytes, int]], images: _imports.Images = _imports.NO_IMAGES
) -> dict:
    """Check files by name, content and size.

    Args:
        sources: The files.
        images: The Python images there are.

    Returns:
        The parameters of ``p38/findings``.
    """
    findings: list[dict] = []
    uses = _tool_uses.Uses()
    try:
        with _deadline.limit():
            for name, (source, size) in sources.items():
                found: list[dict] = []
                try:
                    _check_file(source, size, name != NAMES[0], images, found, uses)
                finally:
                    findings += [{**one, "file": name} for one in _first(found)]
    except (_deadline.TooLong, MemoryError):
        findings.append({**_security.too_tangled(), "file": name})
    return {
        "findings": findings,
        "tools": uses.tools,
        "hosts": uses.hosts,
        "channels": uses.channels,
    }


def _check_file(source: bytes, size: int, is_test: bool, images, found: list, uses) -> None:
    """Check one file; what is found so far counts, too, when this comes to no end."""
    tree, text, wrong = parse(source, size)
    found += wrong
    said = _security.check_text(text)
    found += said
    if tree is None:
        return
    flow = Flow(tree)
    found += _imports.check(flow, is_test, images)
    found += _security.check(flow, said, is_test)
    if not is_test:
        found += _contract.check(tree, flow)
        found += uses.read(flow)


def _first(found: list[dict]) -> list[dict]:
    found.sort(key=lambda one: one["line"] or 0)
    if len(found) > FINDINGS:
        more = f"There are {len(found) - FINDINGS:,} more findings in this file."
        found[FINDINGS:] = [finding("more", None, more)]
    return found


def parse(source: bytes, size: int) -> tuple[ast.Module | None, str, list[dict]]:
    """Read a file's syntax tree.

    Returns:
        The tree and the text; without a tree, what is wrong, and as much text as could be read.
    """
    text = ""
    if size > SOURCE_BYTES:
        too_large = f"A program has at most {SOURCE_BYTES:,} bytes; this has {size:,}."
        return None, text, [finding("size", None, too_large)]
    if (at := source.find(b"\0")) >= 0:
        return (
            None,
            text,
            [finding("syntax", _line(source, at), "There is a null byte in the program.")],
        )
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return (
            None,
            text,
            [finding("syntax", _line(source, error.start), "The program is not UTF-8.")],
        )
    for number, line in enumerate(source.splitlines()[:2], 1):
        # Another encoding could hide code from whoever reads the file as UTF-8.
        declared = _CODING.match(line)
        if declared and declared[1].lower().replace(b"_", b"-") not in (
            b"utf-8",
            b"utf8",
            b"utf-8-sig",
        ):
            return (
                None,
                text,
                [finding("syntax", number, "A program is UTF-8; remove the coding line.")],
            )
    try:
        tree = ast.parse(text)
        # The compiler finds what the grammar allows, such as a return outside a function.
        compile(tree, "agent.py", "exec", dont_inherit=True, optimize=0)
    except SyntaxError as error:
        return None, text, [finding("syntax", error.lineno, f"{error.msg}.")]
    except (RecursionError, MemoryError):
        return None, text, [finding("syntax", None, _TOO_DEEP)]
    except ValueError as error:
        return None, text, [finding("syntax", None, f"{error}.")]
    return tree, text, []


def _line(source: bytes, offset: int) -> int:
    return source.count(b"\n", 0, offset) + 1
