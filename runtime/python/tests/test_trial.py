"""Mode ``trial``: every test counted once, by its worst outcome, whatever it does to the process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, trial_image

AGENT = """
from p38 import handoff, tools


class Agent:
    def __init__(self, config):
        self.config = config

    async def execute(self):
        handoff.state["n"] = handoff.state.get("n", 0) + 1
        await tools.notifications.send(f"run {handoff.state['n']}")
        return {"status": "success", "result": handoff.state["n"]}
"""


def outcomes(platform) -> dict[str, str]:
    """Give each test's outcome; each is told once."""
    told = [event for event in platform.events if event["event"] == "test"]
    assert len({event["test"] for event in told}) == len(told)
    return {event["test"]: event["outcome"] for event in told}


def collected(platform) -> list[str]:
    """Give the tests that were found."""
    return next(event["tests"] for event in platform.events if event["event"] == "collected")


def finished(platform) -> bool:
    """Say whether the session came to its end."""
    return platform.events[-1] == {"event": "finished"}


def test_good_tests_pass(platform):
    platform.run("trial", AGENT, tests="""
import pytest
from agent import Agent
from p38.testing import World

async def test_tells_each_time():
    world = World()
    assert (await world.run(Agent)).result == 1
    assert (await world.run(Agent)).result == 2
    assert [one.text for one in world.notifications] == ["run 1", "run 2"]

def test_plain():
    print('{"jsonrpc":"2.0"}')

@pytest.mark.parametrize("n", [1, 2])
def test_many(n, tmp_path, monkeypatch):
    (tmp_path / "x").write_text("x")

class TestGroup:
    async def test_inside(self, tmp_path):
        pass
""")  # fmt: skip

    names = [
        "test_tells_each_time",
        "test_plain",
        "test_many[1]",
        "test_many[2]",
        "TestGroup::test_inside",
    ]
    assert collected(platform) == names
    assert outcomes(platform) == dict.fromkeys(names, "passed")
    assert finished(platform)


@pytest.mark.parametrize(
    ("test", "outcome", "message"),
    [
        ("async def test_x():\n    assert 1 == 2", "failed", "assert 1 == 2"),
        ("def test_x():\n    raise SystemExit(0)", "failed", "SystemExit"),
        ("@pytest.mark.skip(reason='later')\ndef test_x(): pass", "skipped", "later"),
        ("def test_x():\n    pytest.skip('not now')", "skipped", "not now"),
        ("@pytest.mark.xfail\ndef test_x(): assert False", "skipped", ""),
        ("@pytest.mark.xfail\ndef test_x(): pass", "skipped", ""),
        ("@pytest.fixture\ndef broken(): raise ValueError('set-up')\ndef test_x(broken): pass", "error", "set-up"),
        ("@pytest.fixture\ndef broken():\n    yield\n    raise ValueError('end')\ndef test_x(broken): pass",
         "error", "end"),
        ("@pytest.fixture\nasync def late(): return 1\ndef test_x(late): assert late", "error", "late is async"),
        ("@pytest.fixture\nasync def late(): yield 1\ndef test_x(late): assert late", "error", "late is async"),
        ("async def test_x():\n    yield", "failed", "yields never runs"),
        ("async def f(): assert False\ndef test_x():\n    return f()", "failed", "assert False"),
        ("def test_x():\n    return False", "failed", "returns nothing"),
        ("async def f(): assert False\nasync def test_x():\n    f()", "failed", "never awaited"),
        ("async def f(): assert False\ndef test_x():\n    f()", "failed", "never awaited"),
        ("def test_x(missing): pass", "error", "missing"),
    ],
)  # fmt: skip
def test_what_did_not_pass_is_told_as_it_is(platform, test, outcome, message):
    platform.run("trial", AGENT, tests=f"import pytest\n{test}\n\ndef test_other(): pass\n")

    told = outcomes(platform)
    assert told["test_x"] == outcome
    assert told["test_other"] == "passed"
    assert any(message in event.get("message", "") for event in platform.events)
    assert finished(platform)


def test_unittest_cases_run_too(platform):
    platform.run("trial", AGENT, tests="""
import unittest

class Plain(unittest.TestCase):
    def test_good(self): self.assertEqual(1, 1)
    def test_bad(self): self.assertEqual(1, 2)
    async def test_never_runs(self): self.assertEqual(1, 2)

class Real(unittest.IsolatedAsyncioTestCase):
    async def test_good(self): self.assertEqual(1, 1)
    async def test_bad(self): self.assertEqual(1, 2)
""")  # fmt: skip

    assert outcomes(platform) == {
        "Plain::test_bad": "failed",
        "Plain::test_good": "passed",
        "Plain::test_never_runs": "failed",
        "Real::test_bad": "failed",
        "Real::test_good": "passed",
    }


