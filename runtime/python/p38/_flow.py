"""Follows names, attributes and constants through a program, without running any of it.

It goes through the program a few times and remembers what each name may stand for, whatever the
order in which that happens. What it says is so for some order, and what it misses is what only
running the program would show: the wall is the sandbox.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING

from p38 import _called, _expressions, _lookups, _statements
from p38._dangers import WHOLE, rule_of
from p38._quiet import is_quiet
from p38._scopes import read
from p38._values import NOTHING, elements, union

if TYPE_CHECKING:
    from collections.abc import Iterator

    from p38._scopes import Scope

ROUNDS = 5
# Of what one program may ask for by nesting: loops over constants, calls that call.
WORK = 100_000


class Flow:
    """One program, followed.

    Attributes:
        module: The scope of its own names.
        attributes: What an attribute of a name may stand for, whatever the object.
        defined: Attributes that the program gives to things itself.
        seen: What counts: rule, line and full name.
        harmless: Modules of which harmless things are used.
        used: Full names of what counts and is used.
        imports: Line and full name of what it imports.
        work: What is left of the work it may take; below zero, it was not followed to its end.
        changed: Whether this round learned something.
        stops: Line and full name of calls that stop an event loop, by the function they stand in.
        calls: The program's own functions that each of them calls.
    """

    def __init__(self, tree: ast.Module) -> None:
        """Read a program; ``follow`` does the rest."""
        nodes, self.module = read(tree)
        self._by_kind: defaultdict[type, list] = defaultdict(list)
        for node in nodes:
            self._by_kind[type(node)].append(node)
        self._steps = self.steps(nodes)
        self.seen: dict[tuple[str, int, str], None] = {}
        self.harmless: set[str] = set()
        self.used: set[str] = set()
        self.imports: list[tuple[int, str]] = []
        self.attributes: dict[str, frozenset] = {}
        self.defined = {node.attr for node in self.of(ast.Attribute) if type(node.ctx) is ast.Store}
        for node in self.of(ast.ClassDef):
            self.defined.update(node.inner.bound)
        self.work = WORK
        self.changed = False
        self.stops: dict[Scope, list[tuple[int, str]]] = {}
        self.calls: dict[Scope, set[Scope]] = {}

    def follow(self) -> None:
        """Go through it until nothing new is learned, or often enough."""
        for _ in range(1 if is_quiet(self) else ROUNDS):
            self.changed = False
            self.imports.clear()
            self.seen.clear()  # what could not be read may be known by now
            for handler, node in self._steps:
                handler(self, node)
            # A constant stays what it is.
            self._steps = [step for step in self._steps if type(step[1]) is not ast.Constant]
            if not self.changed:
                break

    def of(self, *kinds: type) -> Iterator:
        """Give the nodes of some kinds; of one kind, each after what is inside it."""
        return chain.from_iterable(self._by_kind[kind] for kind in kinds)

    def steps(self, nodes: list[ast.AST]) -> list[tuple]:
        """Give what handles each node, beside the node; most kinds need nothing."""
        return [
            (handler, node) for node in nodes if (handler := _HANDLERS.get(type(node))) is not None
        ]

    def blocking(self) -> list[tuple[int, str]]:
        """Find calls that stop an event loop, in coroutines and in functions that these call."""
        waiting = [scope for scope in {*self.stops, *self.calls} if scope.is_coroutine]
        reached = set(waiting)
        while waiting:
            for called in self.calls.get(waiting.pop(), ()):
                if called not in reached:
                    reached.add(called)
                    waiting.append(called)
        return sorted({stop for scope in reached for stop in self.stops.get(scope, ())})

    def elements(self, values: frozenset) -> list[frozenset]:
        """Give the elements of containers, and account for them."""
        if not values or self.work < 0:
            return []
        found = elements(values)
        self.work -= len(found)
        return found

    def apply(self, value: tuple, given: list, named: dict, node: ast.AST) -> frozenset:
        """Call something of which the value is known; give what comes of it."""
        return _called.apply(self, value, given, named, node)

    def see(self, rule: str, node: ast.AST, what: str) -> None:
        """Note what counts."""
        self.seen[rule, node.lineno, what] = None

    def see_ref(self, node: ast.AST, path: str) -> None:
        """Note a thing of the library, where it counts."""
        if rule := rule_of(path):
            self.see(rule, node, path)
            self.used.add(path)
        elif path.rpartition(".")[0] in WHOLE and path not in WHOLE:
            self.harmless.add(path.rpartition(".")[0])

    def bind(self, scope: Scope, name: str, values: frozenset) -> None:
        """Learn what a name may stand for."""
        if not values:
            return
        home = scope.home(name)
        before = home.values.get(name, NOTHING)
        after = union(before, values)
        if after is not before and after != before:
            home.values[name] = after
            self.changed = True
        if home.kind == "class":
            self.bind_attribute(name, values)

    def bind_attribute(self, name: str, values: frozenset) -> None:
        """Learn what an attribute of that name may stand for, of any object."""
        before = self.attributes.get(name, NOTHING)
        after = union(before, values)
        if after is not before and after != before:
            self.attributes[name] = after
            self.changed = True


_HANDLERS = {
    **_expressions.HANDLERS,
    **_lookups.HANDLERS,
    **_statements.HANDLERS,
    ast.Call: _called.call,
}
