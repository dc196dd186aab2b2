"""Check the links of web pages: tell which are broken."""

import hashlib
import html
import re
from collections import deque
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from urllib.parse import quote, urldefrag, urljoin, urlsplit, urlunsplit

from p38 import Response, ToolError, handoff, tools

PAGE_CHARACTERS = 5_000_000
MOST_KNOWN = 20_000
MOST_LINKS = 2_000
MESSAGE_CHARACTERS = 3_500
SHOWN = 300

LINKS = {"a": "href", "area": "href", "link": "href"}
LINKS |= dict.fromkeys(("audio", "embed", "iframe", "img", "script", "source", "video"), "src")
# A hint for the browser, and nothing that is to be fetched.
HINTS = {"dns-prefetch", "preconnect"}
SITEMAP = re.compile(r"<(?:\w+:)?(?:urlset|sitemapindex)[\s>]")
PLACE = re.compile(r"<(?:\w+:)?loc>\s*(?:<!\[CDATA\[\s*)?([^<>\s\]]{1,8000})")
PORTS = {"http": 80, "https": 443}
# What stands for itself in an address, and what is written as a percentage already.
SAFE = "%/:?@!$&'()*+,;=-._~[]"

MESSAGES = {
    "en": {
        "head": "Broken links on {where}: {count}",
        "none": "No broken links on {where}.",
        "line": "• {url}: {reason}",
        "on": " (on {page})",
        "more": "… and {count} more",
        "back": "✓ {url} works again",
        "pages": "{page} and {count} more",
        "checked": "Links checked: {count}.",
        "others": "On other hosts, and not checked: {count}.",
        "left": "Left for the next run: {count}.",
    },
    "he": {
        "head": "קישורים שבורים ב־{where}: {count}",
        "none": "אין קישורים שבורים ב־{where}.",
        "line": "• {url}: {reason}",
        "on": " (בדף {page})",
        "more": "… ועוד {count}",
        "back": "✓ {url} שוב עובד",
        "pages": "{page} ועוד {count}",
        "checked": "קישורים שנבדקו: {count}.",
        "others": "באתרים אחרים, ולא נבדקו: {count}.",
        "left": "נשארו לריצה הבאה: {count}.",
    },
}


class Agent:
    """Checks the links of some pages.

    A link is broken when it answers with a status of 400 or more, or not at all. Pictures, scripts
    and styles count as well. Only links on the hosts of the pages are asked; others are counted.

    Config:
        pages: Addresses of pages or of sitemaps, of which every page is read.
        hosts: Addresses on other hosts whose links are asked too, such as ``https://example.org``.
        site: Whether the pages that are linked are read too, on the same hosts. Default: false.
        report: Tell all that is broken, in every run. Default: false, which tells each broken link
            once, and again only after it worked in between.
        recovered: Tell of links that work again. Default: false.
        max_pages: How many pages one run reads. Default: 50.
        max_links: How many links one run asks, at most 2,000. Default: 500.
        seconds: How long one run may take; what is left is begun with in the next. Default: 240.
        wait: How long to wait for one answer, in seconds. Default: 10.
        language: Of the messages, ``en`` or ``he``. Default: ``en``.

    State:
        told: What has been told and did not work since, as short hashes.
        next: The link to begin with, as a short hash, when the run before did not come to all.
    """

    def __init__(self, config: dict) -> None:
        """Read what to check."""
        self.pages = [resolve(page, "") or page for page in config["pages"]]
        own = {host_of(page) for page in self.pages}
        self.limits = Limits(config, own, own | {host_of(one) for one in config.get("hosts", [])})
        self.report = bool(config.get("report", False))
        self.recovered = bool(config.get("recovered", False))
        self.messages = MESSAGES[config.get("language", "en")]
        if not self.pages:
            raise ValueError("config.pages names no page")

    async def execute(self) -> dict:
        """Check the links, and tell of those that are broken."""
        walk = Walk(self.pages, self.limits)
        await walk.go(handoff.state.get("next"))
        told = set(handoff.state.get("told", []))
        broken = {url: why for url, why in walk.broken.items() if self.news(url, told)}
        back = [url for url in walk.fine if self.recovered and digest(url) in told]
        shown = []
        if broken or back or self.report:
            text, shown = self.write(walk, broken, back)
            await tools.notifications.send(text)
            handoff.act(f"told {len(shown)} broken links")
        handoff.observe(f"{walk.checked} links checked, {len(walk.broken)} of them broken")
        self.remember(walk, told, shown)
        result = {"checked": walk.checked, "broken": [cut(url) for url in walk.broken][:100]}
        result |= {"other_hosts": walk.others, "left": walk.left}
        return {"status": "success", "result": result}

    def news(self, url: str, told: set[str]) -> bool:
        """Whether a broken link is to be told."""
        return self.report or digest(url) not in told

    def remember(self, walk: "Walk", told: set[str], shown: list[str]) -> None:
        """Keep what has been told and is not known to work, and where to go on."""
        kept = told - {digest(url) for url in walk.fine}
        if walk.left == 0:
            # Whoever took a broken link off the page has mended it too.
            kept &= {digest(url) for url in walk.broken}
        handoff.state["told"] = sorted(kept | {digest(url) for url in shown})[:MOST_LINKS]
        handoff.state["next"] = digest(walk.links[0]) if walk.links else None

    def write(self, walk: "Walk", broken: dict, back: list[str]) -> tuple[str, list[str]]:
        """Write the message.

        Returns:
            The message, and which of the broken links it had room for.
        """
        words, where = self.messages, cut(self.pages[0])
        if len(self.pages) > 1:
            where = words["pages"].format(page=where, count=len(self.pages) - 1)
        head = "head" if broken else "none"
        lines = (
            [words[head].format(where=where, count=len(broken))] if broken or self.report else []
        )
        shown, size = [], 0
        for url, (page, reason) in broken.items():
            line = words["line"].format(url=cut(url), reason=cut(reason))
            line += words["on"].format(page=cut(page)) if page and page != self.pages[0] else ""
            size += len(line)
            if size > MESSAGE_CHARACTERS:
                lines.append(words["more"].format(count=len(broken) - len(shown)))
                break
            lines.append(line)
            shown.append(url)
        lines += [words["back"].format(url=cut(url)) for url in back[:10]]
        counts = {"checked": walk.checked, "others": walk.others, "left": walk.left}
        lines.append(" ".join(words[key].format(count=n) for key, n in counts.items() if n))
        return "\n".join(lines).rstrip(), shown


