"""What operators, literals and comprehensions give, by what is known of their parts."""

from __future__ import annotations

import ast
import itertools
from typing import TYPE_CHECKING

from p38 import _folding
from p38._paths import path_of
from p38._scopes import COMPREHENSIONS
from p38._values import (
    ELEMENTS,
    NOTHING,
    any_of,
    const,
    constants,
    known_start,
    mapping,
    seq,
    texts,
    union,
)

if TYPE_CHECKING:
    from p38._flow import Flow


def _bin_op(flow: Flow, node: ast.BinOp) -> None:
    left, right = node.left.known, node.right.known
    # What a text that begins at the root is put behind can only be a path.
    if left or (type(node.op) is ast.Div and (known_start(right) or "").startswith("/")):
        node.known = operate(flow, type(node.op).__name__, left, right, node)


def operate(flow: Flow, operator: str, left: frozenset, right: frozenset, node: ast.AST):
    """Work an operator out between two values."""
    if operator == "Div":
        for value in left:
            if value[0] == "path":
                return path_of(flow, [left, right], node)
        if not left or any(value[0] == "path" for value in right):
            return path_of(flow, [left or right, right], node)
    found = NOTHING
    flow.work -= len(left) * len(right) // 4
    if flow.work < 0:
        return NOTHING
    others = constants(right)
    for one in constants(left):
        for other in others:
            if operator == "Mod" and isinstance(other, list):
                other = tuple(other)
            found = union(found, const(_folding.binary(operator, one, other)))
        if isinstance(one, str) and operator == "Add" and not others:
            found = union(found, frozenset((("open", one),)))
        if isinstance(one, str) and operator == "Mod" and not others:
            found = union(found, frozenset((("open", one.partition("%")[0]),)))
    for value in left:
        if value[0] == "open" and operator == "Add":
            found = union(found, frozenset((value,)))
        if value[0] == "seq" and operator == "Add":
            for other in right:
                if other[0] == "seq":
                    found = union(found, seq([*value[1], *other[1]]))
    return found


def _unary_op(flow: Flow, node: ast.UnaryOp) -> None:
    if type(node.op) is ast.USub:
        numbers = [one for one in constants(node.operand.known) if isinstance(one, int)]
        node.known = any_of([const(-one) for one in numbers])


def _joined(flow: Flow, node: ast.JoinedStr) -> None:
    text, closed = "", True
    for part in node.values:
        inner = part.value if type(part) is ast.FormattedValue else part
        known = texts(inner.known) if type(inner) is not ast.JoinedStr else []
        if len(known) != 1 or getattr(part, "format_spec", None) is not None:
            closed = False
            start = known_start(inner.known)
            text += start or ""
            break
        text += known[0]
    if len(text) <= _folding.TEXT and (text or closed):
        node.known = frozenset((("const" if closed else "open", text),))


def _either(flow: Flow, node: ast.IfExp | ast.BoolOp) -> None:
    parts = node.values if type(node) is ast.BoolOp else (node.body, node.orelse)
    node.known = any_of([part.known for part in parts])


def _pass_on(flow: Flow, node: ast.expr) -> None:
    node.known = node.value.known


def _constant(flow: Flow, node: ast.Constant) -> None:
    value = node.value
    if isinstance(value, (str, bytes, int)) and _folding.fits(value):
        node.known = frozenset((("const", value),))


def _sequence(flow: Flow, node: ast.Tuple | ast.List | ast.Set) -> None:
    if len(node.elts) > _folding.ITEMS:
        node.known = any_of([seq([any_of([one.known for one in node.elts])])])
        return
    items: list[frozenset] = []
    for one in node.elts:
        items += flow.elements(one.known) if type(one) is ast.Starred else [one.known]
        if len(items) > _folding.ITEMS:
            break
    node.known = seq(items)


def _dict(flow: Flow, node: ast.Dict) -> None:
    pairs = []
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            pairs += [pair for held in value.known if held[0] == "map" for pair in held[1]]
        elif value.known:
            keys = [one for one in constants(key.known) if not isinstance(one, list)]
            pairs += [(one, value.known) for one in keys or [None]]
        if len(pairs) > _folding.ITEMS:
            break
    node.known = mapping(pairs) if pairs else NOTHING


def _comprehension(flow: Flow, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> None:
    first = node.generators[0]
    items = flow.elements(first.iter.known)
    simple = len(node.generators) == 1 and not first.ifs and type(first.target) is ast.Name
    if items and simple and len(items) <= ELEMENTS:
        if type(node.elt) is ast.Name and node.elt.id == first.target.id:
            node.known = seq(items)
            return
        inside = list(itertools.islice(ast.walk(node.elt), 32))
        if len(inside) < 32 and not any(isinstance(part, COMPREHENSIONS) for part in inside):
            node.known = _each(flow, node, first.target, inside[::-1], items)
            return
    if node.elt.known:
        node.known = seq([node.elt.known])


def _each(flow: Flow, node: ast.expr, target: ast.Name, inside: list, items: list) -> frozenset:
    """Work the element of a comprehension out, once for each item."""
    scope, name = target.scope, target.id
    kept, results = scope.values.get(name, NOTHING), []
    changed = flow.changed
    handled = flow.steps(inside)
    for item in items:
        scope.values[name] = item
        for handler, part in handled:
            handler(flow, part)
        results.append(node.elt.known)
    scope.values[name] = kept
    flow.changed = changed
    return seq(results)


def _dict_comprehension(flow: Flow, node: ast.DictComp) -> None:
    if node.value.known:
        keys = [one for one in constants(node.key.known) if not isinstance(one, list)]
        node.known = mapping([(key, node.value.known) for key in keys or [None]])


HANDLERS = {
    ast.BinOp: _bin_op,
    ast.UnaryOp: _unary_op,
    ast.JoinedStr: _joined,
    ast.IfExp: _either,
    ast.BoolOp: _either,
    ast.Await: _pass_on,
    ast.Starred: _pass_on,
    ast.Constant: _constant,
    ast.Tuple: _sequence,
    ast.List: _sequence,
    ast.Set: _sequence,
    ast.Dict: _dict,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _dict_comprehension,
}
