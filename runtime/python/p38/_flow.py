"""Follows names, attributes and constants through a program, without running any of it.

It goes through the program a few times and remembers what each name may stand for, whatever the
order in which that happens. What it says is so for some order, and what it misses is what only
running the program would show: the wall is the sandbox.
"""

from __future__ import annotations

import ast
import builtins
import itertools

from p38 import _folding
from p38._dangers import (
    ATTRIBUTES,
    BLOCKING,
    HELD,
    NAMED,
    OPENERS,
    SENSITIVE,
    WHOLE,
    canonical,
    rule_of,
)
from p38._scopes import COMPREHENSIONS, Scope, read
from p38._values import (
    NOTHING,
    any_of,
    const,
    constants,
    elements,
    known_start,
    mapping,
    partial,
    pick,
    ref,
    refs,
    seq,
    texts,
    union,
)

ROUNDS = 5
# Of what one program may ask for by nesting: loops over constants, calls that call.
WORK = 100_000
_ELEMENTS = 64
_ARGUMENTS = 64
_BUILTINS = {
    **{name: ref(f"builtins.{name}") for name in dir(builtins)},
    "__builtins__": ref("builtins"),
}
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
_HIDDEN = {name for name in ATTRIBUTES if name.startswith("__") or "_" in name[:3]}


# One of these stands in every program in which following could find anything.
_FIRST_NAMES = {
    *("__builtins__", "__loader__", "__spec__", "getattr", "vars", "locals", "setattr"),
    *(path[9:] for path in (*NAMED, *BLOCKING, *OPENERS) if path.startswith("builtins.")),
}
_FIRST_MODULES = {
    *(path.partition(".")[0] for path in (*WHOLE, *NAMED, *BLOCKING, *OPENERS, *SENSITIVE)),
    *("operator", "posix", "nt", "functools"),
}
_FIRST_ATTRIBUTES = {*ATTRIBUTES, *HELD, "__dict__", "__getattribute__"}


