"""Watch the rate of a currency: tell when it rises, falls, or passes a level."""

import json
import operator
import re
from decimal import Decimal

from p38 import ToolError, handoff, tools

LEVELS = {
    "above": operator.gt,
    "at_least": operator.ge,
    "below": operator.lt,
    "at_most": operator.le,
}
UPPER = {"above", "at_least"}
FIELDS = ("rate", "price", "value", "result", "currentExchangeRate", "last", "amount")
# One number, with a currency sign or code around it: "$1,234.50", "245.3 USD".
NUMBER = re.compile(r"[^\d.,+-]{0,5}([+-]?\d[\d,]*(?:\.\d+)?|[+-]?\.\d+)[^\d.,]{0,5}")

MESSAGES = {
    "en": {
        "up": "{name} is up {percent}%: {rate}, from {base} {since}.",
        "down": "{name} is down {percent}%: {rate}, from {base} {since}.",
        "above": "{name} is at {rate}, above {level}.",
        "at_least": "{name} is at {rate}, not less than {level}.",
        "below": "{name} is at {rate}, below {level}.",
        "at_most": "{name} is at {rate}, not more than {level}.",
        "alert": "at the last alert",
        "check": "at the last check",
        "start": "when first seen",
    },
    "he": {
        "up": "{name}: עלייה של {percent}%, השער {rate} לעומת {base} {since}.",
        "down": "{name}: ירידה של {percent}%, השער {rate} לעומת {base} {since}.",
        "above": "{name}: השער {rate}, מעל {level}.",
        "at_least": "{name}: השער {rate}, לא פחות מ-{level}.",
        "below": "{name}: השער {rate}, מתחת ל-{level}.",
        "at_most": "{name}: השער {rate}, לא יותר מ-{level}.",
        "alert": "בהתראה האחרונה",
        "check": "בבדיקה האחרונה",
        "start": "בתצפית הראשונה",
    },
}


class Agent:
    """Watches one rate.

    Config:
        base: The currency that is watched, by ISO code.
        quote: The currency it is counted in. Default: whatever ``rate_url`` counts in.
        rate_url: An address of your own that gives the rate, tried first; ``{base}`` and
            ``{quote}`` in it are replaced.
        field: Where in its JSON the rate stands, with dots. Default: one of the usual names.
        sources: Public addresses, each a ``url`` and the ``path`` of the rate, tried in order.
        up_percent, down_percent: Tell of such a rise or fall.
        more_than: Whether the percentage itself is not enough. Default: false.
        above, at_least, below, at_most: Tell when the rate is there, once until it came back.
        again: How far it must come back to be told again. Default: over the level.
        again_reached: Whether ``again`` itself is far enough. Default: false.
        since: What a percentage is compared with: ``alert`` (the last one, else the first rate),
            ``check`` (the one before) or ``start`` (the first rate). Default: ``alert``.
        only_once: Tell one time in all. Default: false.
        quiet_first: Tell nothing on the first run. Default: false.
        language: Of the messages, ``en`` or ``he``. Default: ``en``.

    State:
        base: What a percentage is compared with.
        since: What that was: ``start``, ``alert`` or ``check``.
        told: What has been told and has not come back.
        done: Whether the one time is over.
    """

    def __init__(self, config: dict) -> None:
        """Read what to watch, and when to tell."""
        self.base, self.quote = str(config["base"]), str(config.get("quote") or "")
        self.name = f"{self.base}/{self.quote}" if self.quote else self.base
        self.sources = list(config.get("sources", []))
        if config.get("rate_url"):
            url = config["rate_url"].replace("{base}", self.base).replace("{quote}", self.quote)
            self.sources.insert(0, {"url": url, "path": config.get("field")})
        self.messages = MESSAGES[config.get("language", "en")]
        self.rules = Rules(config)

    async def execute(self) -> dict:
        """Ask for the rate, and tell what it calls for."""
        rate = await self.find_rate()
        handoff.observe(f"rate {show(rate)}")
        found = self.rules.apply(rate, handoff.state)
        if found:
            await tools.notifications.send("\n".join(self.say(one, rate) for one in found))
            handoff.act(f"told: {', '.join(one['rule'] for one in found)} at {show(rate)}")
        return {"status": "success", "result": {"rate": float(rate), "told": bool(found)}}

    async def find_rate(self) -> Decimal:
        """Try the sources in order.

        Returns:
            The first rate there is.

        Raises:
            LookupError: No source gave one.
        """
        faults = []
        for source in self.sources:
            try:
                return await ask(source["url"], source.get("path"), self.quote)
            except (ToolError, LookupError, ValueError) as error:
                faults.append(str(error))
                handoff.observe(f"no rate: {error}")
        raise LookupError(
            f"No source gave a rate of {self.name}; put an address that does into "
            f"config.rate_url. {' '.join(faults)}"
        )

    def say(self, found: dict, rate: Decimal) -> str:
        """Write one alert."""
        details = {key: show(value) for key, value in found.items() if isinstance(value, Decimal)}
        if "percent" in found:
            details["percent"] = f"{found['percent']:.2f}".rstrip("0").rstrip(".")
        since = self.messages.get(found.get("since", ""), "")
        text = self.messages[found["rule"]]
        return text.format(name=self.name, rate=show(rate), since=since, **details)


