"""What a call gives, and what it gives away."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from p38 import _folding
from p38._dangers import ATTRIBUTES, BLOCKING, HIDDEN, OPENERS, SENSITIVE, canonical
from p38._values import (
    NOTHING,
    any_of,
    const,
    constants,
    elements,
    known_start,
    mapping,
    partial,
    ref,
    refs,
    seq,
    texts,
    union,
)

if TYPE_CHECKING:
    from p38._flow import Flow
    from p38._scopes import Scope

# Of a container, each of which is worked out by itself.
ELEMENTS = 64
_ARGUMENTS = 64
# They look at a module, and take nothing out of it.
_LOOKERS = {
    f"builtins.{name}"
    for name in "bool callable dir getattr hasattr help id isinstance issubclass print repr str "
    "setattr delattr type vars map reduce list tuple iter next dict".split()
} | {"functools.reduce", "functools.partial", "importlib.reload", "operator.call"}
_IMPORTERS = {
    *("builtins.__import__", "importlib.import_module", "importlib.__import__"),
    *("pkgutil.resolve_name", "importlib.reload"),
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
        found = union(found, _apply(flow, value, given, named, node))
    if type(function) is ast.Attribute:
        receiver = function.value.known
        if function.attr in ("format", "vformat"):
            for text in texts(given[0]) if given else ():
                _see_format(flow, text, node)
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


def _apply(flow: Flow, value: tuple, given: list, named: dict, node: ast.AST) -> frozenset:
    """Call something."""
    flow.work -= 1
    if flow.work < 0:
        return NOTHING
    kind = value[0]
    if kind == "ref":
        return _call_ref(flow, value[1], given, named, node)
    if kind == "partial":
        return _apply(flow, value[1], [*value[2], *given], named, node)
    if kind == "getter" and given:
        found = NOTHING
        for name in value[1]:
            at = given[0]
            for part in name.split("."):
                at = flow.get(at, part, node)
            found = union(found, at)
        return found
    if kind == "item" and given:
        return flow.item(given[0], list(value[1]), node)
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
        for values in [*given, *named.values()]:
            _see_kernel_file(flow, known_start(values), node)
    if path in _PATHS:
        return path_of(flow, given, node)
    if path in _LOOPS:
        return ref("asyncio.loop")
    if path == "urllib.robotparser.RobotFileParser":
        return ref(f"{path}()")
    if path in ("builtins.globals", "builtins.locals") or (path, given) == (
        "builtins.vars",
        [],
    ):
        return frozenset((("names", ""),))
    if not given:
        pairs = [(name, values) for name, values in named.items() if values]
        return mapping(pairs) if path == "builtins.dict" and pairs else NOTHING
    special = _SPECIAL.get(path)
    if special is not None:
        return special(flow, given, named, node)
    if path.endswith(".__getattribute__") and len(given) > 1:
        return _getattr(flow, given, named, node)
    if path in _IMPORTERS:
        return _imported(flow, given, path)
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
        return _getattr(flow, [receiver, *given], {}, node)
    found = NOTHING
    if name in _LOOKUPS:
        keys = constants(given[0]) if given else []
        found = flow.item(receiver, keys, node)
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


def _see_kernel_file(flow: Flow, text: str | None, node: ast.AST) -> None:
    if text and text.startswith("/"):
        parts = _folding.call("os.path.normpath", [text]) or text
        top = "/" + parts.lstrip("/").partition("/")[0]
        if top in ("/proc", "/sys"):
            flow.see("proc-files", node, top)


def _imported(flow: Flow, given: list, path: str) -> frozenset:
    found = NOTHING
    for name in texts(given[0]):
        name = name.replace(":", ".")
        found = union(found, ref(canonical(name)))
        if path == "builtins.__import__":
            found = union(found, ref(canonical(name.partition(".")[0])))
    return union(found, given[0]) if path == "importlib.reload" else found


def _getattr(flow: Flow, given: list, named: dict, node: ast.AST) -> frozenset:
    if len(given) < 2:
        return NOTHING
    names = texts(given[1])
    found = any_of([flow.get(given[0], name, node) for name in names])
    if not names:
        for path in refs(given[0]):
            if path in SENSITIVE:
                flow.see("reflection", node, f"getattr({path}, …)")
    return any_of([found, *given[2:3]])


def _setattr(flow: Flow, given: list, named: dict, node: ast.AST) -> frozenset:
    if "builtins" in refs(given[0]):
        flow.see("reflection", node, "setattr(builtins, …)")
    if len(given) > 2:
        for name in texts(given[1]):
            flow.bind_attribute(name, given[2])
    return NOTHING


def _vars(flow: Flow, given: list, named: dict, node: ast.AST) -> frozenset:
    for path in refs(given[0]):
        flow.see_names(path, node)
    return frozenset(("names", path) for path in refs(given[0]))


def _partial(flow: Flow, given: list, named: dict, node: ast.AST) -> frozenset:
    return partial(given[0], given[1:5])


def _getter(flow: Flow, given: list, named: dict, node: ast.AST) -> frozenset:
    names = tuple(name for values in given for name in texts(values))
    return frozenset((("getter", names),))


def _getter_of_item(flow: Flow, given: list, named: dict, node: ast.AST) -> frozenset:
    keys = tuple(key for values in given for key in constants(values) if not isinstance(key, list))
    return frozenset((("item", keys),))


def _get_item(flow: Flow, given: list, named: dict, node: ast.AST) -> frozenset:
    return flow.item(given[0], constants(given[1]), node) if len(given) > 1 else NOTHING


def _map(flow: Flow, given: list, named: dict, node: ast.AST) -> frozenset:
    lists = [flow.elements(values)[:ELEMENTS] for values in given[1:]]
    rows = list(zip(*lists, strict=False)) if lists else []
    return seq(
        [any_of([_apply(flow, value, list(row), {}, node) for value in given[0]]) for row in rows]
    )


def _reduce(flow: Flow, given: list, named: dict, node: ast.AST) -> frozenset:
    items = flow.elements(given[1])[:ELEMENTS] if len(given) > 1 else []
    if len(given) > 2:
        items.insert(0, given[2])
    result = items[0] if items else NOTHING
    for item in items[1:]:
        found = [_apply(flow, value, [result, item], {}, node) for value in given[0]]
        result = any_of(found)
    return result


def _call_first(flow: Flow, given: list, named: dict, node: ast.AST) -> frozenset:
    return any_of([_apply(flow, value, given[1:], named, node) for value in given[0]])


def _zip(flow: Flow, given: list, named: dict, node: ast.AST) -> frozenset:
    lists = [flow.elements(values)[:ELEMENTS] for values in given]
    return seq([seq(list(row)) for row in zip(*lists, strict=False)])


_SPECIAL = {
    "builtins.getattr": _getattr,
    "inspect.getattr_static": _getattr,
    "builtins.setattr": _setattr,
    "builtins.vars": _vars,
    "functools.partial": _partial,
    "functools.partialmethod": _partial,
    "operator.attrgetter": _getter,
    "operator.methodcaller": _getter,
    "operator.itemgetter": _getter_of_item,
    "operator.getitem": _get_item,
    "operator.call": _call_first,
    "builtins.map": _map,
    "itertools.starmap": _map,
    "functools.reduce": _reduce,
    "builtins.zip": _zip,
}
