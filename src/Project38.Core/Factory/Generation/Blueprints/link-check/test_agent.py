"""Tests of the link check."""

import pytest
from agent import Agent, host_of, read_links, resolve
from p38 import Response
from p38.testing import World

URL = "https://example.com/docs/"
HTML = {"content-type": "text/html; charset=utf-8"}


def page(*links: str, head: str = "") -> Response:
    """Write a page with some links."""
    body = "".join(f'<p><a href="{link}">{link}</a>' for link in links)
    return Response(200, f"<!doctype html><head>{head}</head><body>{body}</body>", HTML)


def world_of(start: Response, **answers: object) -> World:
    """Make a world of one page and the answers at some paths of its host."""
    at = {f"https://example.com/{path}": answer for path, answer in answers.items()}
    return World(http={URL: start, **at}, now="2026-11-22T08:00:00Z")


async def run(world: World, **config: object) -> list[str]:
    """Run once; give what was told."""
    ended = await world.run(Agent, {"pages": [URL], **config})
    assert ended.status == "success", ended.error
    return [told.text for told in ended.notifications]


def asked(world: World) -> list[str]:
    """List what was asked, method and path."""
    paths = (one.url.removeprefix("https://example.com") for one in world.requests)
    return [f"{one.method} {path}" for one, path in zip(world.requests, paths, strict=True)]


async def test_says_nothing_while_all_links_work():
    """No news is good news, and each link is asked once."""
    world = world_of(page("/a", "../a", "/a#part", "https://EXAMPLE.com:443/a", "/b"), a=200, b=204)

    assert await run(world) == []
    assert asked(world) == ["GET /docs/", "HEAD /a", "HEAD /b"]


async def test_tells_each_broken_link_once_until_it_works_again():
    """A status of 400 or more is broken, and no answer is."""
    world = world_of(page("/a", "/b", "/c"), a=404, b=200, c=OSError("Nobody answers."))

    first = await run(world)
    again = await run(world)
    world.http["https://example.com/a"] = 200
    mended = await run(world)
    world.http["https://example.com/a"] = 500
    broken = await run(world)

    assert first == [
        f"Broken links on {URL}: 2\n"
        "• https://example.com/a: status 404\n"
        "• https://example.com/c: Nobody answers\n"
        "Links checked: 4."
    ]
    assert (again, mended) == ([], [])
    assert [text.splitlines()[1] for text in broken] == ["• https://example.com/a: status 500"]


async def test_a_status_of_400_is_broken_and_399_is_not():
    """The border is where HTTP has it."""
    world = world_of(page("/a", "/b"), a=399, b=400)

    assert "https://example.com/b: status 400\n" in (await run(world))[0]
    assert "GET /a" not in asked(world)


async def test_a_link_that_left_the_page_is_forgotten():
    """When it comes back broken, it is news."""
    world = world_of(page("/a"), a=404)

    told = []
    for now in (page("/a"), page(), page("/a")):
        world.http[URL] = now
        told.append(len(await run(world)))

    assert told == [1, 0, 1]


async def test_tells_of_recovery_when_asked_to():
    """Once, like the fault."""
    world = world_of(page("/a"), a=404)
    await run(world, recovered=True)
    world.http["https://example.com/a"] = 200

    assert await run(world, recovered=True) == [
        "✓ https://example.com/a works again\nLinks checked: 2."
    ]
    assert await run(world, recovered=True) == []


async def test_a_report_tells_all_in_every_run():
    """Also that nothing is broken."""
    world = world_of(page("/a"), a=404)

    first, second = await run(world, report=True), await run(world, report=True)
    world.http["https://example.com/a"] = 200

    assert first == second
    assert first[0].startswith(f"Broken links on {URL}: 1\n")
    assert await run(world, report=True) == [f"No broken links on {URL}.\nLinks checked: 2."]


async def test_asks_with_get_where_head_is_refused():
    """A server that knows no HEAD is not a broken link."""
    world = world_of(page("/a", "/b"))
    for path, got in (("a", 206), ("b", 416)):
        world.http[f"https://example.com/{path}"] = lambda request, got=got: (
            405 if request.method == "HEAD" else got
        )

    assert await run(world) == []
    assert asked(world) == ["GET /docs/", "HEAD /a", "GET /a", "HEAD /b", "GET /b"]
    assert world.requests[2].headers == {"range": "bytes=0-0"}