class Rules:
    """When to tell of a number, as the config says it."""

    def __init__(self, config: dict) -> None:
        """Read them.

        Raises:
            ValueError: There are none, or one that makes no sense.
        """
        read = {key: Decimal(str(config[key])) for key in LEVELS if config.get(key) is not None}
        self.levels = read
        self.up = Decimal(str(config.get("up_percent") or 0))
        self.down = Decimal(str(config.get("down_percent") or 0))
        self.test = operator.gt if config.get("more_than") else operator.ge
        self.again = None if config.get("again") is None else Decimal(str(config["again"]))
        self.again_reached = bool(config.get("again_reached", False))
        self.since = config.get("since", "alert")
        self.only_once = bool(config.get("only_once", False))
        self.quiet_first = bool(config.get("quiet_first", False))
        if not (self.levels or self.up > 0 or self.down > 0):
            raise ValueError("config names no threshold, for example up_percent or below")
        if self.since not in ("alert", "check", "start"):
            raise ValueError("config.since must be alert, check or start")

    def apply(self, value: Decimal, state: dict) -> list[dict]:
        """Compare a value with what was before, and remember it.

        Returns:
            What to tell, each with its rule and numbers.
        """
        first = "told" not in state
        told = set(state.get("told", []))
        found = self.find_levels(value, told) + self.find_change(value, state, told)
        state["told"] = sorted(told)
        if (first and self.quiet_first) or state.get("done"):
            return []
        if found and self.only_once:
            state["done"] = True
        return found

    def find_levels(self, value: Decimal, told: set[str]) -> list[dict]:
        """Find levels that the value has passed and was not told at."""
        found = []
        for rule, level in self.levels.items():
            if LEVELS[rule](value, level):
                if rule not in told:
                    found.append({"rule": rule, "level": level})
                    told.add(rule)
            elif self.again is None or self.is_back(value, rule in UPPER):
                told.discard(rule)
        return found

    def is_back(self, value: Decimal, is_upper: bool) -> bool:
        """Whether a number has come back as far as it must to be told again."""
        far = value < self.again if is_upper else value > self.again
        return far or (self.again_reached and value == self.again)

    def find_change(self, value: Decimal, state: dict, told: set[str]) -> list[dict]:
        """Find a rise or fall by a percentage."""
        base = Decimal(state.setdefault("base", str(value)))
        since = state.setdefault("since", "start")
        change = (value - base) * 100
        found = []
        for rule, percent, size in (("up", self.up, change), ("down", self.down, -change)):
            if percent > 0 and self.test(size, percent * base):
                if self.since != "start" or rule not in told:
                    share = size / base
                    found.append({"rule": rule, "percent": share, "base": base, "since": since})
                if self.since == "start":
                    told.add(rule)
            else:
                told.discard(rule)
        if self.since == "check" or (self.since == "alert" and found):
            state["base"], state["since"] = str(value), self.since
        return found


async def ask(url: str, path: str | None, quote: str) -> Decimal:
    """Ask one address for the rate.

    Raises:
        ToolError: It does not answer.
        LookupError: There is no such place in its answer.
        ValueError: What it answers is no rate.
    """
    answer = await tools.http.get(url, {"accept": "application/json"}, timeout=10)
    if not answer.ok:
        raise ToolError(f"{url} answered with status {answer.status}.")
    try:
        data = json.loads(answer.text, parse_float=Decimal, parse_int=Decimal)
    except ValueError:
        raise ValueError(f"{url} did not answer with JSON.") from None
    found = find(data, path, quote, url)
    rate = read_number(found)
    if rate is None or rate <= 0:
        raise ValueError(f"{url} gave no rate, but {str(found)[:60]!r}.")
    return rate


def find(data: object, path: str | None, quote: str, url: str) -> object:
    """Find the place of the rate in an answer.

    Raises:
        LookupError: There is no such place.
    """
    if path is None:
        if not isinstance(data, dict):
            return data
        table = data.get("rates", data.get("conversion_rates", data))
        names = (quote, quote.lower(), *FIELDS)
        for place in (table, data):
            for name in names:
                if isinstance(place, dict) and name in place:
                    return place[name]
        raise LookupError(f"{url} has none of the usual fields, but {', '.join(list(data)[:10])}.")
    for name in path.split("."):
        if isinstance(data, list) and name.isdigit() and int(name) < len(data):
            data = data[int(name)]
        elif isinstance(data, dict) and name in data:
            data = data[name]
        else:
            raise LookupError(f"{url} has no field {path}.")
    return data


def read_number(value: object) -> Decimal | None:
    """Read a number, also one in text such as ``3.7215 ILS``.

    Returns:
        The number; None when it is none.
    """
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    match = NUMBER.fullmatch(value.strip()) if isinstance(value, str) else None
    return Decimal(match[1].replace(",", "")) if match else None


def show(number: Decimal) -> str:
    """Write a rate for people: ``3.8``, ``3.7215``, ``0.006612``."""
    if abs(number) >= 1 or number == 0:
        text = f"{number:,.4f}"
        return text.rstrip("0").rstrip(".")
    return f"{number:.4g}" if abs(number) >= Decimal("0.0001") else f"{number:.8f}"
