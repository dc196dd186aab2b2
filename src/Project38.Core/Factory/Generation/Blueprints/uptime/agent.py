"""Watch a web address: tell when it is down, and when it is up again."""

import html
from datetime import UTC, datetime, timedelta

from p38 import ToolError, handoff, tools

MESSAGES = {
    "en": {
        "down": "{url} is down: {reason}.",
        "lacks": "the page does not say “{text}”",
        "up": "{url} is up again. It was down for {length}.",
        "units": (("day", "days"), ("hour", "hours"), ("minute", "minutes"), ("second", "seconds")),
    },
    "he": {
        "down": "{url} לא זמין: {reason}.",
        "lacks": "בדף לא כתוב “{text}”",
        "up": "{url} חזר לפעול. הוא היה מושבת במשך {length}.",
        "units": (("יום", "ימים"), ("שעה", "שעות"), ("דקה", "דקות"), ("שנייה", "שניות")),
    },
}


class Agent:
    """Watches one address.

    Config:
        url: The address.
        failures: After how many failures in a row it counts as down. Default: 1.
        status: The one status that is right. Default: all below 400.
        contains: What the page must say, whatever the case. Default: nothing.
        recovery: Whether to tell that it is up again. Default: true.
        wait: How long to wait for an answer, in seconds. Default: 30.
        language: Of the messages, ``en`` or ``he``. Default: ``en``.

    State:
        failures: Failures in a row up to now.
        since: When the first of them was.
        told: Whether it has been told that the address is down.
    """

    def __init__(self, config: dict) -> None:
        """Read what to watch."""
        self.url = config["url"]
        self.failures = int(config.get("failures", 1))
        self.status = config.get("status")
        self.contains = config.get("contains")
        self.recovery = config.get("recovery", True)
        self.wait = float(config.get("wait", 30))
        self.messages = MESSAGES[config.get("language", "en")]
        if self.failures < 1:
            raise ValueError("config.failures must be 1 or more")

    async def execute(self) -> dict:
        """Ask once, and tell when that changed something."""
        reason = await self.find_fault()
        now = datetime.now(UTC)
        state = handoff.state
        if reason is None:
            if state.get("told") and self.recovery:
                down = now - datetime.fromisoformat(state["since"])
                length = describe(down, self.messages["units"])
                await self.tell("up", length=length)
            state.clear()
        else:
            handoff.observe(reason)
            state["failures"] = state.get("failures", 0) + 1
            state.setdefault("since", now.isoformat())
            if state["failures"] >= self.failures and not state.get("told"):
                await self.tell("down", reason=reason)
                state["told"] = True
        return {"status": "success", "result": {"up": reason is None, "reason": reason}}

    async def find_fault(self) -> str | None:
        """Ask the address.

        Returns:
            What is wrong with it; None when it answers as it should.
        """
        try:
            answer = await tools.http.get(self.url, timeout=self.wait)
        except ToolError as error:
            return str(error).rstrip(".")
        right = answer.ok if self.status is None else answer.status == int(self.status)
        if not right:
            return f"status {answer.status}"
        if self.contains and squeeze(self.contains) not in squeeze(answer.text):
            return self.messages["lacks"].format(text=self.contains)
        return None

    async def tell(self, what: str, **details: str) -> None:
        """Tell it, and note that it was told."""
        await tools.notifications.send(self.messages[what].format(url=self.url, **details))
        handoff.act(f"told {what}")


def squeeze(text: str) -> str:
    """Make texts alike that a person reads alike: entities, case and space."""
    return " ".join(html.unescape(text).split()).casefold()


def describe(length: timedelta, units: tuple[tuple[str, str], ...]) -> str:
    """Write a length of time in its two largest units, such as ``2 hours 5 minutes``."""
    seconds = max(0, round(length.total_seconds()))
    parts = []
    for size, (one, many) in zip((86_400, 3_600, 60, 1), units, strict=True):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {one if count == 1 else many}")
    return " ".join(parts[:2]) or f"0 {units[-1][1]}"
