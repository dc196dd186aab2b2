"""The stand-in of the browser."""

from __future__ import annotations

import asyncio

import pytest

from p38 import ToolError, _calls, tools
from p38.testing import Page, StandIns

HOME = "https://shop.example.com/"
ORDERS = "https://shop.example.com/orders"


def browse(steps, browser: dict) -> tuple[object, StandIns]:
    """Let some calls be answered by pages."""
    world = StandIns({}, {}, ("inbox",), browser=browser)
    before = _calls.answer_with(world)
    try:
        return asyncio.run(steps()), world
    finally:
        _calls.answer_with(before)


def test_pages_lead_to_pages_and_what_was_done_is_kept():
    async def steps() -> list:
        opened = await tools.browser.navigate(HOME)
        await tools.browser.type("#name", "dana", submit=False)
        clicked = await tools.browser.click("text=Sign in")
        read = [await tools.browser.text(), await tools.browser.table("table.orders")]
        left = await tools.browser.back()
        return [opened["status"], clicked["url"], clicked["status"], *read, left["url"]]

    answers, world = browse(
        steps,
        {
            HOME: Page(leads={"text=Sign in": ORDERS}),
            ORDERS: Page("2 orders", tables={"table.orders": [["Order"], ["17"]]}),
        },
    )

    assert answers == [200, ORDERS, None, "2 orders", [["Order"], ["17"]], HOME]
    assert [(one.name, one.target, one.text) for one in world.browsed] == [
        ("navigate", HOME, None),
        ("type", "#name", "dana"),
        ("click", "text=Sign in", None),
        ("back", None, None),
    ]


def test_scrolling_shows_more_until_there_is_no_more():
    async def steps() -> list:
        await tools.browser.navigate(HOME)
        moved = [(await tools.browser.scroll())["moved"] for _ in range(3)]
        return [moved, await tools.browser.text()]

    answers, _ = browse(steps, {HOME: Page("one", more=("two", "three"))})

    assert answers == [[True, True, False], "one\ntwo\nthree"]


def test_files_come_into_the_workspace():
    async def steps() -> list:
        await tools.browser.navigate(HOME)
        return [
            await tools.browser.download("text=Report"),
            await tools.browser.screenshot("one.png"),
            await tools.browser.pdf(),
        ]

    answers, world = browse(steps, {HOME: Page(files={"text=Report": ("r.csv", b"a,b")})})

    assert answers[0] == {"path": "downloads/r.csv", "bytes": 3, "name": "r.csv"}
    assert sorted(world.files) == ["downloads/r.csv", "one.png", "page.pdf"]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: tools.browser.text(), "No page is open"),
        (lambda: tools.browser.navigate("https://nobody.example.com/"), "Nothing answers"),
        (lambda: tools.browser.navigate("https://down.example.com/"), "down"),
        (lambda: _after(lambda: tools.browser.click("#gone")), "no element"),
        (lambda: _after(lambda: tools.browser.wait_for("#gone")), "Timeout"),
        (lambda: _after(lambda: tools.browser.wait_for("#there", "soon")), "'state' must be"),
        (lambda: _after(lambda: tools.browser.scroll("left")), "'direction' must be"),
        (lambda: _after(lambda: tools.browser.table()), "no table"),
        (lambda: _after(lambda: tools.browser.text("#gone")), "give its Page"),
        (lambda: _after(lambda: tools.browser.screenshot("one.gif")), ".png or .jpg"),
        (lambda: _after(lambda: tools.browser.download("#gone")), "Nothing is downloaded"),
    ],
)
def test_what_is_not_there_is_said(call, said):
    async def steps() -> None:
        with pytest.raises(ToolError, match=said):
            await call()

    browse(steps, {HOME: Page(missing=("#gone",)), "https://down.example.com/": OSError("down")})


async def _after(call) -> object:
    await tools.browser.navigate(HOME)
    return await call()
