"""Watch a web address: tell when it is down, and when it is up again."""

from datetime import UTC, datetime, timedelta

from p38 import ToolError, handoff, tools

MESSAGES = {
    "en": {
        "down": "{url} is down: {reason}.",
        "up": "{url} is up again. It was down for {length}.",
        "units": (("day", "days"), ("hour", "hours"), ("minute", "minutes"), ("second", "seconds")),
    },
    "he": {
        "down": "{url} לא זמין: {reason}.",
        "up": "{url} חזר לפעול. הוא היה מושבת במשך {length}.",
        "units": (("יום", "ימים"), ("שעה", "שעות"), ("דקה", "דקות"), ("שנייה", "שניות")),
    },
}


class Agent:
    """Watches one address.

    Config:
        url: The address.
        failures: After how many failures in a row it counts as down. Default: 1.
        timeout: How long to wait for an answer, in seconds. Default: 30.
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
        self.timeout = float(config.get("timeout", 30))
        self.messages = MESSAGES[config.get("language", "en")]
        if self.failures < 1:
            raise ValueError("config.failures must be 1 or more")

    async def execute(self) -> dict:
        """Ask once, and tell when that changed something."""
        reason = await self.find_fault()
        now = datetime.now(UTC)
        state = handoff.state
        if reason is None:
            if state.get("told"):
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
            answer = await tools.http.get(self.url, timeout=self.timeout)
        except ToolError as error:
            return str(error).rstrip(".")
        return None if answer.ok else f"status {answer.status}"

    async def tell(self, what: str, **details: str) -> None:
        """Tell it, and note that it was told."""
        await tools.notifications.send(self.messages[what].format(url=self.url, **details))
        handoff.act(f"told {what}")


def describe(length: timedelta, units: tuple[tuple[str, str], ...]) -> str:
    """Write a length of time in its two largest units, such as ``2 hours 5 minutes``."""
    seconds = max(0, round(length.total_seconds()))
    parts = []
    for size, (one, many) in zip((86_400, 3_600, 60, 1), units, strict=True):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {one if count == 1 else many}")
    return " ".join(parts[:2]) or f"0 {units[-1][1]}"
