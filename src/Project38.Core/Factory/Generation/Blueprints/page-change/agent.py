"""Watch the text of a page: tell when it changes, or when words come or go."""

import difflib
import hashlib
from html.parser import HTMLParser

from p38 import ToolError, handoff, tools

KEPT_BYTES = 30_000
KEPT_LINES = 1_500
SHOWN_LINES = 6
SHOWN = 200
INLINE = {"a", "abbr", "b", "bdi", "big", "cite", "code", "del", "em", "font", "i", "ins", "kbd"}
INLINE |= {"label", "mark", "q", "s", "small", "span", "strong", "sub", "sup", "time", "u", "var"}
HIDDEN = {"noscript", "script", "style", "template", "title"}

MESSAGES = {
    "en": {
        "changes": "{url} has changed:\n{lines}",
        "beyond": "(the change is farther down than what was remembered)",
        "more": "… and {count} more",
        "contains": "{url} now contains “{text}”: {line}",
        "lacks": "{url} does not contain “{text}” any more.",
    },
    "he": {
        "changes": "{url} השתנה:\n{lines}",
        "beyond": "(השינוי נמצא אחרי החלק שנשמר)",
        "more": "… ועוד {count}",
        "contains": "{url} מכיל עכשיו “{text}”: {line}",
        "lacks": "{url} כבר לא מכיל “{text}”.",
    },
}


