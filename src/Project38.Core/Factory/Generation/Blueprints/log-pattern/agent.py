"""Tell of new lines of a log that have certain words."""

import hashlib
import re

from p38 import handoff, tools

HEAD_BYTES = 1_024
LINE_CHARACTERS = 2_000
MOST_SHOWN = 10
MESSAGES = {
    "en": {
        "one": "{file}: 1 new line with {words}:",
        "many": "{file}: {count} new lines with {words}:",
        "more": "… and {count} more",
        "or": " or ",
    },
    "he": {
        "one": "{file}: שורה חדשה אחת עם {words}:",
        "many": "{file}: {count} שורות חדשות עם {words}:",
        "more": "… ועוד {count}",
        "or": " או ",
    },
}


class Agent:
    """Watches one log.

    Config:
        file: In the workspace or in a granted folder; at most 10 MB.
        words: A line counts when it has one of them, as a whole word. One in capitals is looked
            for in capitals alone, others whatever the case.
        without: A line with one of them does not count. Default: none.
        regex: Whether ``words`` are regular expressions. Default: false.
        count: How many lines of one run it takes to be told. Default: 1.
        language: Of the message, ``en`` or ``he``. Default: ``en``.

    State:
        offset: How many bytes have been read.
        head: The hash of the file's first bytes, which a rotated log has not.
    """

    def __init__(self, config: dict) -> None:
        """Read what to look for."""
        self.file = config["file"]
        self.words = [str(word) for word in config["words"]]
        regex = bool(config.get("regex", False))
        self.wanted = [re.compile(word) if regex else pattern(word) for word in self.words]
        self.unwanted = [pattern(str(word)) for word in config.get("without") or []]
        self.count = int(config.get("count", 1))
        self.messages = MESSAGES[config.get("language", "en")]
        if not self.words or self.count < 1:
            raise ValueError("config.words must not be empty, and config.count be 1 or more")

    async def execute(self) -> dict:
        """Read what is new, and tell when enough of it has the words."""
        content = await tools.filesystem.read_bytes(self.file)
        state = handoff.state
        if "offset" not in state:
            lines = []
        else:
            rotated = state["offset"] > len(content) or state["head"] != head(
                content, state["offset"]
            )
            lines = self.find(content, 0 if rotated else state["offset"])
            if rotated:
                handoff.observe("the log was rotated or emptied: read from its start")
        handoff.observe(f"{len(lines)} new lines that match")
        told = len(lines) >= self.count
        if told:
            await tools.notifications.send(self.describe(lines))
            handoff.act(f"told {len(lines)} lines")
        state["offset"], state["head"] = len(content), head(content, len(content))
        return {"status": "success", "result": {"lines": len(lines), "told": told}}

    def find(self, content: bytes, offset: int) -> list[str]:
        """Find the lines behind an offset that match.

        A line that was still being written counts when it matches now and did not before.
        """
        start = content.rfind(b"\n", 0, offset) + 1
        before = content[start:offset].decode(errors="replace")
        lines = content[start:].decode(errors="replace").splitlines()
        skip = 1 if before and self.matches(before) else 0
        return [line.strip() for line in lines[skip:] if self.matches(line)]

    def matches(self, line: str) -> bool:
        """Whether a line has a word that is wanted, and none that is not."""
        line = line[:LINE_CHARACTERS]
        if any(word.search(line) for word in self.unwanted):
            return False
        return any(word.search(line) for word in self.wanted)

    def describe(self, lines: list[str]) -> str:
        """Write the number of lines, and the last of them."""
        words = self.messages["or"].join(f"“{word:.60}”" for word in self.words[:5])
        kind = "one" if len(lines) == 1 else "many"
        text = [self.messages[kind].format(file=self.file, count=len(lines), words=words)]
        text += [f"{line:.300}" for line in lines[:MOST_SHOWN]]
        if len(lines) > MOST_SHOWN:
            text.append(self.messages["more"].format(count=len(lines) - MOST_SHOWN))
        return "\n".join(text)


def pattern(word: str) -> re.Pattern:
    """Look for a whole word or phrase; in Hebrew also behind its prefixes."""
    parts = r"\s+".join(re.escape(part) for part in word.split())
    before = r"(?<!\w)[ובלמשהכ]{0,3}" if re.match(r"[א-ת]", word) else r"(?<!\w)"
    capitals = word.isupper() and len(word) > 1
    return re.compile(before + parts + r"(?!\w)", re.NOFLAG if capitals else re.IGNORECASE)


def head(content: bytes, offset: int) -> str:
    """Identify a log by its first bytes, as far as they had been read."""
    return hashlib.sha256(content[: min(offset, HEAD_BYTES)]).hexdigest()[:16]
