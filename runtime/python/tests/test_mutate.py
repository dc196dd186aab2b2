"""Mode ``mutate``: tests that do not see a changed condition are told as such."""

from __future__ import annotations

import ast

import pytest
from p38._conditions import changes, deciding

AGENT = """
from p38 import tools


class Agent:
    def __init__(self, config):
        self.limit = 2

    async def execute(self):
        count = (await tools.filesystem.read_text("x")).count("x")
        if count > self.limit:
            await tools.notifications.send(f"{count}")
        return {"status": "success", "result": count}
"""

TEST = """
from agent import Agent
from p38.testing import World

async def test_it():
    world = World(files={{"x": "{content}"}})
    await world.run(Agent)
    {check}
"""


def mutants(platform) -> dict[str, bool]:
    """Give each change, and whether a test failed."""
    told = [event for event in platform.events if event["event"] == "mutant"]
    assert platform.events[-1] == {"event": "finished"}
    return {event["became"]: event["killed"] for event in told}


def test_strong_tests_see_every_change(platform):
    tests = TEST.format(content="xxx", check="assert len(world.notifications) == 1") + """
async def test_boundary():
    world = World(files={"x": "xx"})
    await world.run(Agent)
    assert not world.notifications
"""
    platform.run("mutate", AGENT, tests=tests)

    assert mutants(platform) == {"count <= self.limit": True, "count >= self.limit": True}


def test_weak_tests_see_none(platform):
    tests = TEST.format(content="xxx", check="assert world")
    platform.run("mutate", AGENT, tests=tests)

    assert mutants(platform) == {"count <= self.limit": False, "count >= self.limit": False}


def test_one_side_alone_sees_the_turn_and_not_the_boundary(platform):
    tests = TEST.format(content="xxxx", check="assert world.notifications")
    platform.run("mutate", AGENT, tests=tests)

    assert mutants(platform) == {"count <= self.limit": True, "count >= self.limit": False}


ENDLESS = """
from p38 import tools


class Agent:
    def __init__(self, config):
        self.left = 4

    async def execute(self):
        kept = []
        while self.left != 0:
            self.left = max(self.left - 2, 0)
            {step}
            await tools.notifications.send("x")
        return {{"status": "success", "result": len(kept)}}
"""


@pytest.mark.parametrize(
    "step",
    [
        "pass",
        "kept.append(b'x' * 2_000_000)",
        "print('x' * 10_000)",
    ],
)
def test_a_change_that_runs_on_and_on_is_seen(platform, step):
    tests = """
from agent import Agent
from p38.testing import World

async def test_ends():
    assert (await World().run(Agent)).status == "success"
"""
    platform.run("mutate", ENDLESS.format(step=step), tests=tests)

    assert mutants(platform) == {
        "self.left == 0": False,
        "self.left != 1": True,
    }, platform.log


@pytest.mark.parametrize(
    ("tests", "order", "failing"),
    [
        (
            "import os\ndef test_first():\n    os.mkdir('/tmp/p38-test-{id}')\n",
            "same",
            ["test_first"],
        ),
        (
            "KEPT = []\ndef test_a():\n    KEPT.append(1)\ndef test_b():\n    assert KEPT\n",
            "reverse",
            ["test_b"],
        ),
        (
            "import p38\nimport agent\ndef test_a():\n    p38.n = getattr(p38, 'n', 0) + 1\n"
            "    assert p38.n == 1\ndef test_b():\n    pass\n",
            "same",
            ["test_a"],
        ),
    ],
)
def test_tests_that_do_not_pass_again_are_told(platform, tmp_path, tests, order, failing):
    tests = tests.replace("/tmp/p38-test-{id}", str(tmp_path / "left"))
    platform.run("mutate", AGENT, tests=tests)

    assert platform.events == [
        {"event": "started"},
        {"event": "unsteady", "order": order, "tests": failing},
        {"event": "finished"},
    ], platform.log


@pytest.mark.parametrize(
    ("body", "conditions"),
    [
        ("if a:\n  await tools.notifications.send('x')", ["a"]),
        ("if a:\n  pass\nawait tools.notifications.send('x')", []),
        ("if a:\n  return {}\nawait tools.notifications.send('x')", ["a"]),
        ("if a:\n  return {}\nif b:\n  await notifications.send('x')", ["a", "b"]),
        ("for x in y:\n  if x > 1:\n    await self.tell(x)", ["x > 1"]),
        ("if a:\n  pass\nelse:\n  await send('x')", ["a"]),
        ("if a:\n  self.note()", []),
        ("while a:\n  await tools.notifications.send('x')", ["a"]),
        ("if a:\n  if b:\n    await tools.notifications.send('x')", ["a", "b"]),
    ],
)
def test_the_conditions_that_decide_are_found(body, conditions):
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    code = f"class Agent:\n  async def execute(self):\n{lines}\n  async def tell(self, x):\n    await tools.notifications.send(x)\n  def note(self): pass\n"

    assert [ast.unparse(one) for one in deciding(ast.parse(code))] == conditions


@pytest.mark.parametrize(
    ("condition", "became"),
    [
        ("a > b", ["a <= b", "a >= b"]),
        ("a == 1", ["a != 1", "a == 2"]),
        ("a", ["not a"]),
        ("a and (not b)", ["not (a and (not b))"]),
        ("x in y and n >= 3", ["x not in y and n >= 3", "x in y and n < 3", "x in y and n > 3", "x in y and n >= 4"]),
        ("f(a, True)", ["not f(a, True)"]),
    ],
)
def test_each_change_is_one_and_is_undone(condition, became):
    tree = ast.parse(f"if {condition}: pass")
    test = tree.body[0].test
    seen = []
    for change in changes(test):
        undo = change()
        seen.append(ast.unparse(ast.fix_missing_locations(test)))
        undo()
        assert ast.unparse(test) == ast.unparse(ast.parse(condition, mode="eval").body)

    expected = [ast.unparse(ast.parse(one, mode="eval").body) for one in became]
    assert sorted(seen) == sorted(expected)