class Flow:
    """One program, followed.

    Attributes:
        nodes: All of it, each node after what is inside it, with what is ``known`` of its value.
        seen: What counts: rule, line and full name.
        harmless: Modules of which harmless things are used.
        used: Full names of what counts and is used.
        work: What is left of the work it may take; below zero, it was not followed to its end.
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
        self._steps = [
            (handler, node)
            for node in self.nodes
            if (handler := _HANDLERS.get(type(node))) is not None
        ]
        self.work = WORK
        self._changed = False
        self._stops: dict[Scope, list[tuple[int, str]]] = {}
        self._calls: dict[Scope, set[Scope]] = {}

    def follow(self) -> None:
        """Go through it until nothing new is learned, or often enough."""
        for _ in range(1 if self._is_quiet() else ROUNDS):
            self._changed = False
            self.imports.clear()
            for handler, node in self._steps:
                handler(self, node)
            # A constant stays what it is.
            self._steps = [step for step in self._steps if type(step[1]) is not ast.Constant]
            if not self._changed:
                break

    def _is_quiet(self) -> bool:
        """Whether it holds nothing to begin with that following could lead to a finding."""
        for node in self.nodes:
            kind = type(node)
            if kind is ast.Name:
                if node.id in _FIRST_NAMES:
                    return False
            elif kind is ast.Attribute:
                if node.attr in _FIRST_ATTRIBUTES or node.attr.lstrip("_") in HELD:
                    return False
            elif kind is ast.Constant:
                if isinstance(node.value, str) and "__" in node.value and "{" in node.value:
                    return False
            elif kind is ast.Import:
                if any(alias.name.partition(".")[0] in _FIRST_MODULES for alias in node.names):
                    return False
            elif kind is ast.ImportFrom:
                if (node.module or "").partition(".")[0] in _FIRST_MODULES:
                    return False
                if any(alias.name.lstrip("_") in HELD for alias in node.names):
                    return False
        return True

    def blocking(self) -> list[tuple[int, str]]:
        """Find calls that stop an event loop, in coroutines and in functions that these call."""
        waiting = [scope for scope in {*self._stops, *self._calls} if scope.is_coroutine]
        reached = set(waiting)
        while waiting:
            for called in self._calls.get(waiting.pop(), ()):
                if called not in reached:
                    reached.add(called)
                    waiting.append(called)
        return sorted({stop for scope in reached for stop in self._stops.get(scope, ())})

    def _elements(self, values: frozenset) -> list[frozenset]:
        """Give the elements of containers, and account for them."""
        if not values or self.work < 0:
            return []
        found = elements(values)
        self.work -= len(found)
        return found

    # What is found

    def _see(self, rule: str, node: ast.AST, what: str) -> None:
        self.seen[rule, node.lineno, what] = None

    def _see_ref(self, node: ast.AST, path: str) -> None:
        if rule := rule_of(path):
            self._see(rule, node, path)
            self.used.add(path)
        elif path.rpartition(".")[0] in WHOLE and path not in WHOLE:
            self.harmless.add(path.rpartition(".")[0])

    # Names

    def _bind(self, scope: Scope, name: str, values: frozenset) -> None:
        if not values:
            return
        home = scope.home(name)
        before = home.values.get(name, NOTHING)
        after = union(before, values)
        if after is not before and after != before:
            home.values[name] = after
            self._changed = True
        if home.kind == "class":
            self._bind_attribute(name, values)

    def _bind_attribute(self, name: str, values: frozenset) -> None:
        before = self._attributes.get(name, NOTHING)
        after = union(before, values)
        if after is not before and after != before:
            self._attributes[name] = after
            self._changed = True

    def _bind_target(self, target: ast.expr, values: frozenset) -> None:
        waiting = [(target, values)]
        while waiting:
            target, values = waiting.pop()
            kind = type(target)
            if kind is ast.Name:
                self._bind(target.scope, target.id, values)
            elif kind is ast.Attribute:
                self._bind_attribute(target.attr, values)
            elif kind is ast.Subscript and type(target.value) is ast.Name:
                keys = constants(target.slice.known) if values else []
                pairs = [(key, values) for key in keys if not isinstance(key, list)]
                if pairs:
                    self._bind(target.scope, target.value.id, mapping(pairs))
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
            items = self._elements(frozenset((value,)))
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
            self._see("reflection", node, node.id)
        node.known = values = self._look_up(node.scope, node.id, node.lineno)
        for value in values:
            if value[0] == "ref":
                self._see_ref(node, value[1])

    def _import(self, node: ast.Import) -> None:
        for alias in node.names:
            self.imports.append((node.lineno, canonical(alias.name)))
            if alias.asname:
                self._bind(node.scope, alias.asname, ref(canonical(alias.name)))
            else:
                top = alias.name.partition(".")[0]
                self._bind(node.scope, top, ref(canonical(top)))

    def _import_from(self, node: ast.ImportFrom) -> None:
        module = node.module or ""
        if node.level:
            return
        for alias in node.names:
            path = canonical(module if alias.name == "*" else f"{module}.{alias.name}")
            self.imports.append((node.lineno, path))
            if alias.name != "*":
                self._bind(node.scope, alias.asname or alias.name, ref(path))

    # Attributes and elements

    def _attribute(self, node: ast.Attribute) -> None:
        node.known = self._get(node.value.known, node.attr, node)
        if type(node.ctx) is ast.Store and "builtins" in refs(node.value.known):
            self._see("reflection", node, f"builtins.{node.attr} = …")

    def _get(self, values: frozenset, name: str, node: ast.AST) -> frozenset:
        """Look an attribute up."""
        rule = ATTRIBUTES.get(name)
        if rule and (name in _HIDDEN or name not in self._defined):
            self._see(rule, node, name)
        found = NOTHING
        for value in values:
            if value[0] != "ref":
                continue
            path = value[1]
            if name == "__dict__":
                self._see_names(path, node)
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

    def _see_names(self, module: str, node: ast.AST) -> None:
        if module in SENSITIVE:
            self._see("reflection", node, f"vars({module})")

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
        node.known = self._item(base, keys, node)

    def _item(self, base: frozenset, keys: list, node: ast.AST) -> frozenset:
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
                    found = union(found, self._get(frozenset((value,)), name, node))
        for path in refs(found):
            self._see_ref(node, path)
        return found

    def _global(self, module: str, name: str, node: ast.AST) -> frozenset:
        if module:
            return self._get(ref(module), name, node)
        if name == "__builtins__":
            return ref("builtins")
        return self._look_up(self.module, name, node.lineno)

    # Operations

    def _bin_op(self, node: ast.BinOp) -> None:
        left, right = node.left.known, node.right.known
        if left:
            node.known = self._operate(type(node.op).__name__, left, right, node)

    def _operate(self, operator: str, left: frozenset, right: frozenset, node: ast.AST):
        if operator == "Div":
            for value in left:
                if value[0] == "path":
                    return self._path([left, right], node)
            if any(value[0] == "path" for value in right):
                return self._path([left, right], node)
        found = NOTHING
        self.work -= len(left) * len(right) // 4
        if self.work < 0:
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

    def _unary_op(self, node: ast.UnaryOp) -> None:
        if type(node.op) is ast.USub:
            numbers = [one for one in constants(node.operand.known) if isinstance(one, int)]
            node.known = any_of([const(-one) for one in numbers])

    def _joined(self, node: ast.JoinedStr) -> None:
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

    def _either(self, node: ast.IfExp | ast.BoolOp) -> None:
        parts = node.values if type(node) is ast.BoolOp else (node.body, node.orelse)
        node.known = any_of([part.known for part in parts])

    def _pass_on(self, node: ast.expr) -> None:
        node.known = node.value.known

    def _constant(self, node: ast.Constant) -> None:
        value = node.value
        if isinstance(value, (str, bytes, int)) and _folding.fits(value):
            node.known = frozenset((("const", value),))

    def _sequence(self, node: ast.Tuple | ast.List | ast.Set) -> None:
        if len(node.elts) > _folding.ITEMS:
            node.known = any_of([seq([any_of([one.known for one in node.elts])])])
            return
        items: list[frozenset] = []
        for one in node.elts:
            items += self._elements(one.known) if type(one) is ast.Starred else [one.known]
            if len(items) > _folding.ITEMS:
                break
        node.known = seq(items)

    def _dict(self, node: ast.Dict) -> None:
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

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> None:
        first = node.generators[0]
        items = self._elements(first.iter.known)
        simple = len(node.generators) == 1 and not first.ifs and type(first.target) is ast.Name
        if items and simple and len(items) <= _ELEMENTS:
            if type(node.elt) is ast.Name and node.elt.id == first.target.id:
                node.known = seq(items)
                return
            inside = list(itertools.islice(ast.walk(node.elt), 32))
            if len(inside) < 32 and not any(isinstance(part, COMPREHENSIONS) for part in inside):
                node.known = self._each(node, first.target, inside[::-1], items)
                return
        if node.elt.known:
            node.known = seq([node.elt.known])

    def _each(self, node: ast.expr, target: ast.Name, inside: list, items: list) -> frozenset:
        """Work the element of a comprehension out, once for each item."""
        scope, name = target.scope, target.id
        kept, results = scope.values.get(name, NOTHING), []
        changed = self._changed
        handled = [(_HANDLERS[type(part)], part) for part in inside if type(part) in _HANDLERS]
        for item in items:
            scope.values[name] = item
            for handler, part in handled:
                handler(self, part)
            results.append(node.elt.known)
        scope.values[name] = kept
        self._changed = changed
        return seq(results)

    def _dict_comprehension(self, node: ast.DictComp) -> None:
        if node.value.known:
            keys = [one for one in constants(node.key.known) if not isinstance(one, list)]
            node.known = mapping([(key, node.value.known) for key in keys or [None]])

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
            after = self._operate(operator, before, node.value.known, node)
            self._bind(node.target.scope, node.target.id, after)

    def _loop(self, node: ast.For | ast.comprehension) -> None:
        if node.iter.known:
            for item in self._elements(node.iter.known):
                self._bind_target(node.target, item)

    def _with(self, node: ast.withitem) -> None:
        if node.optional_vars is not None:
            self._bind_target(node.optional_vars, node.context_expr.known)

    def _match(self, node: ast.Match) -> None:
        for case in node.cases:
            pattern = case.pattern
            if type(pattern) is ast.MatchAs and pattern.name and pattern.pattern is None:
                self._bind(node.scope, pattern.name, node.subject.known)

    def _return(self, node: ast.Return | ast.Yield) -> None:
        if node.value is None or not node.value.known:
            return
        scope = node.scope
        while scope.kind == "comprehension":
            scope = scope.parent
        values = node.value.known if type(node) is ast.Return else seq([node.value.known])
        after = union(scope.results, values)
        if after is not scope.results:
            scope.results, self._changed = after, True

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        inner, given = node.inner, node.args
        for name, default in zip(
            reversed(inner.parameters), reversed(given.defaults), strict=False
        ):
            self._bind(inner, name, default.known)
        for one, default in zip(given.kwonlyargs, given.kw_defaults, strict=True):
            if default is not None:
                self._bind(inner, one.arg, default.known)
        itself = frozenset((("function", inner),))
        if type(node) is ast.Lambda:
            node.known = itself
            if node.body.known:
                after = union(inner.results, node.body.known)
                self._changed |= after is not inner.results
                inner.results = after
        else:
            self._bind(node.scope, node.name, itself)

    def _class(self, node: ast.ClassDef) -> None:
        for name in ("__reduce__", "__reduce_ex__"):
            if name in node.inner.bound:
                self.seen["unpickling", node.inner.first_line[name], name] = None

    # Calls

    def _call(self, node: ast.Call) -> None:
        function = node.func
        given: list[frozenset] = []
        for one in node.args:
            given += self._elements(one.known) if type(one) is ast.Starred else [one.known]
        del given[_ARGUMENTS:]
        named = {word.arg: word.value.known for word in node.keywords if word.arg}
        found = NOTHING
        for value in function.known:
            found = union(found, self._apply(value, given, named, node))
        if type(function) is ast.Attribute:
            receiver = function.value.known
            if function.attr in ("format", "vformat"):
                for text in texts(given[0]) if given else ():
                    self._see_format(text, node)
            if receiver or function.attr == "__getattribute__":
                found = union(found, self._method(receiver, function.attr, given, node))
        if not any(value[0] == "function" for value in function.known):
            self._see_handed_on(function, [*given, *named.values()], node)
        node.known = found

    def _see_handed_on(self, function: ast.expr, given: list, node: ast.Call) -> None:
        for values in given:
            for value in values:
                if value[0] == "ref" and value[1] in SENSITIVE:
                    if _LOOKERS.isdisjoint(refs(function.known)):
                        self._see("reflection", node, f"handing on {value[1]}")

    def _apply(self, value: tuple, given: list, named: dict, node: ast.AST) -> frozenset:
        """Call something."""
        self.work -= 1
        if self.work < 0:
            return NOTHING
        kind = value[0]
        if kind == "ref":
            return self._call_ref(value[1], given, named, node)
        if kind == "partial":
            return self._apply(value[1], [*value[2], *given], named, node)
        if kind == "getter" and given:
            found = NOTHING
            for name in value[1]:
                at = given[0]
                for part in name.split("."):
                    at = self._get(at, part, node)
                found = union(found, at)
            return found
        if kind == "item" and given:
            return self._item(given[0], list(value[1]), node)
        if kind == "function":
            return self._call_function(value[1], given, named, node)
        return NOTHING

    def _call_function(self, inner: Scope, given: list, named: dict, node: ast.AST) -> frozenset:
        names = inner.parameters
        is_method = inner.parent is not None and inner.parent.kind == "class"
        if is_method and isinstance(getattr(node, "func", None), ast.Attribute):
            decorators = getattr(inner.node, "decorator_list", ())
            if not any(getattr(one, "id", None) == "staticmethod" for one in decorators):
                names = names[1:]
        for name, values in [*zip(names, given, strict=False), *named.items()]:
            if name in inner.bound:
                self._bind(inner, name, values)
        self._calls.setdefault(_function_of(node.scope), set()).add(inner)
        return inner.results

    def _call_ref(self, path: str, given: list, named: dict, node: ast.AST) -> frozenset:
        if path in BLOCKING:
            self._stops.setdefault(_function_of(node.scope), []).append((node.lineno, path))
        if path in OPENERS:
            for values in [*given, *named.values()]:
                self._see_kernel_file(known_start(values), node)
        if path in _PATHS:
            return self._path(given, node)
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
            return special(self, given, named, node)
        if path.endswith(".__getattribute__") and len(given) > 1:
            return self._getattr(given, named, node)
        if path in _IMPORTERS:
            return self._imported(given, path)
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
            return self._path(given, node, "open")
        return found

    def _method(self, receiver: frozenset, name: str, given: list, node: ast.AST) -> frozenset:
        """Call a method of what is known."""
        if name == "__getattribute__" and len(given) == 1:
            return self._getattr([receiver, *given], {}, node)
        found = NOTHING
        if name in _LOOKUPS:
            keys = constants(given[0]) if given else []
            found = self._item(receiver, keys, node)
            if name != "pop" and len(given) > 1:
                found = union(found, given[1])
        for value in receiver:
            kind = value[0]
            if kind == "const" and isinstance(value[1], (str, bytes)):
                if name in ("format", "format_map"):
                    self._see_format(value[1], node)
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
                    self._path([receiver, *given], node) if name == "joinpath" else receiver,
                )
        return found

    def _see_format(self, text: object, node: ast.AST) -> None:
        if isinstance(text, str) and "{" in text and ("." in text or "[" in text):
            for name in ATTRIBUTES:
                if name in text and name in _HIDDEN:
                    self._see("reflection", node, name)

    def _path(self, parts: list, node: ast.AST, kind: str = "path") -> frozenset:
        text = ""
        for values in parts:
            part = known_start(values)
            if part is None:
                break
            text = part if part.startswith("/") else f"{text}/{part}" if text else part
        if not text or len(text) > _folding.TEXT:
            return NOTHING
        self._see_kernel_file(text, node)
        return frozenset(((kind, text),))

    def _see_kernel_file(self, text: str | None, node: ast.AST) -> None:
        if text and text.startswith("/"):
            parts = _folding.call("os.path.normpath", [text]) or text
            top = "/" + parts.lstrip("/").partition("/")[0]
            if top in ("/proc", "/sys"):
                self._see("proc-files", node, top)

    def _imported(self, given: list, path: str) -> frozenset:
        found = NOTHING
        for name in texts(given[0]):
            name = name.replace(":", ".")
            found = union(found, ref(canonical(name)))
            if path == "builtins.__import__":
                found = union(found, ref(canonical(name.partition(".")[0])))
        return union(found, given[0]) if path == "importlib.reload" else found

    def _getattr(self, given: list, named: dict, node: ast.AST) -> frozenset:
        if len(given) < 2:
            return NOTHING
        names = texts(given[1])
        found = any_of([self._get(given[0], name, node) for name in names])
        if not names:
            for path in refs(given[0]):
                if path in SENSITIVE:
                    self._see("reflection", node, f"getattr({path}, …)")
        return any_of([found, *given[2:3]])

    def _setattr(self, given: list, named: dict, node: ast.AST) -> frozenset:
        if "builtins" in refs(given[0]):
            self._see("reflection", node, "setattr(builtins, …)")
        if len(given) > 2:
            for name in texts(given[1]):
                self._bind_attribute(name, given[2])
        return NOTHING

    def _vars(self, given: list, named: dict, node: ast.AST) -> frozenset:
        for path in refs(given[0]):
            self._see_names(path, node)
        return frozenset(("names", path) for path in refs(given[0]))

    def _partial(self, given: list, named: dict, node: ast.AST) -> frozenset:
        return partial(given[0], given[1:5])

    def _getter(self, given: list, named: dict, node: ast.AST) -> frozenset:
        names = tuple(name for values in given for name in texts(values))
        return frozenset((("getter", names),))

    def _getter_of_item(self, given: list, named: dict, node: ast.AST) -> frozenset:
        keys = tuple(
            key for values in given for key in constants(values) if not isinstance(key, list)
        )
        return frozenset((("item", keys),))

    def _get_item(self, given: list, named: dict, node: ast.AST) -> frozenset:
        return self._item(given[0], constants(given[1]), node) if len(given) > 1 else NOTHING

    def _map(self, given: list, named: dict, node: ast.AST) -> frozenset:
        lists = [self._elements(values)[:_ELEMENTS] for values in given[1:]]
        rows = list(zip(*lists, strict=False)) if lists else []
        return seq(
            [
                any_of([self._apply(value, list(row), {}, node) for value in given[0]])
                for row in rows
            ]
        )

    def _reduce(self, given: list, named: dict, node: ast.AST) -> frozenset:
        items = self._elements(given[1])[:_ELEMENTS] if len(given) > 1 else []
        if len(given) > 2:
            items.insert(0, given[2])
        result = items[0] if items else NOTHING
        for item in items[1:]:
            found = [self._apply(value, [result, item], {}, node) for value in given[0]]
            result = any_of(found)
        return result

    def _call_first(self, given: list, named: dict, node: ast.AST) -> frozenset:
        return any_of([self._apply(value, given[1:], named, node) for value in given[0]])

    def _zip(self, given: list, named: dict, node: ast.AST) -> frozenset:
        lists = [self._elements(values)[:_ELEMENTS] for values in given]
        return seq([seq(list(row)) for row in zip(*lists, strict=False)])


def _function_of(scope: Scope) -> Scope:
    while scope.kind == "comprehension":
        scope = scope.parent
    return scope


def _stores(node: ast.expr) -> bool:
    return type(node.ctx) is ast.Store


def _one(end: ast.expr | None) -> object:
    """Give the constant of one end of a slice; ``...`` when it is not known."""
    if end is None:
        return None
    known = [one for one in constants(end.known) if isinstance(one, int)]
    return known[0] if len(known) == 1 else Ellipsis


_SPECIAL = {
    "builtins.getattr": Flow._getattr,
    "inspect.getattr_static": Flow._getattr,
    "builtins.setattr": Flow._setattr,
    "builtins.vars": Flow._vars,
    "functools.partial": Flow._partial,
    "functools.partialmethod": Flow._partial,
    "operator.attrgetter": Flow._getter,
    "operator.methodcaller": Flow._getter,
    "operator.itemgetter": Flow._getter_of_item,
    "operator.getitem": Flow._get_item,
    "operator.call": Flow._call_first,
    "builtins.map": Flow._map,
    "itertools.starmap": Flow._map,
    "functools.reduce": Flow._reduce,
    "builtins.zip": Flow._zip,
}

_HANDLERS = {
    ast.Name: Flow._name,
    ast.Attribute: Flow._attribute,
    ast.Subscript: Flow._subscript,
    ast.Call: Flow._call,
    ast.BinOp: Flow._bin_op,
    ast.UnaryOp: Flow._unary_op,
    ast.JoinedStr: Flow._joined,
    ast.IfExp: Flow._either,
    ast.BoolOp: Flow._either,
    ast.Await: Flow._pass_on,
    ast.Starred: Flow._pass_on,
    ast.Constant: Flow._constant,
    ast.Tuple: Flow._sequence,
    ast.List: Flow._sequence,
    ast.Set: Flow._sequence,
    ast.Dict: Flow._dict,
    ast.ListComp: Flow._comprehension,
    ast.SetComp: Flow._comprehension,
    ast.GeneratorExp: Flow._comprehension,
    ast.DictComp: Flow._dict_comprehension,
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