class Limits:
    """How far one run goes."""

    def __init__(self, config: dict, own: set[str], hosts: set[str]) -> None:
        """Read them.

        Args:
            config: The agent's.
            own: The hosts of its pages.
            hosts: All hosts it asks.

        Raises:
            ValueError: One makes no sense.
        """
        self.own, self.hosts, self.site = own, hosts, bool(config.get("site", False))
        self.pages = int(config.get("max_pages", 50))
        self.links = min(MOST_LINKS, int(config.get("max_links", 500)))
        self.time = timedelta(seconds=float(config.get("seconds", 240)))
        self.wait = float(config.get("wait", 10))
        if min(self.pages, self.links) < 1:
            raise ValueError("config.max_pages and config.max_links must be 1 or more")


class Walk:
    """One walk over the links of some pages.

    Attributes:
        fine: The links that work.
        broken: Those that do not, each with the page that names it and the reason.
        others: How many lead to hosts that are not asked.
        left: How many there was no time or room for.
        links: The first of them, in order.
    """

    def __init__(self, pages: list[str], limits: Limits) -> None:
        """Begin at some pages."""
        self.limits = limits
        self.pages = deque(dict.fromkeys(pages))
        self.named, self.reading, self.known = set(pages), set(pages), set(pages)
        self.links: deque[str] = deque()
        self.page_of: dict[str, str] = {}
        self.fine: list[str] = []
        self.broken: dict[str, tuple[str, str]] = {}
        self.read = self.others = self.left = 0

    @property
    def checked(self) -> int:
        """How many links were asked."""
        return len(self.fine) + len(self.broken)

    async def go(self, start: str | None) -> None:
        """Read the pages, and ask every link once.

        Args:
            start: The digest of the link to begin with; None, or one that is gone: the first.

        Raises:
            ToolError: None of the pages could be read.
        """
        end = datetime.now(UTC) + self.limits.time
        await self.ask_all(self.pages, end)
        if not self.read:
            page, (_, reason) = next(iter(self.broken.items()))
            raise ToolError(f"{page} could not be read: {reason}")
        places = (place for place, url in enumerate(self.links) if digest(url) == start)
        self.links.rotate(-next(places, 0))
        await self.ask_all(self.links, end)
        self.left += len(self.pages) + len(self.links)

    async def ask_all(self, queue: deque[str], end: datetime) -> None:
        """Ask what waits, and what joins it, as long as there is time and room."""
        while queue and self.checked < self.limits.links and datetime.now(UTC) < end:
            await self.visit(queue.popleft())

    async def visit(self, url: str) -> None:
        """Ask one link, and read what it gives where that is a page to read."""
        whole = url in self.reading and self.read < self.limits.pages
        try:
            answer = await self.ask(url, whole)
        except ToolError as error:
            if is_elsewhere(error) and url not in self.named:
                self.others += 1
            else:
                self.broken[url] = (self.page_of.get(url, ""), str(error).rstrip("."))
            return
        if answer.status >= 400 and answer.status != 416:
            self.broken[url] = (self.page_of.get(url, ""), f"status {answer.status}")
            return
        self.fine.append(url)
        if whole and (url in self.named or is_page(answer)):
            self.read += 1
            self.add(read_links(answer), answer.url)

    async def ask(self, url: str, whole: bool) -> Response:
        """Ask with HEAD, and with GET where that is refused or the whole page is wanted.

        Raises:
            ToolError: There was no answer.
        """
        if url not in self.named:
            try:
                answer = await tools.http.request("HEAD", url, timeout=self.limits.wait)
                if answer.ok and not (whole and is_page(answer)):
                    return answer
            except ToolError as error:
                if is_elsewhere(error):
                    raise
        # One byte is enough to know; 416 says that there is none, and so that it is there.
        headers = {"accept": "text/html, */*;q=0.5"} if whole else {"range": "bytes=0-0"}
        return await tools.http.get(url, headers, timeout=self.limits.wait)

    def add(self, found: tuple[list[str], bool], page: str) -> None:
        """Have links asked that were not known before."""
        links, are_pages = found
        for url in links:
            if url in self.known:
                continue
            if len(self.known) >= MOST_KNOWN:
                self.left += 1
                continue
            self.known.add(url)
            host = host_of(url)
            if host and host not in self.limits.hosts:
                self.others += 1
                continue
            self.page_of[url] = page
            self.links.append(url)
            if host in self.limits.own and (are_pages or self.limits.site):
                self.reading.add(url)


