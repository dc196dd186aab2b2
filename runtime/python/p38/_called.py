"""What a call gives, and what it gives away."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from p38 import _folding
from p38._dangers import (
    ATTRIBUTES,
    BLOCKING,
    BY_NUMBER,
    HIDDEN,
    OBJECTS,
    OPENERS,
    SENSITIVE,
)
from p38._library import SPECIAL, imported
from p38._lookups import get, item
from p38._paths import path_of, see_number, see_opened
from p38._values import (
    NOTHING,
    any_of,
    const,
    constants,
    elements,
    mapping,
    ref,
    refs,
    seq,
    texts,
    union,
)

if TYPE_CHECKING:
    from p38._flow import Flow
    from p38._scopes import Scope

_ARGUMENTS = 64
# They look at a module, and take nothing out of it.
_LOOKERS = {
    f"builtins.{name}"
    for name in "bool callable dir getattr hasattr help id isinstance issubclass print repr str "
    "setattr delattr type vars map reduce list tuple iter next dict".split()
} | {"functools.reduce", "functools.partial", "importlib.reload", "operator.call"}
_IMPORTERS = {
    *("builtins.__import__", "importlib.import_module", "importlib.__import__"),
    *("pkgutil.resolve_name", "importlib.reload", "pydoc.locate"),
}
_SAME_ITEMS = {
    f"builtins.{name}" for name in "iter list tuple set frozenset sorted dict reversed".split()
} | {"collections.deque", "copy.copy", "copy.deepcopy", "itertools.chain", "itertools.cycle"}
_ONE_ITEM = {"builtins.next", "builtins.min", "builtins.max", "random.choice"}
_LOOPS = {f"asyncio.{name}" for name in ("get_event_loop", "get_running_loop", "new_event_loop")}
_PATHS = {f"pathlib.{name}" for name in ("Path", "PosixPath", "PurePath", "PurePosixPath")}
_LOOKUPS = {"get", "pop", "setdefault", "__getitem__", "popleft", "popitem"}


def call(flow: Flow, node: ast.Call) -> None:
    """Work out what a call gives."""
    function = node.func
    given: list[frozenset] = []
    for one in node.args:
        given += flow.elements(one.known) if type(one) is ast.Starred else [one.known]
    del given[_ARGUMENTS:]
    named = {word.arg: word.value.known for word in node.keywords if word.arg}
    found = NOTHING
    for value in function.known:
        found = union(found, apply(flow, value, given, named, node))
    if type(function) is ast.Attribute:
        receiver = function.value.known
        if function.attr in ("format", "vformat"):
            for text in texts(given[0]) if given else ():
                _see_format(flow, text, node)
        if function.attr == "get_field" and given:
            for text in texts(given[0]):
                _see_format(flow, f"{{{text}}}", node)
        if receiver or function.attr == "__getattribute__":
            found = union(found, _method(flow, receiver, function.attr, given, node))
    if not any(value[0] == "function" for value in function.known):
        _see_handed_on(flow, function, [*given, *named.values()], node)
    node.known = found


def _see_handed_on(flow: Flow, function: ast.expr, given: list, node: ast.Call) -> None:
    for values in given:
        for value in values:
            if value[0] == "ref" and value[1] in SENSITIVE:
                if _LOOKERS.isdisjoint(refs(function.known)):
                    flow.see("reflection", node, f"handing on {value[1]}")


def apply(flow: Flow, value: tuple, given: list, named: dict, node: ast.AST) -> frozenset:
    """Call something."""
    flow.work -= 1
    if flow.work < 0:
        return NOTHING
    kind = value[0]
    if kind == "ref":
        return _call_ref(flow, value[1], given, named, node)
    if kind == "partial":
        return apply(flow, value[1], [*value[2], *given], named, node)
    if kind == "getter" and given:
        found = NOTHING
        for name in value[1]:
            at = given[0]
            for part in name.split("."):
                flow.work -= 1
                at = get(flow, at, part, node)
            found = union(found, at)
        return found
    if kind == "item" and given:
        return item(flow, given[0], list(value[1]), node)
    if kind == "function":
        return _call_function(flow, value[1], given, named, node)
    return NOTHING


def _call_function(flow: Flow, inner: Scope, given: list, named: dict, node: ast.AST) -> frozenset:
    names = inner.parameters
    is_method = inner.parent is not None and inner.parent.kind == "class"
    if is_method and isinstance(getattr(node, "func", None), ast.Attribute):
        decorators = getattr(inner.node, "decorator_list", ())
        if not any(getattr(one, "id", None) == "staticmethod" for one in decorators):
            names = names[1:]
    for name, values in [*zip(names, given, strict=False), *named.items()]:
        if name in inner.bound:
            flow.bind(inner, name, values)
    flow.calls.setdefault(node.scope.function(), set()).add(inner)
    return inner.results


def _call_ref(flow: Flow, path: str, given: list, named: dict, node: ast.AST) -> frozenset:
    if path in BLOCKING:
        flow.stops.setdefault(node.scope.function(), []).append((node.lineno, path))
    if path in OPENERS:
        see_opened(flow, path, [*given, *named.values()], node)
    if path in BY_NUMBER and given:
        see_number(flow, path, given[0], node)
    if path in _PATHS:
        return path_of(flow, given, node)
    if path in _LOOPS:
        return ref("asyncio.loop")
    if path in OBJECTS:
        return ref(f"{path}()")
    if path in ("builtins.globals", "builtins.locals") or (path, given) == (
        "builtins.vars",
        [],
    ):
        return frozenset((("names", ""),))
    if not given:
        pairs = [(name, values) for name, values in named.items() if values]
        return mapping(pairs) if path == "builtins.dict" and pairs else NOTHING
    special = SPECIAL.get(path)
    if special is not None:
        return special(flow, given, named, node)
    if path.endswith(".__getattribute__") and len(given) > 1:
        return SPECIAL["builtins.getattr"](flow, given, named, node)
    if path in _IMPORTERS:
        return imported(flow, given, path, node)
    if len(given) == 1 and path in _ONE_ITEM:
        return any_of(elements(given[0]))
    found = NOTHING
    lists = [constants(values) for values in given]
    if all(lists):
        first, rest = lists[0], [values[0] for values in lists[1:]]
        found = any_of([const(_folding.call(path, [one, *rest])) for one in first])
    if not found and path in _SAME_ITEMS:
        return any_of(given)
    if not found and path == "os.path.join":
        return path_of(flow, given, node, "open")
    return found


def _method(flow: Flow, receiver: frozenset, name: str, given: list, node: ast.AST) -> frozenset:
    """Call a method of what is known."""
    if name == "__getattribute__" and len(given) == 1:
        return SPECIAL["builtins.getattr"](flow, [receiver, *given], {}, node)
    found = NOTHING
    if name in _LOOKUPS:
        keys = constants(given[0]) if given else []
        found = item(flow, receiver, keys, node)
        if name != "pop" and len(given) > 1:
            found = union(found, given[1])
    for value in receiver:
        kind = value[0]
        if kind == "const" and isinstance(value[1], (str, bytes)):
            if name in ("format", "format_map"):
                _see_format(flow, value[1], node)
            lists = [constants(values) for values in given]
            if all(lists):
                rest = [values[0] for values in lists]
                found = union(found, const(_folding.method(value[1], name, rest)))
            elif name == "format" and isinstance(value[1], str):
                found = union(found, frozenset((("open", value[1].partition("{")[0]),)))
        elif kind == "map" and name == "items":
            found = union(found, seq([seq([const(key), held]) for key, held in value[1]]))
        elif kind == "map" and name == "values":
            found = union(found, seq([held for _, held in value[1]]))
        elif kind == "path":
            found = union(
                found,
                path_of(flow, [receiver, *given], node) if name == "joinpath" else receiver,
            )
    return found


def _see_format(flow: Flow, text: object, node: ast.AST) -> None:
    if isinstance(text, str) and "{" in text and ("." in text or "[" in text):
        for name in ATTRIBUTES:
            if name in text and name in HIDDEN:
                flow.see("reflection", node, name)
