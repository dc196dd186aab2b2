"""Tells which programs following cannot find anything in, so that most need one look only."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from p38._dangers import (
    ATTRIBUTES,
    BLOCKING,
    BY_NUMBER,
    FETCHERS,
    HELD,
    NAMED,
    OPENERS,
    SAME,
    SENSITIVE,
    WHOLE,
)

if TYPE_CHECKING:
    from p38._flow import Flow

# One of these stands in every program in which following could find anything.
_FIRST_NAMES = {
    *("__builtins__", "__loader__", "__spec__", "getattr", "vars", "locals", "setattr"),
    *(path[9:] for path in (*NAMED, *BLOCKING, *OPENERS) if path.startswith("builtins.")),
}
_FIRST_MODULES = {
    *(path.partition(".")[0] for path in (*WHOLE, *NAMED, *BLOCKING, *OPENERS, *SENSITIVE)),
    *(path.partition(".")[0] for path in (*BY_NUMBER, *FETCHERS, *SAME, *SAME.values())),
}
_FIRST_ATTRIBUTES = {*ATTRIBUTES, *HELD, "__dict__", "__getattribute__", "get_field"}


def is_quiet(flow: Flow) -> bool:
    """Tell whether a program holds nothing with which following could begin to find anything."""
    return not (
        any(node.id in _FIRST_NAMES for node in flow.of(ast.Name))
        or any(
            node.attr in _FIRST_ATTRIBUTES or node.attr.lstrip("_") in HELD
            for node in flow.of(ast.Attribute)
        )
        or any(
            isinstance(node.value, str) and "__" in node.value and "{" in node.value
            for node in flow.of(ast.Constant)
        )
        or any(
            alias.name.partition(".")[0] in _FIRST_MODULES
            for node in flow.of(ast.Import)
            for alias in node.names
        )
        or any(
            (node.module or "").partition(".")[0] in _FIRST_MODULES
            or any(alias.name.lstrip("_") in HELD for alias in node.names)
            for node in flow.of(ast.ImportFrom)
        )
    )
