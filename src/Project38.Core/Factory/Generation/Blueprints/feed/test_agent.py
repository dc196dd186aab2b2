"""Tests of the feed."""

import pytest
from agent import Agent, pattern, read_feed
from p38 import Response
from p38.testing import World

URL = "https://example.com/feed.xml"
ITEM = (
    "<item><title>{0}</title><link>/p/{0}</link><guid>{0}</guid>"
    "<description>{1}</description></item>"
)
ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Blog</title>
<entry><id>urn:1</id>
<title type="html">One &amp;amp; &lt;b&gt;two&lt;/b&gt;</title>
<link rel="self" href="/self"/><link href="https://example.com/1"/>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">all about <b>rust</b></div>
</content>
</entry>
</feed>"""


def rss(*items: tuple[str, str]) -> str:
    """Write a feed of so many titles and texts."""
    told = "".join(ITEM.format(*item) for item in items)
    return f'<rss version="2.0"><channel><title>News</title>{told}</channel></rss>'


async def run(world: World, feed: object, **config: object) -> list[str]:
    """Run once on a feed; give what was told."""
    world.http[URL] = feed
    ended = await world.run(Agent, {"url": URL, **config})
    assert ended.status == "success", ended.error
    return [told.text for told in ended.notifications]


async def test_the_first_run_is_silent_and_the_next_tells_what_is_new():
    """Each entry is told once, also when it was away in between."""
    world = World()

    told = [
        await run(world, feed)
        for feed in (
            rss(("a", "")),
            rss(("c", ""), ("b", ""), ("a", "")),
            rss(("c", "")),
            rss(("b", ""), ("a", "")),
        )
    ]

    assert told == [
        [],
        ["2 new in News:\n• c\n  https://example.com/p/c\n• b\n  https://example.com/p/b"],
        [],
        [],
    ]


async def test_a_feed_that_was_empty_at_first_is_known():
    """Nothing there is something to remember."""
    world = World()

    assert await run(world, rss()) == []
    assert len(await run(world, rss(("a", "")))) == 1


async def test_the_first_run_tells_the_newest_when_asked_to():
    """So many, and the others count as known."""
    world = World()

    told = await run(world, rss(("c", ""), ("b", ""), ("a", "")), newest=1)

    assert told == ["1 new in News:\n• c\n  https://example.com/p/c"]
    assert await run(world, rss(("b", ""), ("a", "")), newest=1) == []


async def test_tells_only_what_has_the_words():
    """One of the wanted, and none of the others; what was passed over is not told later."""
    world = World()
    words = {"include": ["rust", "machine learning"], "exclude": ["job"]}
    await run(world, rss(), **words)

    told = await run(
        world,
        rss(("Rust 2", ""), ("x", "machine\n learning"), ("trust", ""), ("Rust", "Jobs here")),
        **words,
    )

    assert [line for line in told[0].splitlines() if line.startswith("•")] == ["• Rust 2", "• x"]
    assert await run(world, rss(("trust", ""))) == []


async def test_looks_at_titles_alone_when_asked_to():
    """The text does not count then."""
    world = World()
    words = {"include": ["rust"], "include_in": "title", "exclude": ["job"], "exclude_in": "title"}
    await run(world, rss(), **words)

    assert await run(world, rss(("a", "rust"), ("rust job", "")), **words) == []
    assert len(await run(world, rss(("rust", "job")), **words)) == 1


async def test_a_long_digest_is_cut_and_says_so():
    """Nobody reads a thousand lines."""
    world = World()
    await run(world, rss(), language="he", most=2)

    told = await run(world, rss(*((f"t{n}", "") for n in range(5))), language="he", most=2)

    assert told[0].splitlines()[0] == "5 חדשים ב־News:"
    assert told[0].splitlines()[-1] == "… ועוד 3"


async def test_reads_atom():
    """The link to read, the title without tags, the text inside of elements."""
    name, entries = read_feed(Response(200, ATOM, url=URL))

    assert name == "Blog"
    assert [(e["title"], e["link"], e["text"]) for e in entries] == [
        ("One & two", "https://example.com/1", "all about rust")
    ]


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (rss(("שלום", "")).encode("cp1255"), {"content-type": "text/xml; charset=windows-1255"}),
        (b'<?xml version="1.0" encoding="windows-1255"?>' + rss(("שלום", "")).encode("cp1255"), {}),
        ("\ufeff" + rss(("שלום", "")), {"content-type": "text/xml"}),
        ("\n" + rss(("שלום", "")), {}),
    ],
)
def test_reads_hebrew_in_any_encoding(content, headers):
    """The document's own word on its encoding comes first."""
    _, entries = read_feed(Response(200, content, headers, URL))

    assert entries[0]["title"] == "שלום"


@pytest.mark.parametrize(
    "feed",
    [
        404,
        500,
        OSError("No answer."),
        "",
        "<html><body>Not found</body></html>",
        rss(("a", ""))[:-10],
        '<!DOCTYPE rss [<!ENTITY a "b">]>' + rss(("&a;", "")),
        "<rss>" + "<a>" * 100 + "</a>" * 100 + "</rss>",
        "<rss>" + " " * 5_000_000 + "</rss>",
    ],
)
async def test_a_feed_that_cannot_be_read_fails_and_is_not_forgotten(feed):
    """Nothing is told, and what was known stays known."""
    world = World(http={URL: rss(("a", ""))})
    await world.run(Agent, {"url": URL})
    world.http[URL] = feed

    ended = await world.run(Agent, {"url": URL})

    assert ended.status == "error"
    assert ended.notifications == []
    assert await run(world, rss(("a", ""))) == []


async def test_what_is_remembered_is_bounded():
    """The state stays small however long the feed."""
    world = World()
    for page in range(3):
        await run(world, rss(*((f"{page}-{n}", "") for n in range(900))))

    assert len(world.state["seen"]) == 1500


@pytest.mark.parametrize(
    ("word", "text", "found"),
    [
        ("AI", "said", False),
        ("AI", "an ai model", True),
        ("bug", "Bugs fixed", True),
        ("C++", "c++ 26", True),
        ("פייתון", "הכנס בפייתון", True),
        ("גן", "ארגון", False),
    ],
)
def test_words_are_found_whole(word, text, found):
    """Not inside of another word."""
    assert bool(pattern(word).search(text)) is found
