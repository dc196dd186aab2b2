"""Watch one field of a JSON answer: tell when it passes a number, is something, or changes."""

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
STATES = ("equals", "not_equals", "changes")
SHOWN = 300
# One number, with a sign or unit around it: "$1,234.50", "85 %".
NUMBER = re.compile(r"[^\d.,+-]{0,5}([+-]?\d[\d,]*(?:\.\d+)?|[+-]?\.\d+)[^\d.,]{0,12}")

MESSAGES = {
    "en": {
        "up": "{field} is up {percent}%: {value}, from {base} {since} ({url}).",
        "down": "{field} is down {percent}%: {value}, from {base} {since} ({url}).",
        "above": "{field} is {value}, above {level} ({url}).",
        "at_least": "{field} is {value}, not less than {level} ({url}).",
        "below": "{field} is {value}, below {level} ({url}).",
        "at_most": "{field} is {value}, not more than {level} ({url}).",
        "equals": "{field} is {value} ({url}).",
        "not_equals": "{field} is {value}, not {level} ({url}).",
        "changes": "{field} changed from {base} to {value} ({url}).",
        "alert": "at the last alert",
        "check": "at the last check",
        "start": "when first seen",
    },
    "he": {
        "up": "{field}: עלייה של {percent}%, הערך {value} לעומת {base} {since} ({url}).",
        "down": "{field}: ירידה של {percent}%, הערך {value} לעומת {base} {since} ({url}).",
        "above": "{field}: הערך {value}, מעל {level} ({url}).",
        "at_least": "{field}: הערך {value}, לא פחות מ-{level} ({url}).",
        "below": "{field}: הערך {value}, מתחת ל-{level} ({url}).",
        "at_most": "{field}: הערך {value}, לא יותר מ-{level} ({url}).",
        "equals": "{field}: הערך {value} ({url}).",
        "not_equals": "{field}: הערך {value} ולא {level} ({url}).",
        "changes": "{field}: השתנה מ-{base} ל-{value} ({url}).",
        "alert": "בהתראה האחרונה",
        "check": "בבדיקה האחרונה",
        "start": "בתצפית הראשונה",
    },
}


class Agent:
    """Watches one field.

    Config:
        url: The address, which answers with JSON.
        field: Its name, or names with dots between from the top. A name alone is looked for
            everywhere, without regard to case, spaces, ``_`` and ``-``.
        above, at_least, below, at_most: Tell when the number is there, once until it came back.
        equals, not_equals: Tell when the value is, or is not, this, once until it was otherwise.
        changes: Tell of every change. Default: false.
        up_percent, down_percent: Tell of such a rise or fall.
        more_than: Whether the percentage itself is not enough. Default: false.
        again: How far a number must come back to be told again. Default: over the level.
        again_reached: Whether ``again`` itself is far enough. Default: false.
        since: What a percentage is compared with: ``alert`` (the last one, else the first value),
            ``check`` (the one before) or ``start`` (the first value). Default: ``alert``.
        only_once: Tell one time in all. Default: false.
        quiet_first: Tell nothing on the first run. Default: false.
        language: Of the messages, ``en`` or ``he``. Default: ``en``.

    State:
        base: What a percentage is compared with.
        since: What that was: ``start``, ``alert`` or ``check``.
        value: What the value was, when changes are told.
        told: What has been told and has not come back.
        done: Whether the one time is over.
    """

    def __init__(self, config: dict) -> None:
        """Read what to watch, and when to tell."""
        self.url = str(config["url"])
        self.field = str(config["field"])
        self.messages = MESSAGES[config.get("language", "en")]
        self.rules = Rules(config)

    async def execute(self) -> dict:
        """Ask for the value, and tell what it calls for."""
        answer = await tools.http.get(self.url, {"accept": "application/json"})
        if not answer.ok:
            raise ToolError(f"{self.url} answered with status {answer.status}.")
        try:
            data = json.loads(answer.text, parse_float=Decimal, parse_int=Decimal)
        except ValueError:
            raise ValueError(f"{self.url} did not answer with JSON.") from None
        value = find(data, self.field, self.url)
        handoff.observe(f"{self.field} {show(value)}")
        found = self.rules.apply(value, handoff.state)
        if found:
            await tools.notifications.send("\n".join(self.say(one, value) for one in found))
            handoff.act(f"told: {', '.join(one['rule'] for one in found)} at {show(value)}")
        return {"status": "success", "result": {"value": show(value), "told": bool(found)}}

    def say(self, found: dict, value: object) -> str:
        """Write one alert."""
        details = {key: show(part) for key, part in found.items()}
        if "percent" in found:
            details["percent"] = f"{found['percent']:.2f}".removesuffix(".00")
        details["since"] = self.messages.get(found.get("since", ""), "")
        text = self.messages[details.pop("rule")]
        return text.format(field=self.field, value=show(value), url=self.url, **details)


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
        self.states = {key: config[key] for key in STATES if config.get(key) is not None}
        if not (self.levels or self.up > 0 or self.down > 0 or self.states):
            raise ValueError("config says no condition, for example above, equals or changes")
        if self.since not in ("alert", "check", "start"):
            raise ValueError("config.since must be alert, check or start")

    def apply(self, value: object, state: dict) -> list[dict]:
        """Compare a value with what was before, and remember it.

        Returns:
            What to tell, each with its rule and numbers.

        Raises:
            ValueError: The value is no number, and should be one.
        """
        first = "told" not in state
        told = set(state.get("told", []))
        found = self.find_states(value, state, told)
        if self.levels or self.up or self.down:
            number = read_number(value)
            if number is None:
                raise ValueError(f"the value is no number, but {show(value)!r}")
            found += self.find_levels(number, told) + self.find_change(number, state, told)
        state["told"] = sorted(told)
        if (first and self.quiet_first) or state.get("done"):
            return []
        if found and self.only_once:
            state["done"] = True
        return found

    def find_states(self, value: object, state: dict, told: set[str]) -> list[dict]:
        """Find what the value has become."""
        found = []
        for rule, test in (("equals", True), ("not_equals", False)):
            if rule in self.states and same(value, self.states[rule]) is test:
                if rule not in told:
                    found.append({"rule": rule, "level": show(self.states[rule])})
                    told.add(rule)
            else:
                told.discard(rule)
        if self.states.get("changes"):
            text = show(value)
            before = state.get("value", text)
            if before != text:
                found.append({"rule": "changes", "base": before})
            state["value"] = text
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
        if base <= 0:
            # Nothing is so many percent of nothing: count from the first number above it.
            state["base"], base = str(value), value
        change = (value - base) * 100
        found = []
        for rule, percent, size in (("up", self.up, change), ("down", self.down, -change)):
            if base > 0 and percent > 0 and self.test(size, percent * base):
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


