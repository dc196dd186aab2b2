"""Follows names, attributes and constants through a program, without running any of it.

It goes through the program a few times and remembers what each name may stand for, whatever the
order in which that happens. What it says is so for some order, and what it misses is what only
running the program would show: the wall is the sandbox.
"""

from __future__ import annotations

import ast
import builtins

from p38 import _called, _expressions
from p38._dangers import ATTRIBUTES, HIDDEN, SENSITIVE, WHOLE, canonical, rule_of
from p38._quiet import is_quiet
from p38._scopes import Scope, read
from p38._values import (
    NOTHING,
    any_of,
    constants,
    elements,
    mapping,
    pick,
    ref,
    refs,
    seq,
    union,
)

ROUNDS = 5
# Of what one program may ask for by nesting: loops over constants, calls that call.
WORK = 100_000
_BUILTINS = {
    **{name: ref(f"builtins.{name}") for name in dir(builtins)},
    "__builtins__": ref("builtins"),
}


class Flow:
    """One program, followed.

    Attributes:
        nodes: All of it, each node after what is inside it, with what is ``known`` of its value.
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
        self.nodes, self.module = read(tree)
        self.seen: dict[tuple[str, int, str], None] = {}
        self.harmless: set[str] = set()
        self.used: set[str] = set()
        self.imports: list[tuple[int, str]] = []
        self._attributes: dict[str, frozenset] = {}
        self._defined = {
            node.attr for node in self.nodes if type(node) is ast.Attribute and _stores(node)
        }
        for node in self.nodes:
            if type(node) is ast.ClassDef:
                self._defined.update(node.inner.bound)
        self._steps = self.steps(self.nodes)
        self.work = WORK
        self.changed = False
        self.stops: dict[Scope, list[tuple[int, str]]] = {}
        self.calls: dict[Scope, set[Scope]] = {}

    def follow(self) -> None:
        """Go through it until nothing new is learned, or often enough."""
        for _ in range(1 if is_quiet(self.nodes) else ROUNDS):
            self.changed = False
            self.imports.clear()
            for handler, node in self._steps:
                handler(self, node)
            # A constant stays what it is.
            self._steps = [step for step in self._steps if type(step[1]) is not ast.Constant]
            if not self.changed:
                break

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

    # What is found

    def see(self, rule: str, node: ast.AST, what: str) -> None:
        """Note what counts."""
        self.seen[rule, node.lineno, what] = None

    def _see_ref(self, node: ast.AST, path: str) -> None:
        if rule := rule_of(path):
            self.see(rule, node, path)
            self.used.add(path)
        elif path.rpartition(".")[0] in WHOLE and path not in WHOLE:
            self.harmless.add(path.rpartition(".")[0])

    # Names

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
        before = self._attributes.get(name, NOTHING)
        after = union(before, values)
        if after is not before and after != before:
            self._attributes[name] = after
            self.changed = True

    def _bind_target(self, target: ast.expr, values: frozenset) -> None:
        waiting = [(target, values)]
        while waiting:
            target, values = waiting.pop()
            kind = type(target)
            if kind is ast.Name:
                self.bind(target.scope, target.id, values)
            elif kind is ast.Attribute:
                self.bind_attribute(target.attr, values)
            elif kind is ast.Subscript and type(target.value) is ast.Name:
                keys = constants(target.slice.known) if values else []
                pairs = [(key, values) for key in keys if not isinstance(key, list)]
                if pairs:
                    self.bind(target.scope, target.value.id, mapping(pairs))
            elif kind is ast.Starred:
                waiting.append((target.value, values))
            elif kind is ast.Tuple or kind is ast.List:
                waiting += self._unpacked(target, values)

    def _unpacked(self, target: ast.expr, values: frozenset) -> list:
        parts = target.elts
        star = next((at for at, one in enumerate(parts) if type(one) is ast.Starred), None)
        found = []
        for value in values:
            if value[0] != "seq" and not (value[0] == "const" and isinstance(value[1], str)):
                continue
            items = self.elements(frozenset((value,)))
            if star is None:
                found += zip(parts, items, strict=False)
                continue
            behind = len(parts) - star - 1
            found += zip(parts[:star], items, strict=False)
            found.append((parts[star], seq(items[star : len(items) - behind])))
            if behind:
                found += zip(parts[-behind:], items[-behind:], strict=False)
        return found

    def _look_up(self, scope: Scope, name: str, line: int) -> frozenset:
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
        for module in self.module.stars:
            path = canonical(f"{module}.{name}")
            if rule_of(path) or path in SENSITIVE:
                return ref(path)
        return _BUILTINS.get(name, NOTHING)

    def _name(self, node: ast.Name) -> None:
        if type(node.ctx) is not ast.Load:
            return
        if node.id in ("__loader__", "__spec__", "__builtins__"):
            self.see("reflection", node, node.id)
        node.known = values = self._look_up(node.scope, node.id, node.lineno)
        for value in values:
            if value[0] == "ref":
                self._see_ref(node, value[1])

    def _import(self, node: ast.Import) -> None:
        for alias in node.names:
            self.imports.append((node.lineno, canonical(alias.name)))
            if alias.asname:
                self.bind(node.scope, alias.asname, ref(canonical(alias.name)))
            else:
                top = alias.name.partition(".")[0]
                self.bind(node.scope, top, ref(canonical(top)))

    def _import_from(self, node: ast.ImportFrom) -> None:
        module = node.module or ""
        if node.level:
            return
        for alias in node.names:
            path = canonical(module if alias.name == "*" else f"{module}.{alias.name}")
            self.imports.append((node.lineno, path))
            if alias.name != "*":
                self.bind(node.scope, alias.asname or alias.name, ref(path))

    # Attributes and elements

    def _attribute(self, node: ast.Attribute) -> None:
        node.known = self.get(node.value.known, node.attr, node)
        if type(node.ctx) is ast.Store and "builtins" in refs(node.value.known):
            self.see("reflection", node, f"builtins.{node.attr} = …")

    def get(self, values: frozenset, name: str, node: ast.AST) -> frozenset:
        """Look an attribute up."""
        rule = ATTRIBUTES.get(name)
        if rule and (name in HIDDEN or name not in self._defined):
            self.see(rule, node, name)
        found = NOTHING
        for value in values:
            if value[0] != "ref":
                continue
            path = value[1]
            if name == "__dict__":
                self.see_names(path, node)
                found = union(found, frozenset((("names", path),)))
            elif name in ("__builtins__", "__self__"):
                found = union(found, ref("builtins"))
            elif name in ("__call__", "__func__", "__wrapped__"):
                found = union(found, ref(path))
            elif name != "__class__":
                inner = canonical(f"{path}.{name}")
                self._see_ref(node, inner)
                found = union(found, ref(inner))
        for value in values:
            if value[0] == "function" and name == "__call__":
                found = union(found, frozenset((value,)))
        if not found and name in self._attributes:
            found = self._attributes[name]
            for path in refs(found):
                self._see_ref(node, path)
        return found

    def see_names(self, module: str, node: ast.AST) -> None:
        """Note that all names of a module are taken, where that counts."""
        if module in SENSITIVE:
            self.see("reflection", node, f"vars({module})")

    def _subscript(self, node: ast.Subscript) -> None:
        base = node.value.known
        if not base or type(node.ctx) is ast.Store:
            return
        part = node.slice
        if type(part) is ast.Slice:
            ends = [_one(end) for end in (part.lower, part.upper, part.step)]
            keys = [] if Ellipsis in ends else [slice(*ends)]
        else:
            keys = constants(part.known)
        node.known = self.item(base, keys, node)

    def item(self, base: frozenset, keys: list, node: ast.AST) -> frozenset:
        """Look elements up; any of them, without keys."""
        found = pick(base, keys, anything=not keys)
        names = [key for key in keys if isinstance(key, str)]
        for value in base:
            if value[0] == "names":
                for name in names:
                    found = union(found, self._global(value[1], name, node))
            elif value == ("ref", "sys.modules"):
                found = any_of([found, *(ref(canonical(name)) for name in names)])
            elif value == ("ref", "builtins"):
                for name in names:
                    found = union(found, self.get(frozenset((value,)), name, node))
        for path in refs(found):
            self._see_ref(node, path)
        return found

    def _global(self, module: str, name: str, node: ast.AST) -> frozenset:
        if module:
            return self.get(ref(module), name, node)
        if name == "__builtins__":
            return ref("builtins")
        return self._look_up(self.module, name, node.lineno)

    # Statements

    def _assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            self._bind_target(target, node.value.known)

    def _assign_one(self, node: ast.AnnAssign | ast.NamedExpr) -> None:
        if node.value is not None and node.value.known:
            self._bind_target(node.target, node.value.known)
            if type(node) is ast.NamedExpr:
                node.known = node.value.known

    def _add_to(self, node: ast.AugAssign) -> None:
        if type(node.target) is ast.Name and node.value.known:
            before = self._look_up(node.target.scope, node.target.id, node.lineno)
            operator = type(node.op).__name__
            after = _expressions.operate(self, operator, before, node.value.known, node)
            self.bind(node.target.scope, node.target.id, after)

    def _loop(self, node: ast.For | ast.comprehension) -> None:
        if node.iter.known:
            for item in self.elements(node.iter.known):
                self._bind_target(node.target, item)

    def _with(self, node: ast.withitem) -> None:
        if node.optional_vars is not None:
            self._bind_target(node.optional_vars, node.context_expr.known)

    def _match(self, node: ast.Match) -> None:
        for case in node.cases:
            pattern = case.pattern
            if type(pattern) is ast.MatchAs and pattern.name and pattern.pattern is None:
                self.bind(node.scope, pattern.name, node.subject.known)

    def _return(self, node: ast.Return | ast.Yield) -> None:
        if node.value is None or not node.value.known:
            return
        scope = node.scope.function()
        values = node.value.known if type(node) is ast.Return else seq([node.value.known])
        after = union(scope.results, values)
        if after is not scope.results:
            scope.results, self.changed = after, True

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        inner, given = node.inner, node.args
        for name, default in zip(
            reversed(inner.parameters), reversed(given.defaults), strict=False
        ):
            self.bind(inner, name, default.known)
        for one, default in zip(given.kwonlyargs, given.kw_defaults, strict=True):
            if default is not None:
                self.bind(inner, one.arg, default.known)
        itself = frozenset((("function", inner),))
        if type(node) is ast.Lambda:
            node.known = itself
            if node.body.known:
                after = union(inner.results, node.body.known)
                self.changed |= after is not inner.results
                inner.results = after
        else:
            self.bind(node.scope, node.name, itself)

    def _class(self, node: ast.ClassDef) -> None:
        for name in ("__reduce__", "__reduce_ex__"):
            if name in node.inner.bound:
                self.seen["unpickling", node.inner.first_line[name], name] = None


def _stores(node: ast.expr) -> bool:
    return type(node.ctx) is ast.Store


def _one(end: ast.expr | None) -> object:
    """Give the constant of one end of a slice; ``...`` when it is not known."""
    if end is None:
        return None
    known = [one for one in constants(end.known) if isinstance(one, int)]
    return known[0] if len(known) == 1 else Ellipsis


_HANDLERS = {
    **_expressions.HANDLERS,
    ast.Name: Flow._name,
    ast.Attribute: Flow._attribute,
    ast.Subscript: Flow._subscript,
    ast.Call: _called.call,
    ast.Lambda: Flow._function,
    ast.FunctionDef: Flow._function,
    ast.AsyncFunctionDef: Flow._function,
    ast.ClassDef: Flow._class,
    ast.Import: Flow._import,
    ast.ImportFrom: Flow._import_from,
    ast.Assign: Flow._assign,
    ast.AnnAssign: Flow._assign_one,
    ast.NamedExpr: Flow._assign_one,
    ast.AugAssign: Flow._add_to,
    ast.For: Flow._loop,
    ast.AsyncFor: Flow._loop,
    ast.comprehension: Flow._loop,
    ast.withitem: Flow._with,
    ast.Match: Flow._match,
    ast.Return: Flow._return,
    ast.Yield: Flow._return,
}