async def test_counts_links_to_other_hosts_and_asks_none_of_them():
    """No grant reaches them, so they are said not to be checked."""
    links = ("https://other.org/x", "//cdn.example.net/y", "http://example.com/z", "/a")
    world = world_of(page(*links), a=404)
    world.http["http://example.com/z"] = 200

    text = (await run(world))[0]

    assert text.endswith("\nLinks checked: 3. On other hosts, and not checked: 2.")
    assert {host_of(one.url) for one in world.requests} == {"example.com"}


async def test_asks_other_hosts_that_the_config_names():
    """A person can grant more."""
    world = world_of(page("https://other.org/x"))
    world.http["https://other.org/x"] = 404

    assert (
        "• https://other.org/x: status 404\n" in (await run(world, hosts=["https://other.org"]))[0]
    )


async def test_a_link_that_leads_on_to_another_host_is_not_broken():
    """It is counted with those that are not checked."""
    refused = OSError("The host 'other.org' is not granted to this agent. Granted: example.com.")
    world = world_of(page("/a", "/b"), a=refused, b=404)

    text = (await run(world))[0]

    assert "example.com/a" not in text
    assert text.endswith("On other hosts, and not checked: 1.")


async def test_skips_what_does_not_lead_to_the_web():
    """Mail, telephones, scripts and places on the same page are no links to check."""
    links = (
        "mailto:a@example.com",
        "tel:+1",
        "javascript:void(0)",
        "data:text/plain,x",
        "#top",
        "",
    )
    world = world_of(page(*links, "https://user@example.com/x"))

    assert await run(world) == []
    assert asked(world) == ["GET /docs/"]


async def test_an_address_that_is_none_is_broken():
    """The platform says why it cannot be asked."""
    world = world_of(page("http://[bad/", "http://example.com:99999/"))

    assert (await run(world))[0].startswith(f"Broken links on {URL}: 2\n• http://[bad/: ")


async def test_reads_several_pages_and_names_the_page_of_a_link():
    """A page that cannot be read is broken like a link; the others are checked all the same."""
    more = ["https://example.com/more", "https://example.com/gone"]
    world = world_of(page("/a"), more=page("/a", "/b"), gone=404, a=200, b=404)

    text = (await run(world, pages=[URL, *more]))[0]

    assert text == (
        f"Broken links on {URL} and 2 more: 2\n"
        "• https://example.com/gone: status 404\n"
        "• https://example.com/b: status 404 (on https://example.com/more)\n"
        "Links checked: 5."
    )


@pytest.mark.parametrize("answer", [500, OSError("The host 'www.example.com' is not granted.")])
async def test_fails_when_no_page_can_be_read(answer):
    """Nothing is known then, and nothing told."""
    world = World(http={URL: answer})

    ended = await world.run(Agent, {"pages": [URL]})

    assert ended.status == "error"
    assert f"{URL} could not be read" in ended.error
    assert world.notifications == []


async def test_reads_the_pages_of_a_sitemap():
    """Also those of a sitemap of sitemaps, however they are written."""
    index = (
        '<?xml version="1.0"?><sitemapindex><loc>https://example.com/two.xml</loc></sitemapindex>'
    )
    places = (
        "<loc> <![CDATA[https://example.com/p?a=1&amp;b=2]]></loc><loc>https://other.org/</loc>"
    )
    xml = {"content-type": "application/xml"}
    world = World(
        http={
            URL: Response(200, index, xml),
            "https://example.com/two.xml": Response(200, f"<urlset>{places}</urlset>", xml),
            "https://example.com/p?a=1&b=2": page("/broken"),
            "https://example.com/broken": 410,
        }
    )

    text = (await run(world))[0]

    assert "• https://example.com/broken: status 410 (on https://example.com/p?a=1&b=2)" in text
    assert text.endswith("Links checked: 4. On other hosts, and not checked: 1.")


async def test_reads_a_whole_site_when_asked_to():
    """Pages that are linked are read; what is no page is not."""
    pdf = Response(200, '<a href="/no">', {"content-type": "application/pdf"})
    world = world_of(page("/a", "/pdf"), a=page("/b", "/docs/"), b=page("/c"), c=404, pdf=pdf)

    assert await run(world) == []
    text = (await run(world, site=True))[0]

    assert "• https://example.com/c: status 404 (on https://example.com/b)" in text
    assert "GET /pdf" not in asked(world)


