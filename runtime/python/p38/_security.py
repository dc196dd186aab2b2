"""What a program should not do, read from its syntax tree."""

from __future__ import annotations

from p38 import _hidden_text, _secrets
from p38._dangers import BLOCKING, WHOLE, message, rule_of
from p38._finding import finding
from p38._flow import Flow

# pytest reads the environment and lets tests change it; a test may wait as it likes.
_FINE_IN_TESTS = {"environment"}


def check(flow: Flow, said: list[dict], is_test: bool) -> list[dict]:
    """Find it, through names, aliases, attributes and constants.

    Args:
        flow: The program; it is followed here.
        said: What ``check_text`` said of it.
        is_test: Whether it is ``test_agent.py``, which may do a little more.
    """
    flow.follow()
    seen = _whole([*flow.seen, *_only_imported(flow)])
    found = [
        finding(rule, line, message(rule, _shown(path)))
        for rule, line, path in seen
        if not (is_test and rule in _FINE_IN_TESTS)
    ]
    if not is_test:
        for line, path in flow.blocking():
            what = f"{_shown(path)} stops the whole event loop while it waits. {BLOCKING[path]}"
            found.append(finding("blocking-call", line, what))
    if flow.work < 0:
        found.append(too_tangled())
    return found + _secrets.check_nodes(
        flow, {one["line"] for one in said if one["rule"] == "secret"}
    )


def too_tangled() -> dict:
    """Say that a program was not followed to its end."""
    what = "The program is too tangled to be followed. Write what it does more directly."
    return finding("too-tangled", None, what)


def check_text(text: str) -> list[dict]:
    """Find what needs no syntax tree, so that a program that is none is told of it too."""
    return _hidden_text.check(text) + _secrets.check_text(text)


def _whole(seen: list[tuple[str, int, str]]) -> list[tuple[str, int, str]]:
    """Leave out what is only the beginning of another: ``importlib.util`` of a function in it."""
    parts = {
        (rule, line, path[:end])
        for rule, line, path in seen
        for end, mark in enumerate(path)
        if mark == "."
    }
    return [one for one in seen if one not in parts]


def _only_imported(flow: Flow) -> list[tuple[str, int, str]]:
    """Find imports of what counts and is not used where that could be seen."""
    found = []
    for line, path in flow.imports:
        rule = rule_of(path)
        if rule is None and path in WHOLE and path not in flow.harmless:
            rule = WHOLE[path]
        under = f"{path}."
        if rule and not any(one == path or one.startswith(under) for one in flow.used):
            found.append((rule, line, path))
    return found


def _shown(path: str) -> str:
    """Write a full name as its author would."""
    for inside, shown in (("builtins.", ""), ("asyncio.loop.", "loop.")):
        path = path.replace(inside, shown, 1) if path.startswith(inside) else path
    return path
