"""Tell what is new in an RSS or Atom feed."""

import hashlib
import html
import re
from urllib.parse import urljoin
from xml.parsers import expat

from p38 import ToolError, handoff, tools

FEED_BYTES = 5_000_000
MOST_ENTRIES = 1_000
MOST_REMEMBERED = 1_500
DEEPEST = 50
FIELD_CHARACTERS = 10_000
MESSAGE_CHARACTERS = 3_500

ROOTS = {"rss", "RDF", "feed"}
ENTRIES = {"item", "entry"}
FIELDS = {"title", "link", "guid", "id", "description", "summary", "content", "encoded", "category"}
MESSAGES = {
    "en": {"head": "{count} new in {name}:", "more": "… and {count} more"},
    "he": {"head": "{count} חדשים ב־{name}:", "more": "… ועוד {count}"},
}


class Agent:
    """Watches one feed.

    Config:
        url: The address of the feed.
        include: Words of which an entry must have one. Default: none, so every entry is told.
        exclude: Words of which an entry must have none. Default: none.
        include_in: ``title`` to look for the wanted in titles alone. Default: in all.
        exclude_in: ``title`` to look for the unwanted in titles alone. Default: in all.
        newest: How many of the newest the first run tells. Default: 0.
        most: How many entries one message names. Default: 20.
        language: Of the message, ``en`` or ``he``. Default: ``en``.

    State:
        seen: What is known already, newest first, as short hashes.
    """

    def __init__(self, config: dict) -> None:
        """Read what to follow."""
        self.url = config["url"]
        self.include = [pattern(word) for word in config.get("include") or []]
        self.exclude = [pattern(word) for word in config.get("exclude") or []]
        self.include_in = config.get("include_in", "all")
        self.exclude_in = config.get("exclude_in", "all")
        self.newest = int(config.get("newest", 0))
        self.most = int(config.get("most", 20))
        self.messages = MESSAGES[config.get("language", "en")]

    async def execute(self) -> dict:
        """Read the feed, and tell what was not there before."""
        answer = await tools.http.get(self.url)
        if answer.status != 200:
            raise ToolError(f"{self.url} answered with status {answer.status}.")
        name, entries = read_feed(answer)
        before = handoff.state.get("seen")
        seen = set(before or ())
        fresh = [entry for entry in entries if entry["key"] not in seen and self.wants(entry)]
        told = fresh[: self.newest] if before is None else fresh
        handoff.observe(f"{len(entries)} entries, {len(fresh)} of them new and wanted")
        if told:
            await tools.notifications.send(self.digest(name, told))
            handoff.act(f"told {len(told)} entries")
        keys = [entry["key"] for entry in entries]
        keys += [key for key in before or () if key not in set(keys)]
        handoff.state["seen"] = keys[:MOST_REMEMBERED]
        return {"status": "success", "result": {"entries": len(entries), "told": len(told)}}

    def wants(self, entry: dict[str, str]) -> bool:
        """Whether an entry has what it must have, and nothing of what it must not."""
        texts = {"title": entry["title"], "all": f"{entry['title']}\n{entry['text']}"}
        if any(word.search(texts[self.exclude_in]) for word in self.exclude):
            return False
        return not self.include or any(word.search(texts[self.include_in]) for word in self.include)

    def digest(self, name: str, entries: list[dict[str, str]]) -> str:
        """Write one message about several entries."""
        lines = [self.messages["head"].format(count=len(entries), name=name)]
        size = len(lines[0])
        for entry in entries[: self.most]:
            line = f"• {entry['title']:.300}" + (f"\n  {entry['link']}" if entry["link"] else "")
            size += len(line)
            if size > MESSAGE_CHARACTERS and len(lines) > 1:
                break
            lines.append(line)
        if left := len(entries) - len(lines) + 1:
            lines.append(self.messages["more"].format(count=left))
        return "\n".join(lines)


def pattern(word: str) -> re.Pattern:
    """Look for a word or a phrase: whole, in plural too; in Hebrew also behind its prefixes."""
    parts = r"\s+".join(re.escape(part) for part in word.split())
    before = r"(?<!\w)[ובלמשהכ]{0,3}" if re.match(r"[א-ת]", word) else r"(?<!\w)"
    return re.compile(before + parts + r"(?:['’]?s|es)?(?!\w)", re.IGNORECASE)