class Agent:
    """Watches one page.

    Only its text counts: no markup, scripts, styles, comments or spaces.

    Config:
        url: The address.
        after, before: Words around the part that counts. Default: the whole text.
        contains: Tell when these words come, once until they went. Case and spaces do not count.
        lacks: Tell when these words are not there, once until they came back.
        only_once: Tell one time in all. Default: false.
        quiet_first: Tell nothing on the first run, also of words. Default: false.
        language: Of the messages, ``en`` or ``he``. Default: ``en``.

    Without ``contains`` and ``lacks`` it tells of every change, and the first run only remembers.

    State:
        hash: Of the text that was there.
        lines: The beginning of that text.
        told: Whether the words were as asked for.
        done: Whether the one time is over.
    """

    def __init__(self, config: dict) -> None:
        """Read what to watch."""
        self.url = str(config["url"])
        self.after, self.before = config.get("after"), config.get("before")
        self.contains, self.lacks = config.get("contains"), config.get("lacks")
        self.only_once = bool(config.get("only_once", False))
        self.quiet_first = bool(config.get("quiet_first", False))
        self.messages = MESSAGES[config.get("language", "en")]
        if self.contains and self.lacks:
            raise ValueError("config names contains and lacks; name one")

    async def execute(self) -> dict:
        """Read the page, and tell what became of it."""
        answer = await tools.http.get(
            self.url, {"accept": "text/html, text/plain;q=0.9, */*;q=0.5"}
        )
        if not answer.ok:
            raise ToolError(f"{self.url} answered with status {answer.status}.")
        lines = read_lines(answer.text, answer.headers.get("content-type", ""))
        lines = cut(lines, self.after, self.before, self.url)
        if not lines:
            raise ValueError(f"{self.url} has no text")
        first = not handoff.state
        text = self.look_for_words(lines) if self.contains or self.lacks else self.compare(lines)
        told = bool(text) and not (first and self.quiet_first) and not handoff.state.get("done")
        if told:
            await tools.notifications.send(text)
            handoff.act("told")
            if self.only_once:
                handoff.state["done"] = True
        return {"status": "success", "result": {"told": told, "lines": len(lines)}}

    def look_for_words(self, lines: list[str]) -> str | None:
        """Look whether the words are there.

        Returns:
            What to tell; None when that is not new.
        """
        words = plain(self.contains or self.lacks)
        found = words in plain(" ".join(lines))
        now = found if self.contains else not found
        handoff.observe("the words are there" if found else "the words are not there")
        before, handoff.state["told"] = handoff.state.get("told", False), now
        if before or not now:
            return None
        if self.lacks:
            return self.messages["lacks"].format(url=self.url, text=self.lacks)
        line = next((line for line in lines if words in plain(line)), " ".join(lines))
        place = max(0, line.casefold().find(words) - SHOWN // 3)
        line = excerpt(line, place)
        return self.messages["contains"].format(url=self.url, text=self.contains, line=line)

    def compare(self, lines: list[str]) -> str | None:
        """Compare with the text before, and remember this one.

        Returns:
            What to tell; None when nothing changed, and the first time.
        """
        new = hashlib.sha256("\n".join(lines).encode()).hexdigest()
        old, before = handoff.state.get("hash"), handoff.state.get("lines", [])
        kept = keep(lines)
        handoff.state.update({"hash": new, "lines": kept})
        if old is None or old == new:
            handoff.observe(f"{len(lines)} lines" if old is None else "no change")
            return None
        changes = describe(before, kept)
        handoff.observe(f"changed: {changes[0] if changes else 'farther down'}"[:SHOWN])
        shown = changes[:SHOWN_LINES] or [self.messages["beyond"]]
        if len(changes) > SHOWN_LINES:
            shown.append(self.messages["more"].format(count=len(changes) - SHOWN_LINES))
        return self.messages["changes"].format(url=self.url, lines="\n".join(shown))


class TextReader(HTMLParser):
    """Reads the visible text of a page, a line for each block."""

    def __init__(self) -> None:
        """Begin with no text."""
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        """Begin a line, or something hidden."""
        if tag in HIDDEN:
            self.hidden.append(tag)
        if tag not in INLINE:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """End it."""
        if tag in self.hidden:
            del self.hidden[self.hidden.index(tag) :]
        if tag not in INLINE:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        """Keep what is not hidden; a line break in the source is a space."""
        if not self.hidden:
            self.parts.append(data.replace("\n", " "))


def read_lines(text: str, content_type: str) -> list[str]:
    """Read the text of an answer, with single spaces and without empty lines."""
    if "html" in content_type.lower() or text.lstrip("\ufeff \t\r\n").startswith("<"):
        reader = TextReader()
        reader.feed(text)
        reader.close()
        text = "".join(reader.parts)
    lines = (" ".join(line.split()) for line in text.removeprefix("\ufeff").splitlines())
    return [line for line in lines if line]


def cut(lines: list[str], after: str | None, before: str | None, url: str) -> list[str]:
    """Cut out the part between words.

    Raises:
        LookupError: The words are not there.
    """
    text = "\n".join(lines)
    if after:
        place = find(text, after, 0)
        if place < 0:
            raise LookupError(f"{url} does not contain “{after}”, behind which to look.")
        text = text[place + len(after) :]
    if before:
        place = find(text, before, 0)
        if place < 0:
            raise LookupError(f"{url} does not contain “{before}”, up to which to look.")
        text = text[:place]
    return [line.strip() for line in text.splitlines() if line.strip()]


def find(text: str, words: str, start: int) -> int:
    """Find words without regard to case; -1: they are not there."""
    return text.lower().replace("\n", " ").find(words.lower(), start)


def plain(text: str) -> str:
    """Write text without regard to case and spaces."""
    return " ".join(text.split()).casefold()


def keep(lines: list[str]) -> list[str]:
    """Give as many lines as the state can bear."""
    kept, size = [], 0
    for line in lines[:KEPT_LINES]:
        size += len(line.encode()) + 4
        if size > KEPT_BYTES:
            break
        kept.append(line)
    return kept


def describe(before: list[str], now: list[str]) -> list[str]:
    """List the lines that went, with a minus, and those that came, with a plus."""
    changes = []
    matcher = difflib.SequenceMatcher(None, before, now, autojunk=False)
    for kind, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if kind == "equal":
            continue
        old, new = before[old_from:old_to], now[new_from:new_to]
        for index in range(max(len(old), len(new))):
            gone = old[index] if index < len(old) else None
            come = new[index] if index < len(new) else None
            place = first_difference(gone, come) if gone and come else 0
            changes += [f"- {excerpt(gone, place)}"] if gone else []
            changes += [f"+ {excerpt(come, place)}"] if come else []
    return changes


def first_difference(one: str, other: str) -> int:
    """Give a place shortly before two long lines part."""
    same = next(
        (index for index, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    return max(0, same - SHOWN // 3) if max(len(one), len(other)) > SHOWN else 0


def excerpt(line: str, place: int) -> str:
    """Cut a line for a message."""
    head = "…" if place else ""
    tail = "…" if len(line) > place + SHOWN else ""
    return head + line[place : place + SHOWN] + tail