class LinkReader(HTMLParser):
    """Reads the links of a page, and what they are relative to."""

    def __init__(self) -> None:
        """Begin with none."""
        super().__init__(convert_charrefs=True)
        self.base: str | None = None
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        """Keep what the tag names."""
        values = dict(reversed(attrs))
        if tag == "base" and self.base is None:
            self.base = values.get("href")
        hint = tag == "link" and HINTS & set((values.get("rel") or "").lower().split())
        if values.get(LINKS.get(tag, "")) is not None and not hint:
            self.links.append(values[LINKS[tag]])

    def parse_marked_section(self, i: int, report: int = 1) -> int:
        """Read ``<![…>`` as a comment, as browsers do, rather than fail on it."""
        return self.parse_bogus_comment(i, report)


def read_links(answer: Response) -> tuple[list[str], bool]:
    """Read the addresses that a page or a sitemap names.

    Returns:
        The addresses, absolute and without what does not lead to the web, in order; and whether
        it is a sitemap, so that they are pages.
    """
    text = answer.text[:PAGE_CHARACTERS]
    if SITEMAP.search(text[:5_000]):
        places = [html.unescape(place) for place in PLACE.findall(text)]
        return [url for place in places if (url := resolve(place, answer.url))], True
    # Not closed at the end: what no ">" ends is no link, and looking for one again may take long.
    reader = LinkReader()
    reader.feed(text)
    base = resolve(reader.base or "", answer.url) or answer.url
    return [url for link in reader.links if (url := resolve(link, base))], False


def resolve(link: str, base: str) -> str | None:
    """Write an address whole and in one form, without its fragment.

    Returns:
        The address, as it stands where it is none; None: it does not lead to the web.
    """
    link = link.strip()
    try:
        parts = urlsplit(urldefrag(urljoin(base, link)).url)
        if parts.scheme not in PORTS or "@" in parts.netloc:
            return None
    except ValueError:
        return link
    path, query = quote(parts.path or "/", SAFE), quote(parts.query, SAFE)
    host = host_of(parts.geturl())
    return urlunsplit((parts.scheme, host, path, query, "")) if host else link


def host_of(url: str) -> str:
    """Write the host of an address as it is granted: lower case, a port where it is not the usual.

    Returns:
        The host; empty where the address names none.
    """
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
        host = host if host.isascii() else host.encode("idna").decode()
        host = f"[{host}]" if ":" in host else host
        usual = parts.port in (None, PORTS.get(parts.scheme))
        return host if usual else f"{host}:{parts.port}"
    except ValueError:
        return ""


def is_page(answer: Response) -> bool:
    """Whether an answer is a page or a sitemap, as far as it says what it is."""
    kind = answer.headers.get("content-type", "html").lower()
    return "html" in kind or "xml" in kind or "text/plain" in kind


def is_elsewhere(error: ToolError) -> bool:
    """Whether a link leads on to a host that the agent was not granted."""
    return "is not granted" in str(error)


def digest(url: str) -> str:
    """Give a short name of an address."""
    return hashlib.sha256(url.encode(errors="replace")).hexdigest()[:12]


def cut(text: str) -> str:
    """Cut what is too long for a message."""
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
