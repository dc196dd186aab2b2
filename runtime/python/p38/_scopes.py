"""Which names a program binds where, and the order in which its parts are read."""

from __future__ import annotations

import ast

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)
_MAYBE = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.match_case)
_NO_PARTS = {
    "ctx",
    "op",
    "ops",
    "id",
    "attr",
    "arg",
    "name",
    "kind",
    "type_comment",
    "type_ignores",
}
_PARTS = {
    kind: [field for field in kind._fields if field not in _NO_PARTS]
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.AST)
}
NOTHING: frozenset = frozenset()


class Scope:
    """A module, class, function or comprehension.

    Attributes:
        kind: ``module``, ``class``, ``function`` or ``comprehension``.
        node: What makes it.
        parent: The scope around it; None for the module.
        is_coroutine: Whether its code runs in an event loop.
        bound: The names that it binds; True where only under a condition, or where it unbinds them.
        values: What is known of the values of its names.
        elsewhere: Names declared ``global`` or ``nonlocal``, and the scope they are of.
        stars: Modules of which everything was imported.
    """

    __slots__ = (
        *("kind", "node", "parent", "is_coroutine", "bound", "values", "elsewhere", "stars"),
        *("first_line", "results", "parameters"),
    )

    def __init__(self, kind: str, node: ast.AST, parent: Scope | None) -> None:
        """Start without names."""
        self.kind, self.node, self.parent = kind, node, parent
        inherits = kind == "comprehension" and parent is not None and parent.is_coroutine
        self.is_coroutine = isinstance(node, ast.AsyncFunctionDef) or inherits
        self.bound: dict[str, bool] = {}
        self.first_line: dict[str, int] = {}
        self.values: dict[str, frozenset] = {}
        self.elsewhere: dict[str, str] = {}
        self.stars: dict[str, None] = {}
        self.results: frozenset = NOTHING
        self.parameters: list[str] = []

    def function(self) -> Scope:
        """Find the function, class or module that a comprehension stands in; else itself."""
        scope = self
        while scope.kind == "comprehension":
            scope = scope.parent
        return scope

    def home(self, name: str) -> Scope:
        """Find the scope in which a name is bound that is bound here."""
        scope = self
        while scope.kind == "comprehension" and name not in scope.bound:
            scope = scope.parent  # "(x := 1)" in a comprehension binds outside of it
        where = scope.elsewhere.get(name)
        if where == "global":
            while scope.parent is not None:
                scope = scope.parent
        elif where == "nonlocal":
            scope = scope.parent
            while scope.parent is not None and (scope.kind == "class" or name not in scope.bound):
                scope = scope.parent
        return scope

    def bind(self, name: str, line: int, maybe: bool) -> None:
        """Note that a name is bound here."""
        scope = self.home(name)
        scope.bound[name] = scope.bound.get(name, True) and maybe
        scope.first_line[name] = min(line, scope.first_line.get(name, line))


def read(tree: ast.Module) -> tuple[list[ast.AST], Scope]:
    """Go through a program without recursion, however deep it is.

    Every node gets ``scope``, its ``parent`` and, with nothing in it yet, ``known``.

    Returns:
        All nodes, each after those inside it and those before it, and the module's scope.
    """
    module = Scope("module", tree, None)
    order: list[ast.AST] = []
    later: list[tuple[Scope, str, int, bool]] = []
    gone: list[tuple[Scope, str, int, bool]] = []
    waiting: list[tuple[ast.AST, ast.AST | None, Scope, bool]] = [(tree, None, module, False)]
    while waiting:
        node, parent, scope, maybe = waiting.pop()
        order.append(node)
        node.scope, node.parent, node.known = scope, parent, NOTHING
        kind = type(node)
        if kind is ast.Name:
            if type(node.ctx) is not ast.Load:
                (gone if type(node.ctx) is ast.Del else later).append(
                    (scope, node.id, node.lineno, maybe)
                )
            continue
        if kind is ast.Constant:
            continue
        inside, within = scope, maybe or kind in _MAYBE
        if kind in FUNCTIONS:
            inside = node.inner = Scope("function", node, scope)
            _parameters(node.args, inside)
            body = node.body if kind is not ast.Lambda else [node.body]
            if kind is not ast.Lambda:
                later.append((scope, node.name, node.lineno, maybe))
            waiting += [(part, node, scope, maybe) for part in _outer_parts(node)]
            within = False
        elif kind is ast.ClassDef:
            inside = node.inner = Scope("class", node, scope)
            later.append((scope, node.name, node.lineno, maybe))
            outer = (*node.decorator_list, *node.bases, *node.keywords)
            waiting += [(part, node, scope, maybe) for part in outer]
            body, within = node.body, False
        elif kind in COMPREHENSIONS:
            inside = node.inner = Scope("comprehension", node, scope)
            for generator in node.generators:
                for target in ast.walk(generator.target):
                    if type(target) is ast.Name and type(target.ctx) is ast.Store:
                        inside.bound[target.id] = False
            # The generators come first: they bind what the rest uses.
            values = (node.key, node.value) if kind is ast.DictComp else (node.elt,)
            body = (*node.generators, *values)
        else:
            _note(node, scope, maybe, later)
            body = _children(node)
        waiting += [(part, node, inside, within) for part in body]
    for scope, name, line, maybe in later:
        scope.bind(name, line, maybe)
    for scope, name, _, _ in gone:
        if name in (home := scope.home(name)).bound:
            home.bound[name] = True
    order.reverse()
    return order, module


def _children(node: ast.AST) -> list[ast.AST]:
    parts: list = []
    for field in _PARTS[type(node)]:
        value = getattr(node, field, None)
        if type(value) is list:
            parts += value
        else:
            parts.append(value)
    return [part for part in parts if isinstance(part, ast.AST)]


def _outer_parts(node: ast.AST):
    """Give what of a function is read where it is defined."""
    arguments = node.args
    yield from getattr(node, "decorator_list", ())
    yield from arguments.defaults
    yield from (default for default in arguments.kw_defaults if default is not None)
    everyone = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    for one in (*everyone, arguments.vararg, arguments.kwarg):
        if one is not None and one.annotation is not None:
            yield one.annotation
    if getattr(node, "returns", None) is not None:
        yield node.returns


def _parameters(arguments: ast.arguments, scope: Scope) -> None:
    scope.parameters = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
    named = [*scope.parameters, *(one.arg for one in arguments.kwonlyargs)]
    named += [one.arg for one in (arguments.vararg, arguments.kwarg) if one is not None]
    scope.bound.update(dict.fromkeys(named, False))


def _note(node: ast.AST, scope: Scope, maybe: bool, later: list) -> None:
    """Note the names that other statements and patterns bind."""
    kind = type(node)
    if kind is ast.Import or kind is ast.ImportFrom:
        for alias in node.names:
            if alias.name == "*":
                top = scope
                while top.parent is not None:
                    top = top.parent
                top.stars[node.module or ""] = None
            else:
                name = alias.asname or alias.name.partition(".")[0]
                later.append((scope, name, node.lineno, maybe))
    elif kind is ast.Global or kind is ast.Nonlocal:
        scope.elsewhere.update(dict.fromkeys(node.names, kind.__name__.lower()))
    elif kind is ast.ExceptHandler:
        if node.name:
            later.append((scope, node.name, node.lineno, True))
    elif kind is ast.MatchAs or kind is ast.MatchStar:
        if node.name:
            later.append((scope, node.name, node.lineno, True))
    elif kind is ast.MatchMapping:
        if node.rest:
            later.append((scope, node.rest, node.lineno, True))
