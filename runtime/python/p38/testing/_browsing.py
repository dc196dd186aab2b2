"""The stand-in of the browser: pages that a test gives, without a browser."""

from __future__ import annotations

from p38._errors import ToolError

STATES = ("visible", "hidden", "attached", "detached")
DIRECTIONS = ("down", "up", "bottom", "top")


class Page:
    """A page that stands in: what is read of it, and where its elements lead.

    Attributes:
        text: What ``text`` gives.
        title: Its title.
        texts: Target to text, for ``text`` of an element.
        tables: Target to rows; the first is the page's.
        snapshot: What ``snapshot`` gives.
        leads: Target to address: where a click, Enter or a choice there leads.
        files: Target to name and content, for ``download``.
        more: What each scroll adds to the text.
        missing: Targets that are not there.
        status: Of HTTP.
    """

    def __init__(
        self,
        text: str = "",
        *,
        title: str = "",
        texts: dict[str, str] | None = None,
        tables: dict[str, list[list[str]]] | None = None,
        snapshot: str = "",
        leads: dict[str, str] | None = None,
        files: dict[str, tuple[str, bytes]] | None = None,
        more: tuple[str, ...] = (),
        missing: tuple[str, ...] = (),
        status: int = 200,
    ) -> None:
        """Make a page."""
        self.text, self.title, self.snapshot, self.status = text, title, snapshot, status
        self.texts, self.tables = dict(texts or {}), dict(tables or {})
        self.leads, self.files = dict(leads or {}), dict(files or {})
        self.more, self.missing = tuple(more), tuple(missing)


class Action:
    """Something that the agent did in the browser.

    Attributes:
        name: For example ``click``.
        target: Which element, or the address; None when there was none.
        text: What it typed or chose; None for others.
        submit: Whether it pressed Enter.
    """

    def __init__(
        self, name: str, target: str | None = None, text: str | None = None, submit: bool = False
    ) -> None:
        """Keep what was done."""
        self.name, self.target, self.text, self.submit = name, target, text, submit

    def __repr__(self) -> str:
        """Show what was done."""
        return f"<Action {self.name} {self.target!r}>"


