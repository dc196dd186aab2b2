"""Mode ``mutate``: whether tests see it when a condition that decides a notification is changed.

One comparison, constant or condition is changed at a time, and the tests run again on the changed
program in this same process, until one fails.
"""

from __future__ import annotations

import ast
import os
import sys
import time
import types

from p38._bounds import Bounds
from p38._conditions import changes, deciding
from p38._trial import Failures, Reversed, prepare, run_tests

MUTANTS = 40
_QUIET = ("-qq", "--tb=no", "--no-header", "--no-summary")


def mutate(session, app: str) -> None:
    """Change the program in many ways, and tell of each whether a test failed."""
    pytest = prepare(session, app)
    path = os.path.join(app, "agent.py")
    with open(path, encoding="utf-8-sig") as file:
        tree = ast.parse(file.read())

    def passes(*plugins: object, options: tuple[str, ...] = _QUIET) -> bool:
        return _imports(tree, path) and (
            run_tests(pytest, app, *plugins, options=options) == pytest.ExitCode.OK
        )

    # A test that fails when it runs again would be taken for one that saw each of the changes.
    longest = 0.0
    for order, plugins in (("same", []), ("same", []), ("reverse", [Reversed()])):
        failures = Failures()
        began = time.monotonic()
        if not passes(failures, *plugins):
            event = {"event": "unsteady", "order": order, "tests": failures.tests}
            session.request("p38/trial", event)
            session.request("p38/trial", {"event": "finished"})
            return
        longest = max(longest, time.monotonic() - began)
    bounds = Bounds(longest)
    tried = 0
    for condition in deciding(tree):
        was = ast.unparse(condition)
        for change in changes(condition):
            if tried == MUTANTS:
                break
            tried += 1
            undo = change()
            became = ast.unparse(condition)
            killed = not bounds.hold(lambda: passes(options=("-x", *_QUIET)))
            undo()
            event = {"event": "mutant", "line": condition.lineno, "was": was, "became": became}
            session.request("p38/trial", {**event, "killed": killed})
    session.request("p38/trial", {"event": "finished"})


def _imports(tree: ast.Module, path: str) -> bool:
    """Put the changed program in the place of the module; say whether it can be imported at all."""
    module = types.ModuleType("agent")
    module.__file__ = path
    sys.modules["agent"] = module
    try:
        exec(compile(ast.fix_missing_locations(tree), path, "exec"), module.__dict__)  # noqa: S102
    except Exception:  # noqa: BLE001  (whatever it is, it is the program's)
        return False
    return True