def find(data: object, field: str, url: str) -> object:
    """Find a field in an answer.

    Raises:
        LookupError: There is none, or there are several.
    """
    place = data
    for name in field.split("."):
        if isinstance(place, list) and name.isdigit() and int(name) < len(place):
            place = place[int(name)]
        elif isinstance(place, dict) and name in place:
            place = place[name]
        else:
            break
    else:
        return place
    named = [path for path, _ in walk(data) if plain(path.rpartition(".")[2]) == plain(field)]
    if len(named) == 1:
        return find(data, named[0], url)
    if named:
        raise LookupError(f"{url} has several fields {field}; name one: {', '.join(named[:10])}.")
    there = ", ".join([path for path, _ in walk(data)][:10])
    raise LookupError(f"{url} has no field {field}" + (f", but {there}." if there else "."))


def walk(data: object, path: str = "") -> list[tuple[str, object]]:
    """List all fields of objects, with the dotted path of each."""
    found = []
    inner = data.items() if isinstance(data, dict) else ()
    inner = enumerate(data) if isinstance(data, list) else inner
    for name, value in inner:
        here = f"{path}.{name}" if path else str(name)
        if isinstance(data, dict):
            found.append((here, value))
        found += walk(value, here)
    return found


def plain(name: str) -> str:
    """Write a name without case, spaces, ``_`` and ``-``."""
    return re.sub(r"[\s_-]", "", name).lower()


def same(value: object, wanted: object) -> bool:
    """Whether a value is what the config says, numbers by worth and text without regard to case."""
    number, other = read_number(value), read_number(wanted)
    if number is not None and other is not None:
        return number == other
    return show(value).strip().lower() == show(wanted).strip().lower()


def read_number(value: object) -> Decimal | None:
    """Read a number, also one in text such as ``1,234.50`` or ``85%``.

    Returns:
        The number; None when it is none.
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = Decimal(str(value))
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    match = NUMBER.fullmatch(value.strip()) if isinstance(value, str) else None
    return Decimal(match[1].replace(",", "")) if match else None


def number_of(value: Decimal) -> int | float:
    """Give the number that JSON writes."""
    return int(value) if value == value.to_integral_value() else float(value)


def show(value: object) -> str:
    """Write a value as the answer had it, and no more of it than a message bears."""
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    text = value
    if not isinstance(value, str):
        text = json.dumps(value, ensure_ascii=False, default=number_of)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
