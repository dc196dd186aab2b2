"""Tests of the releases."""

import pytest
from agent import Agent
from p38.testing import World

URL = "https://api.github.com/repos/acme/tool/releases"


def release(tag: str, **fields: object) -> dict:
    """Make a release as the API has it."""
    return {"tag_name": tag, "html_url": f"https://github.com/acme/tool/{tag}", **fields}


async def run(world: World, releases: object, **config: object) -> list[str]:
    """Run once on such releases; give what was told."""
    world.http[URL] = releases
    ended = await world.run(Agent, {"repository": "acme/tool", **config})
    assert ended.status == "success", ended.error
    return [told.text for told in ended.notifications]


async def test_tells_each_new_release_once():
    """The first run remembers; the next tell what came."""
    world = World()
    first = [release("v1")]
    second = [release("v2", name="The second"), *first]

    told = [await run(world, releases) for releases in (first, second, second)]

    assert told == [
        [],
        ["acme/tool: The second (v2) was released.\nhttps://github.com/acme/tool/v2"],
        [],
    ]


async def test_a_repository_without_releases_is_known_too():
    """The very first release is news."""
    world = World()

    assert await run(world, []) == []
    assert len(await run(world, [release("v1")])) == 1


async def test_a_prerelease_is_told_only_when_asked_for():
    """And as a release, once it has become one; a draft is nothing."""
    early = [release("v2", prerelease=True), release("v3", draft=True)]
    world, curious = World(), World()
    await run(world, [])
    await run(curious, [], prereleases=True)

    assert await run(world, early) == []
    assert "v2 was released as a pre-release" in (await run(curious, early, prereleases=True))[0]
    assert "v2 was released." in (await run(world, [release("v2", prerelease=False)]))[0]


async def test_speaks_hebrew():
    """The message comes in the brief's language."""
    world = World()
    await run(world, [], language="he")

    told = await run(world, [release("v1")], language="he")

    assert told[0].startswith("acme/tool: יצאה גרסה v1.")


async def test_many_at_once_are_one_message():
    """Ten by name, and the number of the others."""
    world = World()
    await run(world, [])

    told = await run(world, [release(f"v{n}") for n in range(12)])

    assert len(told) == 1
    assert told[0].endswith("… and 2 more")


async def test_asks_where_it_was_told_to():
    """Another server has its API at another address."""
    world = World(http={"https://git.example.com/api/v3/repos/a/b/releases": []})

    ended = await world.run(Agent, {"repository": "a/b", "api": "https://git.example.com/api/v3/"})

    assert ended.result == {"releases": 0, "told": 0}


@pytest.mark.parametrize(
    "answer", [404, 403, 500, "<html></html>", {"message": "no"}, [{"name": "x"}], OSError("No.")]
)
async def test_an_answer_that_is_none_fails(answer):
    """Nothing is told, and nothing forgotten."""
    world = World(http={URL: [release("v1")]})
    await world.run(Agent, {"repository": "acme/tool"})
    world.http[URL] = answer

    ended = await world.run(Agent, {"repository": "acme/tool"})

    assert ended.status == "error"
    assert await run(world, [release("v1")]) == []


@pytest.mark.parametrize("config", [{}, {"repository": "tool"}, {"repository": "a/b/../../c"}])
async def test_a_wrong_config_fails(config):
    """Nothing is asked when the config makes no sense."""
    world = World()

    assert (await world.run(Agent, config)).status == "error"
    assert world.requests == []