class Browsing:
    """Answers the calls of ``tools.browser`` from pages that it was given.

    Attributes:
        browser: Address to page: a ``Page``, a text, or an exception.
        browsed: What was done, in order.
    """

    def __init__(self, browser: dict) -> None:
        """Stand in with so many pages."""
        self.browser = browser
        self.browsed: list[Action] = []
        self.begin_browsing()

    def begin_browsing(self) -> None:
        """Begin with a browser that has no page open, as each run does."""
        self._way: list[tuple[str, Page]] = []
        self._scrolled = 0

    def browser_navigate(self, url: str, timeout: float = 30) -> dict:
        """Stand in for ``browser.navigate``."""
        self.browsed.append(Action("navigate", url))
        return self._go(url, loaded=True)

    def browser_click(self, target: str, timeout: float = 30) -> dict:
        """Stand in for ``browser.click``."""
        return self._act(Action("click", target), leads=True)

    def browser_type(
        self, target: str, text: str, submit: bool = False, timeout: float = 30
    ) -> dict:
        """Stand in for ``browser.type``."""
        return self._act(Action("type", target, text, submit), leads=submit)

    def browser_select(self, target: str, value: str, timeout: float = 30) -> dict:
        """Stand in for ``browser.select``."""
        return self._act(Action("select", target, value), leads=True)

    def browser_wait_for(self, target: str, state: str = "visible", timeout: float = 30) -> dict:
        """Stand in for ``browser.wait_for``."""
        if state not in STATES:
            raise ToolError(f"'state' must be one of {', '.join(STATES)}.")
        is_there = target not in self._page()[1].missing
        if is_there != (state in ("visible", "attached")):
            raise ToolError(f"Timeout {timeout * 1000:.0f}ms exceeded.")
        return self._state()

    def browser_scroll(self, direction: str = "down", timeout: float = 30) -> dict:
        """Stand in for ``browser.scroll``."""
        if direction not in DIRECTIONS:
            raise ToolError(f"'direction' must be one of {', '.join(DIRECTIONS)}.")
        page = self._page()[1]
        self.browsed.append(Action("scroll", direction))
        moved = direction in ("down", "bottom") and self._scrolled < len(page.more)
        self._scrolled += moved
        return {**self._state(), "moved": moved}

    def browser_back(self, timeout: float = 30) -> dict:
        """Stand in for ``browser.back``."""
        self._page()
        self.browsed.append(Action("back"))
        if len(self._way) > 1:
            self._way.pop()
            self._scrolled = 0
        return self._state()

    def browser_text(self, target: str | None = None, timeout: float = 30) -> str:
        """Stand in for ``browser.text``."""
        page = self._page()[1]
        if target is None:
            return "\n".join((page.text, *page.more[: self._scrolled]))
        self._require(target, page.texts, "texts")
        return page.texts[target]

    def browser_table(self, target: str | None = None, timeout: float = 30) -> list[list[str]]:
        """Stand in for ``browser.table``."""
        page = self._page()[1]
        if target is None:
            if not page.tables:
                raise ToolError("There is no table there.")
            return next(iter(page.tables.values()))
        self._require(target, page.tables, "tables")
        return page.tables[target]

    def browser_snapshot(self, timeout: float = 30) -> str:
        """Stand in for ``browser.snapshot``."""
        return self._page()[1].snapshot

    def browser_screenshot(
        self, path: str = "screenshot.png", full_page: bool = False, timeout: float = 30
    ) -> dict:
        """Stand in for ``browser.screenshot``."""
        if not path.lower().endswith((".png", ".jpg")):
            raise ToolError("'path' must end with .png or .jpg.")
        return self._keep("screenshot", path, b"a picture")

    def browser_pdf(self, path: str = "page.pdf", timeout: float = 30) -> dict:
        """Stand in for ``browser.pdf``."""
        return self._keep("pdf", path, b"%PDF-1.4")

    def browser_download(self, target: str, path: str | None = None, timeout: float = 30) -> dict:
        """Stand in for ``browser.download``."""
        page = self._page()[1] if self._way else self.browser.get(target)
        if not isinstance(page, Page) or target not in page.files:
            raise ToolError(f"Nothing is downloaded by {target!r} in this world; give files=….")
        name, content = page.files[target]
        kept = self._keep("download", path or f"downloads/{name}", content)
        return {**kept, "name": name}

    def _keep(self, name: str, path: str, content: bytes) -> dict:
        if name != "download":
            self._page()
        self.browsed.append(Action(name, path))
        return {"path": path, "bytes": self._write(path, content)}

    def _act(self, action: Action, leads: bool) -> dict:
        page = self._page()[1]
        if action.target in page.missing:
            raise ToolError(f"There is no element {action.target!r} on this page.")
        self.browsed.append(action)
        return (
            self._go(page.leads[action.target])
            if leads and action.target in page.leads
            else self._state()
        )

    def _go(self, url: str, loaded: bool = False) -> dict:
        if url not in self.browser:
            raise ToolError(f"Nothing answers for {url} in this world; give it browser=….")
        page = self.browser[url]
        if isinstance(page, BaseException):
            raise page if isinstance(page, ToolError) else ToolError(str(page))
        self._way.append((url, Page(page) if isinstance(page, str) else page))
        self._scrolled = 0
        return self._state(self._way[-1][1].status if loaded else None)

    def _page(self) -> tuple[str, Page]:
        if not self._way:
            raise ToolError("No page is open. Call browser.navigate first.")
        return self._way[-1]

    def _state(self, status: int | None = None) -> dict:
        url, page = self._page()
        return {
            "url": url,
            "title": page.title,
            "status": status,
            "pages": 1,
            "refused": [],
            "offered": [],
        }

    def _require(self, target: str, there: dict, name: str) -> None:
        if target not in there:
            raise ToolError(f"There is no {target!r} on this page; give its Page {name}=….")
