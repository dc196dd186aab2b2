"""Imports that will not be there when the program runs."""

from __future__ import annotations

import ast
import functools
import importlib.util
import sys
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING, NamedTuple

from p38._finding import finding

if TYPE_CHECKING:
    from p38._flow import Flow

RULE = "import-missing"
LIBRARY = {"p38": {"Handoff", "Note", "Response", "ToolError", "handoff", "tools"}}
LIBRARY["p38.tools"] = {
    "approval",
    "browser",
    "clock",
    "external",
    "filesystem",
    "http",
    "llm",
    "memory",
    "notifications",
}
_SEEN_ERRORS = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}


class Images(NamedTuple):
    """The Python images there are: what an agent can import beside the standard library."""

    chosen: str | None
    """The agent's; None: the standard library only."""

    modules: dict[str, list[str]]
    """The names that can be imported, by the image's name."""


NO_IMAGES = Images(None, {})


def check(flow: Flow, is_test: bool, images: Images = NO_IMAGES) -> list[dict]:
    """Find them, wherever in the program they stand.

    Args:
        flow: The program.
        is_test: Whether it is ``test_agent.py``, which may import more: the agent, pytest and
            ``p38.testing``.
        images: The Python images there are.
    """
    provided = _provided(flow)
    found = []
    for statement in flow.of(ast.Import, ast.ImportFrom):
        for name in _names(statement):
            if reason := _missing(name, is_test, images):
                severity = "warning" if _is_inside(provided, statement) else "error"
                found.append(finding(RULE, statement.lineno, reason, severity))
    return found


def _provided(flow: Flow) -> set[ast.stmt]:
    """Give the statements in which the failing of an import is provided for."""
    found: set[ast.stmt] = set()
    for node in flow.of(ast.Try):
        if any(_catches(handler) for handler in node.handlers):
            found.update(node.body)
    for node in flow.of(ast.If):
        if _is_type_checking(node.test):
            found.update(node.body)
    return found


def _is_inside(statements: set[ast.stmt], node: ast.AST | None) -> bool:
    while node is not None and node not in statements:
        node = node.parent
    return node is not None


def _catches(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(isinstance(one, ast.Name) and one.id in _SEEN_ERRORS for one in caught)


def _is_type_checking(test: ast.expr) -> bool:
    name = test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", None)
    return name == "TYPE_CHECKING"


def _names(statement: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(statement, ast.Import):
        return [alias.name for alias in statement.names]
    module = "." * statement.level + (statement.module or "")
    if module in LIBRARY:
        return [
            module if alias.name == "*" else f"{module}.{alias.name}" for alias in statement.names
        ]
    return [module]


def _missing(name: str, is_test: bool, images: Images) -> str | None:
    """Say why a name cannot be imported; None when it can."""
    top = name.partition(".")[0]
    if not top:
        return f"'{name}': an agent is one file, so there is nothing beside it to import."
    if top == "p38":
        return _missing_in_library(name, is_test)
    if top in ("agent", "pytest", "_pytest"):
        if is_test:
            return None
        return f"'{name}' is for tests only; it is not there when the agent runs."
    if top not in sys.stdlib_module_names:
        return _missing_in_image(name, top, images)
    if not _exists(name):
        return f"'{name}' is not in this Python {sys.version_info.major}.{sys.version_info.minor}."
    return None


def _missing_in_image(name: str, top: str, images: Images) -> str | None:
    has, chosen = images.modules, images.chosen
    if top in has.get(chosen or "", ()):
        return None
    made = f'p38 python add NAME {top}, then "python": "NAME" in the config.'
    if chosen is not None:
        return f"'{name}' is not in the Python image '{chosen}'. Make another that has it: {made}"
    missing = f"'{name}' will not be there: an agent has Python's standard library and p38."
    others = sorted(image for image, modules in has.items() if top in modules)
    if others:
        named = f'"python": "{others[0]}" in the config.'
        return f"{missing} The Python image '{others[0]}' has it: {named}"
    return f"{missing} A Python image can bring it: {made}"


def _missing_in_library(name: str, is_test: bool) -> str | None:
    if name == "p38.testing" or name.startswith("p38.testing."):
        return None if is_test else "'p38.testing' is for tests only; it has no place in the agent."
    parent, _, last = name.rpartition(".")
    if name in LIBRARY or last in LIBRARY.get(parent, ()):
        return None
    # A tool by its name, as in "from p38.tools.http import get", is judged where tools are.
    if parent in {f"p38.tools.{one}" for one in LIBRARY["p38.tools"]}:
        return None
    there = ", ".join(sorted(LIBRARY.get(parent, LIBRARY["p38"])))
    return f"'{name}' is not in the library. There are: {there}."


@functools.lru_cache(maxsize=256)
def _exists(name: str) -> bool:
    """Whether a module of the standard library is installed; nothing is imported to find out."""
    if name == "os.path" or name in sys.modules:
        return True
    top, *rest = name.split(".")
    try:
        spec = importlib.util.find_spec(top)
        path = top
        for part in rest:
            if spec is None or spec.submodule_search_locations is None:
                return False
            path = f"{path}.{part}"
            spec = PathFinder.find_spec(path, spec.submodule_search_locations)
    except (ImportError, ValueError):
        return False
    return spec is not None
