"""Tests of the log pattern."""

import pytest
from agent import Agent, pattern
from p38.testing import World

CONFIG = {"file": "app.log", "words": ["ERROR"]}


async def run(world: World, log: str | bytes, **config: object) -> list[str]:
    """Run once on a log; give what was told."""
    world.files["app.log"] = log
    ended = await world.run(Agent, {**CONFIG, **config})
    assert ended.status == "success", ended.error
    return [told.text for told in ended.notifications]


async def test_tells_new_lines_once():
    """What stood there at first is no news."""
    world = World()
    old = "ERROR old\n"
    new = old + "ok\nERROR disk\nERROR net\n"

    told = [await run(world, log) for log in (old, new, new)]

    assert told == [[], ["app.log: 2 new lines with “ERROR”:\nERROR disk\nERROR net"], []]


@pytest.mark.parametrize("new", ["ERROR b\n", "", "start\nERROR b\nand\nmuch\nmore\n"])
async def test_reads_a_rotated_log_from_its_start(new):
    """Shorter, empty, or another one of any length."""
    world = World()
    await run(world, "start of the old log\nERROR a\n")

    told = await run(world, new)

    assert told == (["app.log: 1 new line with “ERROR”:\nERROR b"] if new else [])
    assert len(await run(world, new + "ERROR c\n")) == 1


async def test_a_line_still_being_written_counts_once():
    """It is told when its word is there, and not again when the rest comes."""
    world = World()

    told = [await run(world, log) for log in ("", "ER", "ERROR x", "ERROR x and y\n")]

    assert told == [[], [], ["app.log: 1 new line with “ERROR”:\nERROR x"], []]


async def test_waits_for_so_many_lines():
    """Fewer in one run are not told."""
    world = World()
    await run(world, "")

    assert await run(world, "ERROR\n" * 2, count=3) == []
    assert await run(world, "ERROR\n" * 4, count=3) == []
    assert len(await run(world, "ERROR\n" * 7, count=3)) == 1


async def test_leaves_out_what_is_not_wanted():
    """A line with an unwanted word does not count."""
    world = World()
    await run(world, "", without=["healthcheck"])

    assert await run(world, "ERROR in Healthcheck\n", without=["healthcheck"]) == []


async def test_reads_regular_expressions_when_asked_to():
    """As Python has them."""
    world = World()
    words = {"words": [r"took \d{4,} ms"], "regex": True}
    await run(world, "", **words)

    assert len(await run(world, "took 12 ms\ntook 12345 ms\n", **words)) == 1


async def test_shows_ten_lines_and_speaks_hebrew():
    """The excerpt is bounded, whatever a line holds."""
    world = World()
    await run(world, "", language="he")

    told = await run(world, ("ERROR " + "x" * 9_000 + "\n").encode() * 12, language="he")

    assert told[0].startswith("app.log: 12 שורות חדשות עם “ERROR”:")
    assert told[0].endswith("… ועוד 2")
    assert len(told[0]) < 3_500


async def test_bytes_that_are_no_text_do_no_harm():
    """A log may hold anything."""
    world = World()
    await run(world, "")

    assert len(await run(world, b"\xff\xfe ERROR \x00\n")) == 1


async def test_a_missing_log_fails_and_is_not_forgotten():
    """Nothing is told, and what was read stays read."""
    world = World()
    await run(world, "ERROR a\n")
    del world.files["app.log"]

    ended = await world.run(Agent, CONFIG)

    assert ended.status == "error"
    assert await run(world, "ERROR a\n") == []


@pytest.mark.parametrize(
    "config",
    [
        {},
        {**CONFIG, "words": []},
        {**CONFIG, "count": 0},
        {**CONFIG, "words": ["("], "regex": True},
    ],
)
async def test_a_wrong_config_fails(config):
    """Nothing is read when the config makes no sense."""
    assert (await World(files={"app.log": ""}).run(Agent, config)).status == "error"


@pytest.mark.parametrize(
    ("word", "line", "found"),
    [
        ("ERROR", "2026 ERROR: x", True),
        ("ERROR", "no error here", False),
        ("error", "level=Error", True),
        ("error", "ErrorHandler loaded", False),
        ("out of memory", "Out  of memory!", True),
        ("שגיאה", "הייתה השגיאה", True),
    ],
)
def test_words_are_found_whole(word, line, found):
    """In capitals when they were written so."""
    assert bool(pattern(word).search(line)) is found