@pytest.mark.parametrize(
    "statement", ["import os; os._exit(0)", "import os; os.kill(os.getpid(), 9)"]
)
def test_a_test_that_ends_the_process_leaves_the_session_unfinished(platform, statement):
    platform.run(
        "trial",
        AGENT,
        tests=f"def test_a(): pass\ndef test_x():\n    {statement}\ndef test_z(): pass\n",
    )

    assert collected(platform) == ["test_a", "test_x", "test_z"]
    assert outcomes(platform) == {"test_a": "passed"}
    assert not finished(platform)


@pytest.mark.parametrize(
    "statement", ["import pytest; pytest.exit('enough', 0)", "raise KeyboardInterrupt"]
)
def test_a_session_that_is_broken_off_is_not_finished_with_all_passed(platform, statement):
    platform.run(
        "trial",
        AGENT,
        tests=f"def test_a(): pass\ndef test_x():\n    {statement}\ndef test_z(): pass\n",
    )

    assert len(collected(platform)) == 3
    assert list(outcomes(platform).values()).count("passed") < 3


@pytest.mark.parametrize(
    ("program", "tests", "message"),
    [
        (AGENT, "def f(:", "SyntaxError"),
        (AGENT, "import yaml", "No module named 'yaml'"),
        (AGENT, "raise SystemExit(0)", "SystemExit"),
        ("raise ValueError('on import')", "from agent import Agent", "on import"),
    ],
)
def test_a_test_file_that_does_not_import_is_one_error(platform, program, tests, message):
    platform.run("trial", program, tests=tests)

    assert collected(platform) == []
    assert list(outcomes(platform).values()) == ["error"]
    assert message in str(platform.events)
    assert finished(platform)


def test_a_test_file_that_skips_itself_is_told(platform):
    platform.run(
        "trial",
        AGENT,
        tests="import pytest\npytest.skip('all', allow_module_level=True)\ndef test_x(): pass",
    )

    assert collected(platform) == []
    assert outcomes(platform) == {"test_agent.py": "skipped"}


def test_a_test_file_without_tests_collects_none(platform):
    platform.run("trial", AGENT, tests="x = 1\n")

    assert collected(platform) == []
    assert finished(platform)


def test_settings_beside_the_tests_change_nothing(platform, tmp_path):
    (tmp_path / "conftest.py").write_text("raise ValueError('conftest')")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --collect-only\n")

    platform.run("trial", AGENT, tests="def test_x(): pass\n")

    assert outcomes(platform) == {"test_x": "passed"}


def test_the_image_is_enough_for_pytest_and_holds_nothing_else(tmp_path):
    (tmp_path / "test_x.py").write_text("def test_x(tmp_path): assert True\n")
    code = f"import sys; sys.path.insert(0, {str(trial_image())!r}); import pytest; raise SystemExit(pytest.main(['-q']))"

    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={},
    )

    assert "1 passed" in done.stdout, done.stdout + done.stderr
    assert {path.name for path in trial_image().iterdir()} <= set(
        (ROOT / "trial-image.txt").read_text().split()
    )
    assert not any(
        Path(trial_image(), name).exists() for name in ("yaml", "pytest_asyncio", "requests")
    )


GOOD = "async def execute(self):\n        return {'status': 'success'}"


@pytest.mark.parametrize(
    ("execute", "outcome", "message"),
    [
        (GOOD, "passed", ""),
        (GOOD.replace("async ", ""), "passed", ""),
        (GOOD.replace("success", "error"), "passed", "It returned an error"),
        (
            "async def execute(self):\n        await tools.filesystem.read_text('a.csv')",
            "passed",
            "no file 'a.csv'",
        ),
        (
            "async def execute(self):\n        await tools.http.get_json('https://x')",
            "passed",
            "Nothing answers",
        ),
        (
            "async def execute(self):\n        await tools.notifications.send('x')\n        return 3",
            "failed",
            "an int",
        ),
        ("async def execute(self):\n        self.banana()", "failed", "banana"),
        ("async def execute(self):\n        raise SystemExit(0)", "failed", "SystemExit"),
        ("def other(self): pass", "failed", "no method execute"),
        (GOOD + "\n    async def initialize(self):\n        1 / 0", "failed", "ZeroDivisionError"),
        (GOOD + "\n    async def cleanup(self):\n        1 / 0", "failed", "ZeroDivisionError"),
    ],
)
def test_smoke_constructs_initialises_and_executes(platform, execute, outcome, message):
    head = "from p38 import tools\nclass Agent:\n    def __init__(self, config):\n        self.a = config['a']\n    "

    platform.run("smoke", head + execute, config={"a": 1})

    assert platform.events[:2] == [
        {"event": "started"},
        {"event": "collected", "tests": ["smoke"]},
    ]
    assert outcomes(platform) == {"smoke": outcome}
    assert message in platform.events[2]["message"]
    assert finished(platform)


def test_smoke_that_ends_the_process_is_not_finished(platform):
    platform.run("smoke", "import os\nos._exit(0)")

    assert not finished(platform)