async def test_goes_no_farther_than_its_limits_and_goes_on_there():
    """What is left is said, and comes first in the next run."""
    world = world_of(page("/a", "/b", "/c"), a=404, b=200, c=404)

    first = (await run(world, max_links=3))[0]
    world.requests.clear()
    second = (await run(world, max_links=3))[0]

    assert first.endswith("Links checked: 3. Left for the next run: 1.")
    assert asked(world)[:2] == ["GET /docs/", "HEAD /c"]
    assert second.splitlines()[1:] == [
        "• https://example.com/c: status 404",
        "Links checked: 3. Left for the next run: 1.",
    ]


async def test_reads_no_more_pages_than_it_may():
    """The next pages are asked as links."""
    world = world_of(page("/a"), a=page("/b"), b=404)

    assert await run(world, site=True, max_pages=1) == []
    assert asked(world) == ["GET /docs/", "HEAD /a"]


async def test_stops_when_its_time_is_over():
    """A slow server does not end the run."""
    world = world_of(page("/a", "/b"))

    def slow(request):
        world.advance(seconds=200)
        return 404

    world.http.update({f"https://example.com/{path}": slow for path in "ab"})

    assert (await run(world))[0].endswith("Links checked: 2. Left for the next run: 1.")


async def test_a_long_list_goes_on_in_the_next_message():
    """No broken link is taken as told that was not named."""
    links = [f"/{number:03}{'x' * 290}" for number in range(30)]
    world = World(http={f"https://example.com{link}": 404 for link in links})
    world.http[URL] = page(*links)

    told = [(await run(world))[0] for _ in range(3)]

    named = [line for text in told for line in text.splitlines() if line.startswith("•")]
    assert len(named) == len(set(named)) == 30
    assert all(len(text) < 4_500 for text in told)
    assert told[0].splitlines()[-2] == f"… and {30 - told[0].count('•')} more"


async def test_speaks_hebrew():
    """The messages come in the brief's language."""
    world = world_of(page("/a", "https://other.org"), a=404)

    assert await run(world, language="he") == [
        f"קישורים שבורים ב־{URL}: 1\n"
        "• https://example.com/a: status 404\n"
        "קישורים שנבדקו: 2. באתרים אחרים, ולא נבדקו: 1."
    ]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('<a href="x">', "https://example.com/docs/x"),
        ("<a href='../x y'>", "https://example.com/x%20y"),
        ("<A HREF=/x>", "https://example.com/x"),
        ('<area href="?q=1&amp;r=2">', "https://example.com/docs/?q=1&r=2"),
        ('<img src="//example.com/i.png">', "https://example.com/i.png"),
        ('<link rel="stylesheet" href="s.css">', "https://example.com/docs/s.css"),
        ('<a href="https://דוגמה.com/א">', "https://xn--6dbbec0c.com/%D7%90"),
        ('<a href="/a%20b">', "https://example.com/a%20b"),
        ('<base href="/v2/"><a href="x">', "https://example.com/v2/x"),
        ('<a href="x"><base href="/v2/"><base href="/v3/">', "https://example.com/v2/x"),
        ("<![endif]><![x]><a href=x>", "https://example.com/docs/x"),
        ('<a href="x" href="y">', "https://example.com/docs/x"),
        ('<link rel="preconnect" href="https://cdn.example.net">', None),
        ("<!-- <a href=x> -->", None),
        ("<script>'<a href=x>'</script>", None),
        ("<a name=x>", None),
        ("<a href>", None),
        ("<" * 100_000, None),
    ],
)
def test_links_are_read_as_browsers_read_them(written, read):
    """Relative to the page or its base, whole, and without what is no link."""
    links, are_pages = read_links(Response(200, written, HTML, URL))

    assert links == ([read] if read else [])
    assert not are_pages


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Example.com./x", "example.com"),
        ("http://example.com:80", "example.com"),
        ("https://example.com:8443", "example.com:8443"),
        ("http://[::1]:8080/", "[::1]:8080"),
        ("http://example.com:port/", ""),
    ],
)
def test_hosts_are_written_as_they_are_granted(url, host):
    """Lower case, with a port where it is not the usual."""
    assert host_of(url) == host


def test_an_address_has_one_form():
    """However a link is written, it is asked once."""
    forms = {resolve(link, URL) for link in ("HTTPS://EXAMPLE.COM", "//example.com:443/#a", "/")}

    assert forms == {"https://example.com/"}


@pytest.mark.parametrize(
    "config",
    [{}, {"pages": []}, {"pages": [URL], "max_links": 0}, {"pages": [URL], "language": "xx"}],
)
async def test_a_wrong_config_fails(config):
    """Nothing is asked when the config makes no sense."""
    world = World(http={URL: 200})

    assert (await world.run(Agent, config)).status == "error"
    assert world.requests == []
