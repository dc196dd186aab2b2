"""The conditions that decide whether something is told, and the changes of each."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

_NEGATED = {
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_SHIFTED = {ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Lt: ast.LtE, ast.LtE: ast.Lt}
_ENDS = (ast.Return, ast.Raise, ast.Continue, ast.Break)

Change = Callable[[], Callable[[], None]]


def deciding(tree: ast.Module) -> list[ast.expr]:
    """Find the conditions on which it hangs whether something is told, in order."""
    functions = [
        node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]
    telling: set[str] = set()
    # A function tells when it sends, or calls one that does; as often as the longest way takes.
    for _ in functions:
        before = len(telling)
        telling |= {
            one.name for one in functions if any(_tells(part, telling) for part in one.body)
        }
        if len(telling) == before:
            break
    found: dict[int, ast.expr] = {}
    for function in functions:
        for block in _blocks(function):
            for number, statement in enumerate(block):
                if not isinstance(statement, (ast.If, ast.While)):
                    continue
                inner = [*statement.body, *statement.orelse]
                rest = block[number + 1 :]
                # "if nothing happened: return", and the telling comes after it.
                leaves = isinstance(statement.body[-1], _ENDS)
                if any(_tells(part, telling) for part in inner) or (
                    leaves and any(_tells(part, telling) for part in rest)
                ):
                    found[id(statement)] = statement.test
    return sorted(found.values(), key=lambda test: (test.lineno, test.col_offset))


def changes(condition: ast.expr) -> Iterator[Change]:
    """Give the changes of one condition, each of which can be undone."""
    compared = False
    for node in ast.walk(condition):
        if isinstance(node, ast.Compare):
            compared = True
            for number, operator in enumerate(node.ops):
                for table in (_NEGATED, _SHIFTED):
                    if other := table.get(type(operator)):
                        yield _setting(node.ops, number, other())
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, (int, float))
            and not isinstance(node.value, bool)
        ):
            yield _valued(node, node.value + 1)
    if not compared:
        yield _negation(condition)


def _setting(operators: list, number: int, other: ast.cmpop) -> Change:
    def change() -> Callable[[], None]:
        before = operators[number]
        operators[number] = other
        return lambda: operators.__setitem__(number, before)

    return change


def _valued(node: ast.Constant, value: float) -> Change:
    def change() -> Callable[[], None]:
        before = node.value
        node.value = value
        return lambda: setattr(node, "value", before)

    return change


def _negation(condition: ast.expr) -> Change:
    def change() -> Callable[[], None]:
        # In place, since whoever holds the condition is not known here: it becomes "not (itself)".
        copy = type(condition)(**dict(ast.iter_fields(condition)))
        ast.copy_location(copy, condition)
        kind, fields = condition.__class__, dict(condition.__dict__)
        condition.__class__ = ast.UnaryOp
        condition.op, condition.operand = ast.Not(), copy

        def undo() -> None:
            condition.__class__ = kind
            condition.__dict__.clear()
            condition.__dict__.update(fields)

        return undo

    return change


def _blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for part in ast.walk(node):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(part, field, None)
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                yield block


def _tells(node: ast.AST, telling: set[str]) -> bool:
    for part in ast.walk(node):
        if not isinstance(part, ast.Call):
            continue
        called = part.func
        if isinstance(called, ast.Attribute):
            owner = called.value
            owned = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            if (called.attr == "send" and owned == "notifications") or called.attr in telling:
                return True
        elif isinstance(called, ast.Name) and called.id in telling | {"send"}:
            return True
    return False
