"""Tests of the price watch."""

from decimal import Decimal

import pytest
from agent import Agent, read_number, show
from p38.testing import World

URL = "https://example.com/quote"
OTHER = "https://example.org/quote"
CONFIG = {"symbol": "TSLA", "name": "Tesla", "quote_url": URL}


async def follow(prices: list, **config: object) -> list[str]:
    """Run once for each price; give what was told by each run, or None."""
    world = World()
    told = []
    for price in prices:
        world.http[URL] = {"price": price}
        run = await world.run(Agent, {**CONFIG, **config})
        assert run.status == "success", run.error
        told.append("".join(note.text for note in run.notifications) or None)
    return told


async def test_tells_of_a_rise_since_the_last_alert_else_since_the_first_price():
    """The plan's own example: the base moves with each alert, and not in between."""
    told = await follow([100, 104, 105, 106, 110, 110.25], up_percent=5)

    assert told == [
        None,
        None,
        "Tesla (TSLA) is up 5%: 105, from 100 when first seen.",
        None,
        None,
        "Tesla (TSLA) is up 5%: 110.25, from 105 at the last alert.",
    ]


async def test_a_fall_is_not_a_rise():
    """Only the direction that was asked for."""
    assert await follow([100, 50], up_percent=5) == [None, None]
    assert await follow([100, 90], down_percent=10) == [
        None,
        "Tesla (TSLA) is down 10%: 90, from 100 when first seen.",
    ]


async def test_both_directions_share_their_base():
    """After a rise, a fall counts from there."""
    told = await follow([100, 110, 105, 99], up_percent=10, down_percent=10)

    assert [bool(text) for text in told] == [False, True, False, True]


async def test_more_than_does_not_count_the_number_itself():
    """Five percent is not more than five percent."""
    told = await follow([100, 105, 105.01], up_percent=5, more_than=True)

    assert [bool(text) for text in told] == [False, False, True]


async def test_compares_with_the_check_before():
    """A slow rise is no jump."""
    told = await follow([100, 104, 108, 114], up_percent=5, since="check")

    assert told == [None, None, None, "Tesla (TSLA) is up 5.56%: 114, from 108 at the last check."]


async def test_compares_with_the_first_price():
    """The base stays, so it tells again only after it came back."""
    told = await follow([100, 105, 120, 101, 105], up_percent=5, since="start")

    assert [bool(text) for text in told] == [False, True, False, False, True]


@pytest.mark.parametrize(
    ("rule", "prices", "told"),
    [
        ("above", [199, 200, 201, 300, 200, 201], [0, 0, 1, 0, 0, 1]),
        ("at_least", [199, 200, 201, 199, 200], [0, 1, 0, 0, 1]),
        ("below", [201, 200, 199, 200, 199], [0, 0, 1, 0, 1]),
        ("at_most", [201, 200, 199, 201, 200], [0, 1, 0, 0, 1]),
    ],
)
async def test_tells_once_for_each_crossing(rule, prices, told):
    """The staying is not told."""
    assert [int(bool(text)) for text in await follow(prices, **{rule: 200})] == told


async def test_tells_again_only_after_it_came_back_far_enough():
    """Hysteresis keeps a price at the threshold from telling all day."""
    told = await follow([201, 199, 201, 189, 201], above=200, again=190)

    assert [bool(text) for text in told] == [True, False, False, False, True]


@pytest.mark.parametrize(("reached", "told"), [(False, [1, 0, 0]), (True, [1, 0, 1])])
async def test_the_number_it_must_come_back_to_counts_when_asked_to(reached, told):
    """Back at 190 is not the same as back below 190."""
    runs = await follow([201, 190, 201], above=200, again=190, again_reached=reached)

    assert [int(bool(text)) for text in runs] == told


async def test_tells_one_time_in_all_when_asked_to():
    """Once is once."""
    told = await follow([100, 106, 120, 200], up_percent=5, only_once=True)

    assert [bool(text) for text in told] == [False, True, False, False]


