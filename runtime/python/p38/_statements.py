"""What statements and patterns bind to names."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from p38 import _expressions, _lookups
from p38._dangers import canonical
from p38._values import constants, mapping, pick, ref, seq, union

if TYPE_CHECKING:
    from p38._flow import Flow


def _bind_target(flow: Flow, target: ast.expr, values: frozenset) -> None:
    waiting = [(target, values)]
    while waiting:
        target, values = waiting.pop()
        kind = type(target)
        if kind is ast.Name:
            flow.bind(target.scope, target.id, values)
        elif kind is ast.Attribute:
            flow.bind_attribute(target.attr, values)
        elif kind is ast.Subscript and type(target.value) is ast.Name:
            keys = constants(target.slice.known) if values else []
            pairs = [(key, values) for key in keys if not isinstance(key, list)]
            if pairs:
                flow.bind(target.scope, target.value.id, mapping(pairs))
        elif kind is ast.Starred:
            waiting.append((target.value, values))
        elif kind is ast.Tuple or kind is ast.List:
            waiting += _unpacked(flow, target.elts, values)


def _unpacked(flow: Flow, parts: list, values: frozenset) -> list:
    """Give the parts of a target or pattern, each with what it gets of a sequence."""
    stars = (ast.Starred, ast.MatchStar)
    star = next((at for at, one in enumerate(parts) if type(one) in stars), None)
    found = []
    for value in values:
        if value[0] != "seq" and not (value[0] == "const" and isinstance(value[1], str)):
            continue
        items = flow.elements(frozenset((value,)))
        if star is None:
            found += zip(parts, items, strict=False)
            continue
        behind = len(parts) - star - 1
        found += zip(parts[:star], items, strict=False)
        found.append((parts[star], seq(items[star : len(items) - behind])))
        if behind:
            found += zip(parts[-behind:], items[-behind:], strict=False)
    return found


def _import(flow: Flow, node: ast.Import) -> None:
    for alias in node.names:
        flow.imports.append((node.lineno, canonical(alias.name)))
        if alias.asname:
            flow.bind(node.scope, alias.asname, ref(canonical(alias.name)))
        else:
            top = alias.name.partition(".")[0]
            flow.bind(node.scope, top, ref(canonical(top)))


def _import_from(flow: Flow, node: ast.ImportFrom) -> None:
    module = node.module or ""
    if node.level:
        return
    for alias in node.names:
        path = canonical(module if alias.name == "*" else f"{module}.{alias.name}")
        flow.imports.append((node.lineno, path))
        if alias.name != "*":
            flow.bind(node.scope, alias.asname or alias.name, ref(path))


def _assign(flow: Flow, node: ast.Assign) -> None:
    for target in node.targets:
        _bind_target(flow, target, node.value.known)


def _assign_one(flow: Flow, node: ast.AnnAssign | ast.NamedExpr) -> None:
    if node.value is not None and node.value.known:
        _bind_target(flow, node.target, node.value.known)
        if type(node) is ast.NamedExpr:
            node.known = node.value.known


def _add_to(flow: Flow, node: ast.AugAssign) -> None:
    if type(node.target) is ast.Name and node.value.known:
        before = _lookups.look_up(flow, node.target.scope, node.target.id, node.lineno)
        operator = type(node.op).__name__
        after = _expressions.operate(flow, operator, before, node.value.known, node)
        flow.bind(node.target.scope, node.target.id, after)


def _loop(flow: Flow, node: ast.For | ast.comprehension) -> None:
    if node.iter.known:
        for item in flow.elements(node.iter.known):
            _bind_target(flow, node.target, item)


def _with(flow: Flow, node: ast.withitem) -> None:
    if node.optional_vars is not None:
        _bind_target(flow, node.optional_vars, node.context_expr.known)


def _match(flow: Flow, node: ast.Match) -> None:
    if not node.subject.known:
        return
    waiting = [(case.pattern, node.subject.known) for case in node.cases]
    while waiting:
        pattern, values = waiting.pop()
        kind = type(pattern)
        if kind is ast.MatchAs or kind is ast.MatchStar:
            if pattern.name:
                flow.bind(pattern.scope, pattern.name, values)
            if kind is ast.MatchAs and pattern.pattern is not None:
                waiting.append((pattern.pattern, values))
        elif kind is ast.MatchOr:
            waiting += [(one, values) for one in pattern.patterns]
        elif kind is ast.MatchSequence:
            waiting += _unpacked(flow, pattern.patterns, values)
        elif kind is ast.MatchMapping:
            for key, one in zip(pattern.keys, pattern.patterns, strict=True):
                keys = constants(key.known)
                waiting.append((one, pick(values, keys, anything=not keys)))
            if pattern.rest:
                flow.bind(pattern.scope, pattern.rest, values)
        elif kind is ast.MatchClass:
            for name, one in zip(pattern.kwd_attrs, pattern.kwd_patterns, strict=True):
                waiting.append((one, _lookups.get(flow, values, name, pattern)))
            # The one place of "str(name)" and its kind is the whole.
            waiting += [(one, values) for one in pattern.patterns[:1]]


def _return(flow: Flow, node: ast.Return | ast.Yield) -> None:
    if node.value is None or not node.value.known:
        return
    scope = node.scope.function()
    values = node.value.known if type(node) is ast.Return else seq([node.value.known])
    after = union(scope.results, values)
    if after is not scope.results:
        scope.results, flow.changed = after, True


def _function(flow: Flow, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
    inner, given = node.inner, node.args
    for name, default in zip(reversed(inner.parameters), reversed(given.defaults), strict=False):
        flow.bind(inner, name, default.known)
    for one, default in zip(given.kwonlyargs, given.kw_defaults, strict=True):
        if default is not None:
            flow.bind(inner, one.arg, default.known)
    itself = frozenset((("function", inner),))
    if type(node) is ast.Lambda:
        node.known = itself
        if node.body.known:
            after = union(inner.results, node.body.known)
            flow.changed |= after is not inner.results
            inner.results = after
    else:
        flow.bind(node.scope, node.name, itself)


def _class(flow: Flow, node: ast.ClassDef) -> None:
    for name in ("__reduce__", "__reduce_ex__"):
        if name in node.inner.bound:
            flow.seen["unpickling", node.inner.first_line[name], name] = None


HANDLERS = {
    ast.Lambda: _function,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.Assign: _assign,
    ast.AnnAssign: _assign_one,
    ast.NamedExpr: _assign_one,
    ast.AugAssign: _add_to,
    ast.For: _loop,
    ast.AsyncFor: _loop,
    ast.comprehension: _loop,
    ast.withitem: _with,
    ast.Match: _match,
    ast.Return: _return,
    ast.Yield: _return,
}
