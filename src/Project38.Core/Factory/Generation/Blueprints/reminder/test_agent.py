"""Tests of the reminder."""

import pytest
from agent import Agent
from p38.testing import World


async def test_tells_its_text_every_time():
    """Each run tells."""
    world = World()

    for _ in range(3):
        assert (await world.run(Agent, {"text": "drink water"})).result == {"told": True}

    assert [told.text for told in world.notifications] == ["drink water"] * 3


async def test_tells_once_when_asked_to():
    """The first run tells, the others do not."""
    world = World()

    results = [
        (await world.run(Agent, {"text": "לשתות מים", "once": True})).result for _ in range(3)
    ]

    assert results == [{"told": True}, {"told": False}, {"told": False}]
    assert [told.text for told in world.notifications] == ["לשתות מים"]


@pytest.mark.parametrize("config", [{}, {"text": ""}, {"text": "  "}, {"text": None}])
async def test_without_a_text_says_so(config):
    """An empty reminder is an error, not an empty message."""
    run = await World().run(Agent, config)

    assert run.error == "ValueError: config.text is empty; write what to remind of"
    assert run.notifications == []
