"""Mode ``trial``: the program's own tests under pytest, counted on the tool session.

Never by exit code: Debian's pytest skips ``async def`` tests and exits with 0, and so does a test
that calls ``os._exit(0)``.
"""

from __future__ import annotations

import asyncio
import inspect
import os
import sys

MESSAGE_CHARACTERS = 4_000
TEST_FILE = "test_agent.py"
_WORST_LAST = ("passed", "skipped", "failed", "error")
_OPTIONS = (
    "--capture=sys",
    "--color=no",
    "--noconftest",
    "-c", os.devnull,
    "-p", "no:cacheprovider",
    # A call that forgot its await never happened, so the test that made it proves nothing.
    "-W", "error:coroutine:RuntimeWarning",
    "-W", "error::pytest.PytestUnraisableExceptionWarning",
    # A unittest method that yields, or is a coroutine that nothing awaits, never ran either.
    "-W", "error:It is deprecated to return a value:DeprecationWarning",
)  # fmt: skip


def trial(session, app: str) -> None:
    """Try the program out, and tell what came of it."""
    pytest = prepare(session, app)
    teller = Teller(session)
    code = run_tests(pytest, app, teller)
    if code in (
        pytest.ExitCode.OK,
        pytest.ExitCode.TESTS_FAILED,
        pytest.ExitCode.NO_TESTS_COLLECTED,
    ):
        teller.tell(event="finished")
    elif teller.broken:
        # Nothing was run because something could not be collected: that has been told.
        teller.tell(event="finished")


def prepare(session, app: str):
    """Make the program and its tests importable; give pytest.

    From here on what goes wrong is the program's doing, and before it the platform's: it is told.
    """
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    import pytest

    sys.path.append(app)
    session.request("p38/trial", {"event": "started"})
    return pytest


def run_tests(pytest, app: str, *plugins: object, options: tuple[str, ...] = ()) -> int:
    """Run the tests once; give pytest's exit code."""
    sys.modules.pop(TEST_FILE.removesuffix(".py"), None)
    return pytest.main(
        [*_OPTIONS, *options, f"--rootdir={app}", os.path.join(app, TEST_FILE)],
        plugins=[CoroutineTests(), *plugins],
    )


class CoroutineTests:
    """A pytest plugin that runs coroutine tests for real, and refuses what would never run."""

    def pytest_pyfunc_call(self, pyfuncitem):
        """Run a test for real, whether it is a coroutine or gives one back."""
        wanted = inspect.signature(pyfuncitem.obj).parameters
        arguments = {
            name: pyfuncitem.funcargs[name]
            for name in pyfuncitem._fixtureinfo.argnames
            if name in wanted
        }
        if inspect.isasyncgenfunction(pyfuncitem.obj) or inspect.isgeneratorfunction(
            pyfuncitem.obj
        ):
            raise TypeError("a test that yields never runs; remove the yield")

        async def run(test) -> None:
            await test

        returned = pyfuncitem.obj(**arguments)
        if inspect.isawaitable(returned):
            asyncio.run(run(returned))
        elif returned is not None:
            raise TypeError(
                f"a test returns nothing; this returned a {type(returned).__name__}. Use assert"
            )
        return True

    def pytest_fixture_setup(self, fixturedef) -> None:
        """Refuse fixtures that nothing would await."""
        if inspect.iscoroutinefunction(fixturedef.func) or inspect.isasyncgenfunction(
            fixturedef.func
        ):
            raise TypeError(
                f"the fixture {fixturedef.argname} is async; make it plain, and await in the test"
            )


class Reversed:
    """A pytest plugin that runs the last test first."""

    def pytest_collection_modifyitems(self, items: list) -> None:
        """Turn the order round."""
        items.reverse()


class Failures:
    """A pytest plugin that keeps which tests failed."""

    def __init__(self) -> None:
        """Keep none so far."""
        self.tests: list[str] = []

    def pytest_runtest_logreport(self, report) -> None:
        """Keep the name of one that failed, whether in its set-up, call or tear-down."""
        if report.failed and _name(report.nodeid) not in self.tests:
            self.tests.append(_name(report.nodeid))


class Teller:
    """A pytest plugin that tells the platform about every test."""

    def __init__(self, session) -> None:
        """Tell it over a session."""
        self.broken = False
        self._session = session
        self._outcomes: dict[str, tuple[str, str]] = {}

    def tell(self, **event: object) -> None:
        """Send one event."""
        self._session.request("p38/trial", event)

    def pytest_collectreport(self, report) -> None:
        """Tell of a file that does not import, or that skips itself."""
        if not report.passed:
            self.broken = self.broken or report.failed
            outcome = "skipped" if report.skipped else "error"
            self._tell_test(os.path.basename(report.nodeid) or TEST_FILE, outcome, _message(report))

    def pytest_collection_finish(self, session) -> None:
        """Tell which tests there are."""
        self.tell(event="collected", tests=[_name(item.nodeid) for item in session.items])

    def pytest_runtest_logreport(self, report) -> None:
        """Keep the worst of set-up, call and tear-down."""
        outcome = report.outcome
        if outcome == "failed" and report.when != "call":
            outcome = "error"
        if outcome == "passed" and hasattr(report, "wasxfail"):
            outcome = "skipped"  # expected to fail, and did not: it proves nothing either way
        before = self._outcomes.get(report.nodeid, ("passed", ""))
        if _WORST_LAST.index(outcome) > _WORST_LAST.index(before[0]):
            before = (outcome, _message(report))
        self._outcomes[report.nodeid] = before

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Tell how a test ended."""
        self._tell_test(
            _name(nodeid), *self._outcomes.pop(nodeid, ("error", "The test did not run."))
        )

    def _tell_test(self, test: str, outcome: str, message: str) -> None:
        message = message.encode("utf-8", "replace").decode()
        self.tell(event="test", test=test, outcome=outcome, message=message[-MESSAGE_CHARACTERS:])


def _name(nodeid: str) -> str:
    return nodeid.rpartition(f"{TEST_FILE}::")[2].encode("utf-8", "replace").decode()


def _message(report) -> str:
    if isinstance(report.longrepr, tuple):  # skipped: file, line, reason
        return str(report.longrepr[2])
    return getattr(report, "wasxfail", "") or str(report.longrepr or "")
