"""Tests of the folder watch."""

import pytest
from agent import Agent
from p38.testing import World


async def run(world: World, **config: object) -> list[str]:
    """Run once; give what was told."""
    ended = await world.run(Agent, {"folder": "inbox", **config})
    assert ended.status == "success", ended.error
    return [told.text for told in ended.notifications]


async def test_tells_each_new_file_once():
    """What was there at first is no news."""
    world = World(files={"inbox/a.pdf": "1", "other.pdf": ""})

    assert await run(world) == []
    world.files["inbox/b.pdf"] = "2"
    world.files["inbox/deep/c.pdf"] = "3"
    assert await run(world) == ["New in inbox: b.pdf"]
    assert await run(world) == []


async def test_a_folder_without_files_is_known_too():
    """The very first file is news."""
    world = World(files={"inbox/deep/x": ""})

    assert await run(world) == []
    world.files["inbox/a"] = ""
    assert await run(world) == ["New in inbox: a"]


async def test_looks_at_its_pattern_alone():
    """Whatever the case."""
    world = World(files={"inbox/x.txt": ""})
    await run(world, pattern="*.pdf")
    world.files.update({"inbox/A.PDF": "", "inbox/b.txt": ""})

    assert await run(world, pattern="*.pdf") == ["New in inbox: A.PDF"]


async def test_tells_changed_and_removed_files_when_asked_to():
    """A file that was only written again has not changed."""
    world = World(
        files={"inbox/a": "1", "inbox/b": "1", "inbox/c": "1"}, now="2026-11-22T08:00:00Z"
    )
    events = {"events": ["new", "changed", "removed"]}
    await run(world, **events)
    world.advance(minutes=5)
    world.files["inbox/a"] = "2"
    del world.files["inbox/b"]
    world.files["inbox/d"] = ""

    told = await run(world, **events)

    assert told == ["New in inbox: d\nChanged in inbox: a\nRemoved from inbox: b"]
    world.advance(minutes=5)
    assert await run(world, **events) == []


async def test_says_nothing_of_events_that_nobody_asked_for():
    """Only new ones are new."""
    world = World(files={"inbox/a": "1", "inbox/b": "1"})
    await run(world)
    world.files["inbox/a"] = "2"
    del world.files["inbox/b"]

    assert await run(world) == []


async def test_speaks_hebrew_and_of_the_workspace():
    """Without a folder, the workspace itself is watched."""
    world = World(files={"a": ""})
    await run(world, folder="", language="he")
    world.files["b"] = ""

    assert await run(world, folder="", language="he") == ["חדש ב־סביבת העבודה: b"]


async def test_many_files_are_counted():
    """Thirty by name."""
    world = World(files={"inbox/x": ""})
    await run(world)
    world.files.update({f"inbox/{n}": "" for n in range(40)})

    assert (await run(world))[0].endswith("and 10 more")


async def test_a_missing_folder_fails_and_says_how_to_grant_it():
    """Nothing there is not the same as nothing new."""
    ended = await World().run(Agent, {"folder": "inbox", "granted": "/data/inbox"})

    assert ended.status == "error"
    assert "--folder /data/inbox" in ended.error


async def test_too_many_files_are_refused():
    """The state is bounded."""
    world = World(files={f"inbox/{'x' * 100}{n}": "" for n in range(600)})

    ended = await world.run(Agent, {"folder": "inbox"})

    assert ended.status == "error"
    assert "narrower" in ended.error


@pytest.mark.parametrize("config", [{"events": ["moved"]}, {"language": "xx"}])
async def test_a_wrong_config_fails(config):
    """Nothing is looked at when the config makes no sense."""
    assert (await World(files={"a": ""}).run(Agent, config)).status == "error"
