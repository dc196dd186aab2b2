"""Tells which programs following cannot find anything in, so that most need one look only."""

from __future__ import annotations

import ast

from p38._dangers import ATTRIBUTES, BLOCKING, HELD, NAMED, OPENERS, SENSITIVE, WHOLE

# One of these stands in every program in which following could find anything.
_FIRST_NAMES = {
    *("__builtins__", "__loader__", "__spec__", "getattr", "vars", "locals", "setattr"),
    *(path[9:] for path in (*NAMED, *BLOCKING, *OPENERS) if path.startswith("builtins.")),
}
_FIRST_MODULES = {
    *(path.partition(".")[0] for path in (*WHOLE, *NAMED, *BLOCKING, *OPENERS, *SENSITIVE)),
    *("operator", "posix", "nt", "functools"),
}
_FIRST_ATTRIBUTES = {*ATTRIBUTES, *HELD, "__dict__", "__getattribute__"}


def is_quiet(nodes: list[ast.AST]) -> bool:
    """Tell whether a program holds nothing with which following could begin to find anything."""
    for node in nodes:
        kind = type(node)
        if kind is ast.Name:
            if node.id in _FIRST_NAMES:
                return False
        elif kind is ast.Attribute:
            if node.attr in _FIRST_ATTRIBUTES or node.attr.lstrip("_") in HELD:
                return False
        elif kind is ast.Constant:
            if isinstance(node.value, str) and "__" in node.value and "{" in node.value:
                return False
        elif kind is ast.Import:
            if any(alias.name.partition(".")[0] in _FIRST_MODULES for alias in node.names):
                return False
        elif kind is ast.ImportFrom:
            if (node.module or "").partition(".")[0] in _FIRST_MODULES:
                return False
            if any(alias.name.lstrip("_") in HELD for alias in node.names):
                return False
    return True
