"""Tests of the field watch."""

import pytest
from agent import Agent
from p38.testing import World

URL = "https://example.com/stats"


async def follow(values: list, field: str = "n", **config: object) -> list[str]:
    """Run once for each value; give what was told by each run, or None."""
    world = World()
    told = []
    for value in values:
        world.http[URL] = {"n": value}
        run = await world.run(Agent, {"url": URL, "field": field, **config})
        assert run.status == "success", run.error
        told.append("".join(note.text for note in run.notifications) or None)
    return told


@pytest.mark.parametrize(
    ("rule", "values", "told"),
    [
        ("above", [4, 5, 6, 7, 5, 6], [0, 0, 1, 0, 0, 1]),
        ("at_least", [4, 5, 6, 4, 5], [0, 1, 0, 0, 1]),
        ("below", [6, 5, 4, 5, 4], [0, 0, 1, 0, 1]),
        ("at_most", [6, 5, 4, 6, 5], [0, 1, 0, 0, 1]),
    ],
)
async def test_tells_once_for_each_crossing(rule, values, told):
    """The staying is not told."""
    assert [int(bool(text)) for text in await follow(values, **{rule: 5})] == told


async def test_says_the_value_as_the_answer_has_it():
    """No thousands put in, no digits lost."""
    assert await follow([2026], above=5) == [f"n is 2026, above 5 ({URL})."]
    assert await follow([0.1000], below=5) == [f"n is 0.1, below 5 ({URL})."]
    assert await follow([100.125], at_least=100) == [f"n is 100.125, not less than 100 ({URL})."]


async def test_tells_again_only_after_it_came_back_far_enough():
    """Hysteresis."""
    told = await follow([6, 5, 6, 3, 6], above=5, again=4)

    assert [bool(text) for text in told] == [True, False, False, False, True]


@pytest.mark.parametrize(("reached", "told"), [(False, [1, 0, 0]), (True, [1, 0, 1])])
async def test_the_number_it_must_come_back_to_counts_when_asked_to(reached, told):
    """Back at 4 is not the same as back below 4."""
    runs = await follow([6, 4, 6], above=5, again=4, again_reached=reached)

    assert [int(bool(text)) for text in runs] == told


async def test_tells_of_every_change():
    """The first look is silent; values may be anything JSON has."""
    told = await follow(["a", "a", "b", None, True, {"x": 1}, {"x": 1}], changes=True)

    assert told == [
        None,
        None,
        f"n changed from a to b ({URL}).",
        f"n changed from b to null ({URL}).",
        f"n changed from null to true ({URL}).",
        f'n changed from true to {{"x": 1}} ({URL}).',
        None,
    ]


@pytest.mark.parametrize(
    ("wanted", "values", "told"),
    [
        ("down", ["up", "DOWN", "down", "up", "down"], [0, 1, 0, 0, 1]),
        ("true", [False, True, True], [0, 1, 0]),
        (5, [4, 5.0, "5", 6], [0, 1, 0, 0]),
        ("null", [1, None], [0, 1]),
    ],
)
async def test_tells_once_when_it_is_something(wanted, values, told):
    """Text without regard to case, numbers by worth."""
    assert [int(bool(text)) for text in await follow(values, equals=wanted)] == told


async def test_tells_once_when_it_is_something_no_more():
    """The opposite."""
    assert await follow(["ok", "failed", "broken", "ok"], not_equals="ok") == [
        None,
        f"n is failed, not ok ({URL}).",
        None,
        None,
    ]


async def test_tells_of_a_rise_since_the_last_alert_else_since_the_first_value():
    """As with prices; nothing is up from nothing."""
    told = await follow([0, 100, 104, 110, 112, 121], up_percent=10)

    assert [bool(text) for text in told] == [False, False, False, True, False, True]
    assert told[5] == f"n is up 10%: 121, from 110 at the last alert ({URL})."


async def test_holds_to_what_was_asked_of_the_telling():
    """Once, and quiet at first."""
    assert [bool(t) for t in await follow([6, 4, 6], above=5, only_once=True)] == [1, 0, 0]
    assert [bool(t) for t in await follow([6, 4, 6], above=5, quiet_first=True)] == [0, 0, 1]


async def test_speaks_hebrew():
    """The messages come in the brief's language."""
    assert await follow([4, 6], above=5, language="he") == [None, f"n: הערך 6, מעל 5 ({URL})."]


@pytest.mark.parametrize(
    ("answer", "field"),
    [
        ({"queue": {"length": 7}}, "queue.length"),
        ({"queue": {"length": 7}}, "length"),
        ({"data": [{"queue_length": 7}]}, "queue length"),
        ({"QueueLength": 7}, "queue-length"),
        ([1, {"a": 7}], "1.a"),
        ({"a.b": 1, "c": {"a": {"b": 7}}}, "c.a.b"),
        ({"n": "7 items"}, "n"),
    ],
)
async def test_finds_the_field_by_its_path_or_by_its_name_alone(answer, field):
    """Without regard to how names are written."""
    run = await World(http={URL: answer}).run(Agent, {"url": URL, "field": field, "above": 5})

    assert [note.text.endswith(f", above 5 ({URL}).") for note in run.notifications] == [True]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (500, "status 500"),
        ("<html>", "did not answer with JSON"),
        ({"m": 1}, "has no field n, but m."),
        ({"a": {"n": 1}, "b": {"n": 2}}, "several fields n; name one: a.n, b.n."),
        ({"n": "many"}, "no number, but 'many'"),
        ({"n": None}, "no number, but 'null'"),
        ({"n": True}, "no number, but 'true'"),
        ([], "has no field n"),
        (OSError("The connection timed out."), "timed out"),
    ],
)
async def test_without_the_value_the_run_fails_and_says_why(answer, error):
    """A broken source tells nothing, and keeps what was remembered."""
    world = World(http={URL: {"n": 6}})
    config = {"url": URL, "field": "n", "above": 5}
    await world.run(Agent, config)
    world.http[URL] = answer

    run = await world.run(Agent, config)

    assert run.status == "error"
    assert error in run.error
    assert run.notifications == []
    assert world.state["told"] == ["above"]


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"url": URL, "field": "n"},
        {"url": URL, "field": "n", "above": "x"},
        {"url": URL, "above": 1},
    ],
)
async def test_a_wrong_config_fails(config):
    """Nothing is asked when the config makes no sense."""
    world = World(http={URL: {"n": 1}})

    assert (await world.run(Agent, config)).status == "error"
    assert world.requests == []
