"""What is known of a value without running the program.

A value is one of these tuples, and what an expression may be is a set of them; the empty set is
"anything".

- ``("ref", path)``: a thing of Python's own library, by its full name
- ``("const", value)``: a text, bytes, whole number or None
- ``("open", text)``: a text of which only the beginning is known
- ``("path", text)``: a path of ``pathlib``, or the beginning of one
- ``("seq", sets, depth)``, ``("map", ((key, set), …), depth)``: containers
- ``("names", module)``: the names in a module; an empty one is the program itself
- ``("function", scope)``, ``("partial", value, sets, depth)``: what the program can call
- ``("getter", names)``, ``("item", keys)``: those of the module ``operator``
"""

from __future__ import annotations

import functools

from p38 import _folding

NOTHING: frozenset = frozenset()
ALTERNATIVES = 16
PAIRS = 4
DEPTH = 4
ELEMENTS = 64
"""Of a container, each of which is worked out by itself."""


def const(value: object) -> frozenset:
    """Make the set of one constant, or of one list of constants; empty when it is too large."""
    if isinstance(value, (list, tuple)):
        return seq([const(one) for one in value])
    if isinstance(value, bytearray):
        value = bytes(value)
    if not isinstance(value, (str, bytes, int, type(None))) or not _folding.fits(value):
        return NOTHING
    return frozenset((("const", value),))


def ref(path: str) -> frozenset:
    """Make the set of one thing of the library; empty for a chain that leads nowhere."""
    return frozenset((("ref", path),)) if path.count(".") < 8 else NOTHING


def seq(items: list) -> frozenset:
    """Make a list of sets; empty when it is too long or too deep."""
    if len(items) > _folding.ITEMS or (deep := _depth(items)) > DEPTH:
        return NOTHING
    return frozenset((("seq", tuple(items), deep),))


def mapping(pairs: list) -> frozenset:
    """Make a dict of constants to sets."""
    deep = _depth([values for _, values in pairs])
    if len(pairs) > _folding.ITEMS or deep > DEPTH:
        return NOTHING
    return frozenset((("map", tuple(pairs), deep),))


def partial(values: frozenset, rest: list) -> frozenset:
    """Make a call of which the first arguments are there already."""
    deep = _depth([values, *rest])
    if deep > DEPTH:
        return NOTHING
    return frozenset(("partial", value, tuple(rest), deep) for value in values)


def _depth(sets: list) -> int:
    nested = ("seq", "map", "partial")
    return 1 + max((one[-1] for values in sets for one in values if one[0] in nested), default=0)


def union(one: frozenset, other: frozenset) -> frozenset:
    """Join two sets, and bound the result: what a program could call stays longest."""
    if not other or other <= one:
        return one
    both = one | other
    if len(both) <= ALTERNATIVES:
        return both
    kept = one | {value for value in other if value[0] in ("ref", "function", "names")}
    return kept if len(kept) <= 4 * ALTERNATIVES else one


def constants(values: frozenset) -> list:
    """Give the constants among them, lists of constants included, at most a few."""
    found = []
    for value in values:
        if value[0] == "const":
            found.append(value[1])
        elif value[0] == "seq" and (items := _plain(value)) is not None:
            found.append(items)
    if len(found) > PAIRS:
        found.sort(key=lambda one: (type(one).__name__, str(one)[:64]))
    return found[:PAIRS]


def _plain(value: tuple) -> list | None:
    items = []
    for one in value[1]:
        if len(one) != 1 or next(iter(one))[0] != "const":
            return None
        items.append(next(iter(one))[1])
    return items


def texts(values: frozenset) -> list[str]:
    """Give the texts among them."""
    return [value for value in constants(values) if isinstance(value, str)]


def refs(values: frozenset) -> list[str]:
    """Give the full names among them."""
    return [value[1] for value in values if value[0] == "ref"]


def elements(values: frozenset) -> list[frozenset]:
    """Give what going through them gives, in order where there is one order."""
    found: list[frozenset] = []
    for value in values:
        if value[0] == "seq":
            found += value[1]
        elif value[0] == "map":
            found += [const(key) for key, _ in value[1]]
        elif value[0] == "const" and isinstance(value[1], (str, bytes)):
            found += [const(one) for one in value[1]]
    return found[: _folding.ITEMS]


def any_of(sets: list[frozenset] | tuple) -> frozenset:
    """Join many sets."""
    return _any_of(tuple(sets))


@functools.lru_cache(maxsize=64)
def _any_of(sets: tuple) -> frozenset:
    result = NOTHING
    for values in sets:
        result = union(result, values)
    return result


def pick(values: frozenset, keys: list, anything: bool) -> frozenset:
    """Look something up in the containers among them.

    Args:
        values: The containers, and whatever else.
        keys: What is looked up: constants and slices.
        anything: Whether the key is not known, so that every element may be meant.
    """
    found = NOTHING
    for value in values:
        kind = value[0]
        if kind == "map":
            for key, held in value[1]:
                if anything or key in keys:
                    found = union(found, held)
        elif kind == "seq":
            if anything:
                found = union(found, any_of(value[1]))
                continue
            for key in keys:
                if isinstance(key, slice):
                    found = union(found, seq(list(_cut(value[1], key))))
                elif isinstance(key, int) and -len(value[1]) <= key < len(value[1]):
                    found = union(found, value[1][key])
        elif kind == "const" and isinstance(value[1], (str, bytes)):
            for key in keys:
                if isinstance(key, slice):
                    found = union(found, const(_cut(value[1], key)))
                elif isinstance(key, int) and -len(value[1]) <= key < len(value[1]):
                    found = union(found, const(value[1][key]))
    return found


def _cut(value, part: slice):
    try:
        return value[part]
    except (ValueError, TypeError):
        return value[:0]


def known_start(values: frozenset) -> str | None:
    """Give the beginning of a text or path, as far as it is known; None when it is not."""
    for value in values:
        if value[0] in ("open", "path") or (value[0] == "const" and isinstance(value[1], str)):
            return value[1]
    return None
