"""Tests of the page watch."""

import pytest
from agent import Agent, keep, read_lines
from p38 import Response
from p38.testing import World

URL = "https://example.com/news"
PAGE = "<html><head><title>{title}</title><style>b {{ color: {color} }}</style></head><body>{body}"


def page(body: str, title: str = "News", color: str = "red") -> Response:
    """Make a page."""
    text = PAGE.format(body=body, title=title, color=color)
    return Response(200, text, {"content-type": "text/html; charset=utf-8"})


async def follow(answers: list, **config: object) -> list[str]:
    """Run once for each answer; give what was told by each run, or None."""
    world = World()
    told = []
    for answer in answers:
        world.http[URL] = page(answer) if isinstance(answer, str) else answer
        run = await world.run(Agent, {"url": URL, **config})
        assert run.status == "success", run.error
        told.append("".join(note.text for note in run.notifications) or None)
    return told


async def test_tells_of_each_change_and_what_it_was():
    """The first run only remembers."""
    told = await follow(["<p>One</p><p>Two</p>", "<p>One</p><p>Two</p>", "<p>One</p><p>2</p><p>3"])

    assert told == [None, None, f"{URL} has changed:\n- Two\n+ 2\n+ 3"]


async def test_a_page_that_changes_back_has_changed_again():
    """Each difference to the run before counts."""
    told = await follow(["a", "b", "a"])

    assert told == [None, f"{URL} has changed:\n- a\n+ b", f"{URL} has changed:\n- b\n+ a"]


async def test_markup_scripts_styles_comments_and_spaces_are_no_change():
    """Only the text counts."""
    same = [
        page("<p>One <b>two</b></p>"),
        page("<div class=x>One   two</div>", title="(3) News", color="blue"),
        page(
            "<script>var t = 123;</script><!-- 7 --><p>\n One\n two&#32;</p><noscript>no</noscript>"
        ),
        page("<p>One <i>two</i></p><style>p {}</style><template><p>x</p></template>"),
    ]

    assert await follow(same) == [None] * 4


async def test_watches_the_part_between_words():
    """What stands around it may change."""
    config = {"after": "Price:", "before": "add to cart"}
    told = await follow(
        [
            "<p>1 visitor</p>Price: $5<br>Add to cart",
            "2 Price: $5 Add to cart",
            "Price: $6 Add to cart",
        ],
        **config,
    )

    assert told == [None, None, f"{URL} has changed:\n- $5\n+ $6"]


async def test_tells_when_words_come_and_again_after_they_went():
    """Without regard to case, lines and markup."""
    told = await follow(
        ["Sold out", "<p>Now in  <b>Stock</b>!", "IN STOCK", "gone", "In\nstock"],
        contains="in stock",
    )

    assert told == [
        None,
        f"{URL} now contains “in stock”: Now in Stock!",
        None,
        None,
        f"{URL} now contains “in stock”: In stock",
    ]


async def test_tells_when_words_go_and_again_after_they_came_back():
    """The opposite."""
    told = await follow(["Sold out", "Buy now", "Buy", "sold out", "Buy"], lacks="Sold out")

    message = f"{URL} does not contain “Sold out” any more."
    assert told == [None, message, None, None, message]


async def test_words_that_are_there_at_first_are_told_unless_it_is_to_be_quiet():
    """The first look counts, except where it was asked not to."""
    assert (await follow(["in stock"], contains="in stock"))[0] is not None
    told = await follow(
        ["in stock", "in stock", "no", "in stock"], contains="in stock", quiet_first=True
    )
    assert [bool(text) for text in told] == [False, False, False, True]


async def test_tells_one_time_in_all_when_asked_to():
    """Once is once."""
    told = await follow(["a", "b", "c"], only_once=True)

    assert [bool(text) for text in told] == [False, True, False]


async def test_speaks_hebrew():
    """The messages come in the brief's language."""
    assert await follow(["אחד", "שתיים"], language="he") == [None, f"{URL} השתנה:\n- אחד\n+ שתיים"]
    assert await follow(["אזל", "במלאי"], lacks="אזל", language="he") == [
        None,
        f"{URL} כבר לא מכיל “אזל”.",
    ]


async def test_a_long_message_is_bounded_and_shows_where_lines_part():
    """Many lines, and long ones."""
    lines = "".join(f"<p>new {n}</p>" for n in range(50))
    told = await follow(["<p>old</p>", lines])
    assert told[1].count("\n") == 7
    assert told[1].endswith("… and 45 more")

    same = "word " * 500
    told = await follow([same + "before", same + "after"])
    assert len(told[1]) < 700
    assert "before" in told[1]
    assert "after" in told[1]


async def test_a_large_page_fits_the_state_and_a_change_far_down_is_seen():
    """The whole text is hashed; the beginning is remembered."""
    lines = "".join(f"<p>שורה {n}</p>" for n in range(20_000))

    told = await follow([lines, lines + "<p>x</p>"])

    assert told == [
        None,
        f"{URL} has changed:\n(the change is farther down than what was remembered)",
    ]
    assert len("".join(keep(["שורה"] * 20_000)).encode()) < 30_000


@pytest.mark.parametrize(
    "answer",
    [500, 404, "", page(""), page("<script>x</script>"), OSError("The connection timed out.")],
)
async def test_a_page_that_cannot_be_read_fails_the_run(answer):
    """A broken source is no change, and what was remembered stays."""
    world = World(http={URL: page("One")})
    await world.run(Agent, {"url": URL})
    before = dict(world.state)
    world.http[URL] = answer

    run = await world.run(Agent, {"url": URL})

    assert run.status == "error"
    assert URL in run.error or "timed out" in run.error
    assert run.notifications == []
    assert world.state == before


@pytest.mark.parametrize("config", [{"after": "Price"}, {"before": "Price"}])
async def test_a_part_that_is_not_there_fails_the_run(config):
    """The words are named."""
    run = await World(http={URL: page("One")}).run(Agent, {"url": URL, **config})

    assert "“Price”" in run.error


@pytest.mark.parametrize(
    "config",
    [{}, {"url": URL, "language": "xx"}, {"url": URL, "contains": "a", "lacks": "b"}],
)
async def test_a_wrong_config_fails(config):
    """Nothing is asked when the config makes no sense."""
    world = World(http={URL: page("One")})

    assert (await world.run(Agent, config)).status == "error"
    assert world.requests == []


@pytest.mark.parametrize(
    ("text", "content_type", "lines"),
    [
        ("a < b\n\n  c  ", "text/plain", ["a < b", "c"]),
        ("<p>a&amp;b&nbsp;c", "", ["a&b c"]),
        ("<ul><li>a<li>b</ul>", "text/html", ["a", "b"]),
        ("<p>a<br>b<td>c", "text/html", ["a", "b", "c"]),
        ("one<b>two</b>", "text/html", ["onetwo"]),
        ("<script>if (a < b) {}", "text/html", []),
        ("<p>a</script>b", "text/html", ["a", "b"]),
    ],
)
def test_text_is_read_as_it_is_seen(text, content_type, lines):
    """Blocks are lines; broken markup is no error."""
    assert read_lines(text, content_type) == lines