def read_feed(answer: object) -> tuple[str, list[dict[str, str]]]:
    """Read a feed.

    Args:
        answer: What the server gave.

    Returns:
        The feed's name, and its entries as they stand there, each once: ``key``, ``title``,
        ``link`` and ``text``.

    Raises:
        ValueError: It is no feed, or not one that is safe to read.
    """
    if len(answer.content) > FEED_BYTES:
        raise ValueError(f"{answer.url} is larger than a feed should be")
    reader = Reader()
    declared = re.search(rb"<\?xml[^>]{0,200}encoding", answer.content[:300])
    charset = "charset=" in answer.headers.get("content-type", "").lower()
    try:
        if charset and not declared:
            reader.read(answer.text.encode(), "utf-8")
        else:
            reader.read(answer.content.lstrip(), None)
    except expat.ExpatError as error:
        raise ValueError(f"{answer.url} is no feed that can be read: {error}") from None
    if reader.root not in ROOTS:
        raise ValueError(f"{answer.url} is no RSS or Atom feed")
    entries = {}
    for raw in reader.entries:
        title = plain(raw.get("title", "")) or plain(raw.get("description", ""))[:100]
        link = urljoin(answer.url, raw.get("link", "").strip())
        name = raw.get("guid") or raw.get("id") or link or title
        fields = ("description", "summary", "content", "encoded", "category")
        text = "\n".join(plain(raw[field]) for field in fields if field in raw)
        digest = hashlib.sha256(name.strip().encode()).hexdigest()[:20]
        entries.setdefault(digest, {"key": digest, "title": title, "link": link, "text": text})
    return plain(reader.name) or answer.url, list(entries.values())


def plain(text: str) -> str:
    """Take the tags and the line breaks out of a text."""
    return " ".join(html.unescape(re.sub(r"<[^<>]{1,500}>", " ", text)).split())


class Reader:
    """Reads the fields of a feed's entries, and nothing that XML can do beside.

    Attributes:
        root: The outermost element.
        name: The title of the feed.
        entries: The fields of each entry.
    """

    def __init__(self) -> None:
        """Start with nothing read."""
        self.root, self.name = "", ""
        self.entries: list[dict[str, str]] = []
        self.path: list[str] = []
        self.entry: dict[str, str] | None = None

    def read(self, content: bytes, encoding: str | None) -> None:
        """Read a whole document.

        Raises:
            ValueError: It has a DOCTYPE, or is too deep.
            expat.ExpatError: It is no XML.
        """
        parser = expat.ParserCreate(encoding, " ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self.refuse
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.text
        parser.Parse(content, True)

    def refuse(self, *_: object) -> None:
        """Refuse a DOCTYPE: entities can grow without end, and no feed needs one."""
        raise ValueError("The feed has a DOCTYPE, which is not read")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Go into an element."""
        name = name.rpartition(" ")[2]
        self.root = self.root or name
        self.path.append(name)
        if len(self.path) > DEEPEST:
            raise ValueError("The feed is nested too deep")
        if self.entry is None and name in ENTRIES and len(self.entries) < MOST_ENTRIES:
            self.entry = {}
            self.entries.append(self.entry)
        elif self.entry is not None and self.path[-2] in ENTRIES and name == "link":
            # Atom has the address in an attribute, and others beside the one to read.
            if attributes.get("rel", "alternate") == "alternate" and "href" in attributes:
                self.entry.setdefault("link", attributes["href"])

    def end(self, name: str) -> None:
        """Come out of an element."""
        if self.path.pop() in ENTRIES and not ENTRIES & set(self.path):
            self.entry = None

    def text(self, text: str) -> None:
        """Keep the text of a field."""
        field = self.path[-1]
        depth = len(self.path)
        if self.entry is None:
            if field == "title" and (depth <= 2 or self.path[-2] == "channel"):
                self.name += text[:300]
            return
        # Atom may hold its texts as elements of their own: they belong to the field around them.
        top = max(at for at, name in enumerate(self.path) if name in ENTRIES)
        field = self.path[top + 1] if top + 1 < depth else ""
        if field in FIELDS and len(self.entry.get(field, "")) < FIELD_CHARACTERS:
            self.entry[field] = self.entry.get(field, "") + text
