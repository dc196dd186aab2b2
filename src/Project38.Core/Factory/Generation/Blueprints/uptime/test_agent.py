"""Tests of the uptime check."""

from datetime import timedelta

import pytest
from agent import MESSAGES, Agent, describe
from p38 import Response
from p38.testing import World

URL = "https://example.com/health"


async def run(world: World, answer: object, **config: object) -> list[str]:
    """Run once against an answer; give what was told."""
    world.http[URL] = answer
    ended = await world.run(Agent, {"url": URL, **config})
    assert ended.status == "success", ended.error
    return [told.text for told in ended.notifications]


async def test_says_nothing_while_it_is_up():
    """No news is good news."""
    world = World()

    assert await run(world, Response(200)) == []
    assert await run(world, Response(204)) == []
    assert world.state == {}


async def test_tells_once_when_down_and_once_when_up_again():
    """One message for each change, with the reason and the length."""
    world = World(now="2026-11-22T08:00:00Z")

    assert await run(world, Response(503)) == [f"{URL} is down: status 503."]
    world.advance(hours=2)
    assert await run(world, Response(503)) == []
    world.advance(minutes=5)
    assert await run(world, 200) == [f"{URL} is up again. It was down for 2 hours 5 minutes."]
    assert await run(world, 200) == []
    assert await run(world, 500) == [f"{URL} is down: status 500."]


async def test_tells_no_recovery_when_it_is_not_wanted():
    """One message for each outage."""
    world = World()

    assert await run(world, 503, recovery=False) == [f"{URL} is down: status 503."]
    assert await run(world, 200, recovery=False) == []
    assert await run(world, 503, recovery=False) == [f"{URL} is down: status 503."]


async def test_waits_for_so_many_failures_in_a_row():
    """A failure that passes is not told, and starts the count anew."""
    world = World(now="2026-11-22T08:00:00Z")

    told = []
    for status in (500, 500, 200, 500, 500, 500):
        told.append(await run(world, status, failures=3))
        world.advance(minutes=1)

    assert told == [[], [], [], [], [], [f"{URL} is down: status 500."]]
    assert await run(world, 200, failures=3) == [f"{URL} is up again. It was down for 3 minutes."]


async def test_no_answer_is_down_too():
    """What kept it from answering is named."""
    assert await run(World(), OSError("The connection timed out.")) == [
        f"{URL} is down: The connection timed out."
    ]


async def test_only_the_right_status_is_up():
    """With a status named, another one is a fault, an error may be right."""
    assert await run(World(), 204, status=200) == [f"{URL} is down: status 204."]
    assert await run(World(), 401, status=401) == []


async def test_the_page_must_say_its_words():
    """Case, entities and line breaks do not matter."""
    world = World(now="2026-11-22T08:00:00Z")

    assert await run(world, "<b>All\n systems&nbsp;GO</b>", contains="all systems go") == []
    assert await run(world, "maintenance", contains="all systems go") == [
        f"{URL} is down: the page does not say “all systems go”."
    ]
    assert await run(world, "maintenance", contains="all systems go") == []
    assert len(await run(world, "ALL SYSTEMS GO", contains="all systems go")) == 1


async def test_speaks_hebrew():
    """The messages come in the brief's language."""
    world = World(now="2026-11-22T08:00:00Z")

    assert await run(world, 404, language="he") == [f"{URL} לא זמין: status 404."]
    world.advance(days=1, hours=3)
    assert await run(world, 200, language="he") == [
        f"{URL} חזר לפעול. הוא היה מושבת במשך 1 יום 3 שעות."
    ]


async def test_gives_the_server_the_time_it_may_take():
    """The timeout reaches the tool."""
    world = World()

    await run(world, 200, wait=5)

    assert world.requests[0].timeout == 5


@pytest.mark.parametrize(
    "config", [{}, {"url": URL, "failures": 0}, {"url": URL, "language": "xx"}]
)
async def test_a_wrong_config_fails(config):
    """Nothing is asked when the config makes no sense."""
    world = World(http={URL: 200})

    assert (await world.run(Agent, config)).status == "error"
    assert world.requests == []


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (61, "1 minute 1 second"),
        (90_061, "1 day 1 hour"),
        (-5, "0 seconds"),
    ],
)
def test_lengths_read_well(seconds, text):
    """Two units are enough."""
    assert describe(timedelta(seconds=seconds), MESSAGES["en"]["units"]) == text
