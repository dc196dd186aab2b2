"""Looks names, attributes and elements up."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

from p38._dangers import ATTRIBUTES, HIDDEN, SENSITIVE, canonical, rule_of
from p38._values import NOTHING, any_of, constants, pick, ref, refs, union

if TYPE_CHECKING:
    from p38._flow import Flow
    from p38._scopes import Scope

_BUILTINS = {
    **{name: ref(f"builtins.{name}") for name in dir(builtins)},
    "__builtins__": ref("builtins"),
}


def look_up(flow: Flow, scope: Scope, name: str, line: int) -> frozenset:
    """Look a name up where it stands."""
    at = scope
    while at is not None:
        if name in at.elsewhere:
            at = at.home(name)
        if name in at.bound and (at.kind != "class" or at is scope):
            found = at.values.get(name, NOTHING)
            early = at is scope and line < at.first_line.get(name, 0)
            if at.kind in ("module", "class") and (at.bound[name] or early):
                found = union(found, _BUILTINS.get(name, NOTHING))
            return found
        at = at.parent
    for module in flow.module.stars:
        path = canonical(f"{module}.{name}")
        if rule_of(path) or path in SENSITIVE:
            return ref(path)
    return _BUILTINS.get(name, NOTHING)


def _name(flow: Flow, node: ast.Name) -> None:
    if type(node.ctx) is not ast.Load:
        return
    if node.id in ("__loader__", "__spec__", "__builtins__"):
        flow.see("reflection", node, node.id)
    node.known = values = look_up(flow, node.scope, node.id, node.lineno)
    for value in values:
        if value[0] == "ref":
            flow.see_ref(node, value[1])


def _attribute(flow: Flow, node: ast.Attribute) -> None:
    node.known = get(flow, node.value.known, node.attr, node)
    if type(node.ctx) is ast.Store and "builtins" in refs(node.value.known):
        flow.see("reflection", node, f"builtins.{node.attr} = …")


def get(flow: Flow, values: frozenset, name: str, node: ast.AST) -> frozenset:
    """Look an attribute up."""
    rule = ATTRIBUTES.get(name)
    if rule and (name in HIDDEN or name not in flow.defined):
        flow.see(rule, node, name)
    found = NOTHING
    for value in values:
        if value[0] != "ref":
            continue
        path = value[1]
        if name == "__dict__":
            see_names(flow, path, node)
            found = union(found, frozenset((("names", path),)))
        elif name in ("__builtins__", "__self__"):
            found = union(found, ref("builtins"))
        elif name in ("__call__", "__func__", "__wrapped__"):
            found = union(found, ref(path))
        elif name != "__class__":
            inner = canonical(f"{path}.{name}")
            flow.see_ref(node, inner)
            found = union(found, ref(inner))
    for value in values:
        if value[0] == "function" and name == "__call__":
            found = union(found, frozenset((value,)))
    if not found and name in flow.attributes:
        found = flow.attributes[name]
        for path in refs(found):
            flow.see_ref(node, path)
    return found


def see_names(flow: Flow, module: str, node: ast.AST) -> None:
    """Note that all names of a module are taken, where that counts."""
    if module in SENSITIVE:
        flow.see("reflection", node, f"vars({module})")


def _subscript(flow: Flow, node: ast.Subscript) -> None:
    base = node.value.known
    if not base or type(node.ctx) is ast.Store:
        return
    part = node.slice
    if type(part) is ast.Slice:
        ends = [_one(end) for end in (part.lower, part.upper, part.step)]
        keys = [] if Ellipsis in ends else [slice(*ends)]
    else:
        keys = constants(part.known)
    node.known = item(flow, base, keys, node)


def item(flow: Flow, base: frozenset, keys: list, node: ast.AST) -> frozenset:
    """Look elements up; any of them, without keys."""
    found = pick(base, keys, anything=not keys)
    names = [key for key in keys if isinstance(key, str)]
    for value in base:
        if value[0] == "names":
            for name in names:
                found = union(found, _global(flow, value[1], name, node))
        elif value == ("ref", "sys.modules"):
            found = any_of([found, *(ref(canonical(name)) for name in names)])
        elif value == ("ref", "builtins"):
            for name in names:
                found = union(found, get(flow, frozenset((value,)), name, node))
    for path in refs(found):
        flow.see_ref(node, path)
    return found


def _global(flow: Flow, module: str, name: str, node: ast.AST) -> frozenset:
    if module:
        return get(flow, ref(module), name, node)
    if name == "__builtins__":
        return ref("builtins")
    return look_up(flow.module, name, node.lineno)


def _one(end: ast.expr | None) -> object:
    """Give the constant of one end of a slice; ``...`` when it is not known."""
    if end is None:
        return None
    known = [one for one in constants(end.known) if isinstance(one, int)]
    return known[0] if len(known) == 1 else Ellipsis


HANDLERS = {
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
}