async def test_is_quiet_on_the_first_run_when_asked_to():
    """What was so before is not news."""
    told = await follow([201, 202, 199, 201], above=200, quiet_first=True)

    assert [bool(text) for text in told] == [False, False, False, True]


async def test_speaks_hebrew():
    """The messages come in the brief's language."""
    config = {"name": "טסלה", "language": "he", "up_percent": 5, "above": 200}

    assert await follow([200, 210.5], **config) == [
        None,
        "טסלה (TSLA): המחיר 210.50, מעל 200.\n"
        "טסלה (TSLA): עלייה של 5.25%, המחיר 210.50 לעומת 200 בתצפית הראשונה.",
    ]


async def test_tries_the_sources_in_order_and_notes_those_that_fail():
    """Nonsense is no price either."""
    sources = [
        {"url": OTHER, "path": "a.0.b"},
        {"url": "https://example.net/", "path": "price"},
    ]
    config = {"symbol": "TSLA", "quote_url": f"{URL}/{{symbol}}", "sources": sources, "above": 1}
    world = World(http={f"{URL}/TSLA": {"price": None}, OTHER: {"a": [{"b": "$1,234.50"}]}})

    run = await world.run(Agent, config)

    assert run.result == {"price": 1234.5, "told": True}
    assert run.observations == [
        f"no price: {URL}/TSLA gave no price, but 'None'.",
        "price 1,234.50",
    ]
    assert [request.url for request in world.requests] == [f"{URL}/TSLA", OTHER]


@pytest.mark.parametrize(
    "answer",
    [
        500,
        404,
        "<html>busy</html>",
        {"error": "limit"},
        {"price": 0},
        {"price": -1},
        {"price": True},
        {"price": "n/a"},
        [],
        {},
        OSError("The connection timed out."),
    ],
)
async def test_without_a_price_the_run_fails_and_says_what_to_do(answer):
    """A broken source tells nothing, and keeps what was remembered."""
    world = World(http={URL: {"price": 100}})
    await world.run(Agent, {**CONFIG, "up_percent": 5})
    world.http[URL] = answer

    run = await world.run(Agent, {**CONFIG, "up_percent": 5})

    assert run.status == "error"
    assert "config.quote_url" in run.error
    assert run.notifications == []
    assert world.state["base"] == "100"


async def test_finds_the_field_that_the_config_names():
    """With dots into the answer."""
    world = World(http={URL: {"price": 1, "data": {"last": "250"}}})

    run = await world.run(Agent, {**CONFIG, "field": "data.last", "above": 1})

    assert run.result["price"] == 250


@pytest.mark.parametrize(
    "config",
    [
        {},
        CONFIG,
        {**CONFIG, "up_percent": "x"},
        {**CONFIG, "above": 1, "since": "x"},
        {**CONFIG, "above": 1, "language": "xx"},
    ],
)
async def test_a_wrong_config_fails(config):
    """Nothing is asked when the config makes no sense."""
    world = World(http={URL: {"price": 1}})

    assert (await world.run(Agent, config)).status == "error"
    assert world.requests == []


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (Decimal("1.5"), "1.5"),
        ("$1,234.50", "1234.50"),
        ("245.3 USD", "245.3"),
        ("12", "12"),
        ("12/24", None),
        ("", None),
        (None, None),
        (True, None),
        (Decimal("NaN"), None),
        ({}, None),
    ],
)
def test_prices_are_read_as_sources_write_them(value, number):
    """Signs, codes and thousands; everything else is no price."""
    assert read_number(value) == (None if number is None else Decimal(number))


def test_numbers_are_shown_for_people():
    """Thousands apart, no empty cents, and small coins not rounded away."""
    numbers = ("1200", "245.3", "0.5", "0.000012", "0", "0.01234")

    assert [show(Decimal(number)) for number in numbers] == [
        "1,200",
        "245.30",
        "0.5",
        "0.00001200",
        "0",
        "0.0123",
    ]
