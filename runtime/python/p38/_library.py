"""Functions of Python's own library that give what they are given, or call it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from p38 import _lookups
from p38._dangers import SENSITIVE, canonical
from p38._lookups import get, see_names
from p38._values import ELEMENTS, NOTHING, any_of, constants, partial, ref, refs, seq, texts, union

if TYPE_CHECKING:
    import ast

    from p38._flow import Flow


def imported(flow: Flow, given: list, path: str, node: ast.AST) -> frozenset:
    """Give what an import by a name gives."""
    found = NOTHING
    for name in texts(given[0]):
        name = canonical(name.replace(":", "."))
        flow.see_ref(node, name)
        found = union(found, ref(name))
        if path == "builtins.__import__":
            found = union(found, ref(canonical(name.partition(".")[0])))
    return union(found, given[0]) if path == "importlib.reload" else found


def _getattr(flow: Flow, given: list, named: dict, node: ast.AST) -> frozenset:
    if len(given) < 2:
        return NOTHING
    names = texts(given[1])
    found = any_of([get(flow, given[0], name, node) for name in names])
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
        see_names(flow, path, node)
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
    return _lookups.item(flow, given[0], constants(given[1]), node) if len(given) > 1 else NOTHING


def _map(flow: Flow, given: list, named: dict, node: ast.AST) -> frozenset:
    lists = [flow.elements(values)[:ELEMENTS] for values in given[1:]]
    rows = list(zip(*lists, strict=False)) if lists else []
    return seq(
        [any_of([flow.apply(value, list(row), {}, node) for value in given[0]]) for row in rows]
    )


def _reduce(flow: Flow, given: list, named: dict, node: ast.AST) -> frozenset:
    items = flow.elements(given[1])[:ELEMENTS] if len(given) > 1 else []
    if len(given) > 2:
        items.insert(0, given[2])
    result = items[0] if items else NOTHING
    for item in items[1:]:
        found = [flow.apply(value, [result, item], {}, node) for value in given[0]]
        result = any_of(found)
    return result


def _call_first(flow: Flow, given: list, named: dict, node: ast.AST) -> frozenset:
    return any_of([flow.apply(value, given[1:], named, node) for value in given[0]])


def _zip(flow: Flow, given: list, named: dict, node: ast.AST) -> frozenset:
    lists = [flow.elements(values)[:ELEMENTS] for values in given]
    return seq([seq(list(row)) for row in zip(*lists, strict=False)])


def _configured(flow: Flow, given: list, named: dict, node: ast.AST) -> frozenset:
    """Note what a configuration of logging has called or looked up by its name."""
    waiting = list(given[0])
    while waiting:
        kind, held, *_ = waiting.pop()
        if kind == "seq":
            waiting += [value for values in held for value in values]
        elif kind == "map":
            for key, values in held:
                waiting += values
                for name in texts(values):
                    if key in ("()", "class", "factory"):
                        flow.see_ref(node, canonical(name))
        elif kind == "const" and isinstance(held, str) and held.startswith("ext://"):
            flow.see_ref(node, canonical(held[6:]))
    return NOTHING


SPECIAL = {
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
    "logging.config.dictConfig": _configured,
    "logging.config.DictConfigurator": _configured,
}
