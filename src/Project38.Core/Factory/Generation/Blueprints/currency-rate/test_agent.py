"""Tests of the rate watch."""

from decimal import Decimal

import pytest
from agent import Agent, read_number, show
from p38.testing import World

URL = "https://example.com/rate"
OTHER = "https://example.org/latest?base=USD"
CONFIG = {"base": "USD", "quote": "ILS", "rate_url": URL}


async def follow(rates: list, **config: object) -> list[str]:
    """Run once for each rate; give what was told by each run, or None."""
    world = World()
    told = []
    for rate in rates:
        world.http[URL] = {"rate": rate}
        run = await world.run(Agent, {**CONFIG, **config})
        assert run.status == "success", run.error
        told.append("".join(note.text for note in run.notifications) or None)
    return told


async def test_tells_once_for_each_crossing():
    """The staying is not told, and the level itself is not above it."""
    told = await follow([3.79, 3.8, 3.8125, 3.9, 3.7, 3.81], above=3.8)

    assert told == [
        None,
        None,
        "USD/ILS is at 3.8125, above 3.8.",
        None,
        None,
        "USD/ILS is at 3.81, above 3.8.",
    ]


@pytest.mark.parametrize(
    ("rule", "rates", "told"),
    [
        ("at_least", [3.7, 3.8, 3.9, 3.7, 3.8], [0, 1, 0, 0, 1]),
        ("below", [3.9, 3.8, 3.7, 3.8, 3.7], [0, 0, 1, 0, 1]),
        ("at_most", [3.9, 3.8, 3.7, 3.9, 3.8], [0, 1, 0, 0, 1]),
    ],
)
async def test_knows_each_side_of_a_level(rule, rates, told):
    """Above, at, below."""
    assert [int(bool(text)) for text in await follow(rates, **{rule: 3.8})] == told


async def test_tells_of_a_change_since_the_last_alert_else_since_the_first_rate():
    """The base moves with each alert."""
    told = await follow([4, 4.08, 4.12, 4.0788], up_percent=2, down_percent=1)

    assert told == [
        None,
        "USD/ILS is up 2%: 4.08, from 4 when first seen.",
        None,
        None,
    ]
    assert (await follow([4, 3.9], down_percent=2.5))[1].startswith("USD/ILS is down 2.5%: 3.9,")


async def test_holds_to_what_was_asked_of_the_telling():
    """Once, quiet at first, farther back, since the check before, since the start."""
    assert [bool(t) for t in await follow([3.9, 3.7, 3.9], above=3.8, only_once=True)] == [1, 0, 0]
    assert [bool(t) for t in await follow([3.9, 3.7, 3.9], above=3.8, quiet_first=True)] == [
        0,
        0,
        1,
    ]
    reached = await follow([3.9, 3.6, 3.9], above=3.8, again=3.6, again_reached=True)
    assert [bool(t) for t in reached] == [1, 0, 1]
    assert [bool(t) for t in await follow([3.9, 3.7, 3.9, 3.5, 3.9], above=3.8, again=3.6)] == [
        1,
        0,
        0,
        0,
        1,
    ]
    assert [bool(t) for t in await follow([4, 4.1, 4.2], up_percent=5, since="check")] == [0, 0, 0]
    assert [bool(t) for t in await follow([4, 4.1, 4.2], up_percent=5, since="start")] == [0, 0, 1]
    assert [bool(t) for t in await follow([4, 4.2], up_percent=5, more_than=True)] == [0, 0]


async def test_speaks_hebrew():
    """The messages come in the brief's language."""
    assert await follow([3.7, 3.5], below=3.6, language="he") == [
        None,
        "USD/ILS: השער 3.5, מתחת ל-3.6.",
    ]


async def test_tries_the_sources_in_order_and_notes_those_that_fail():
    """An address of one's own comes first."""
    world = World(http={f"{URL}/USD/ILS": 500, OTHER: {"rates": {"ILS": 3.72}}})
    config = {
        **CONFIG,
        "rate_url": f"{URL}/{{base}}/{{quote}}",
        "sources": [{"url": OTHER, "path": "rates.ILS"}],
        "above": 3.7,
    }

    run = await world.run(Agent, config)

    assert run.result == {"rate": 3.72, "told": True}
    assert run.observations == [
        f"no rate: {URL}/USD/ILS answered with status 500.",
        "rate 3.72",
    ]


@pytest.mark.parametrize(
    ("answer", "field"),
    [
        ({"rate": 3.72}, None),
        ({"rates": {"EUR": 1, "ILS": 3.72}}, None),
        ({"base": "USD", "ILS": "3.72"}, None),
        ({"conversion_rates": {"ILS": 3.72}}, None),
        ("3.72", None),
        ({"a": [{"b": 3.72}]}, "a.0.b"),
    ],
)
async def test_finds_the_rate_where_sources_have_it(answer, field):
    """By the usual names, by the currency's code, or where the config says."""
    world = World(http={URL: answer})

    run = await world.run(Agent, {**CONFIG, "field": field, "above": 1})

    assert run.result["rate"] == 3.72


@pytest.mark.parametrize(
    "answer",
    [
        503,
        "busy",
        {"error": "limit"},
        {"rate": 0},
        {"rate": True},
        {"rate": "n/a"},
        [],
        {},
        OSError("no"),
    ],
)
async def test_without_a_rate_the_run_fails_and_says_what_to_do(answer):
    """A broken source tells nothing, and keeps what was remembered."""
    world = World(http={URL: {"rate": 3.7}})
    await world.run(Agent, {**CONFIG, "up_percent": 5})
    world.http[URL] = answer

    run = await world.run(Agent, {**CONFIG, "up_percent": 5})

    assert run.status == "error"
    assert "config.rate_url" in run.error
    assert run.notifications == []
    assert world.state["base"] == "3.7"


@pytest.mark.parametrize(
    "config",
    [{}, CONFIG, {**CONFIG, "above": "x"}, {**CONFIG, "above": 1, "language": "xx"}],
)
async def test_a_wrong_config_fails(config):
    """Nothing is asked when the config makes no sense."""
    world = World(http={URL: {"rate": 1}})

    assert (await world.run(Agent, config)).status == "error"
    assert world.requests == []


def test_rates_are_read_and_shown_for_people():
    """Four digits behind the point, and small rates not rounded away."""
    assert read_number("3.7215 ILS") == Decimal("3.7215")
    assert [show(Decimal(rate)) for rate in ("3.80", "3.72149", "0.0066123", "1300", "0")] == [
        "3.8",
        "3.7215",
        "0.006612",
        "1,300",
        "0",
    ]
