#!/usr/bin/python3
"""Compute the table of ExpectedFiresTests with nothing but Python's zoneinfo: p38 and Cronos have no part in it.

Walks through each minute of real time and looks at the clock on the wall. A time that the clocks skip fires when they
have skipped it, once. A time that they show twice fires the first time; but what fires every hour or every few minutes
(a star in minute or hour) fires by real time, both times.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)

# Zone, cron, first minute that is looked at (UTC), how many fires.
ASKED = [
    ("Asia/Jerusalem", "30 2 * * *", "2025-03-27T12:00", 3),
    ("Asia/Jerusalem", "30 1 * * *", "2025-10-25T12:00", 3),
    ("Asia/Jerusalem", "15 * * * *", "2025-03-27T23:00", 3),
    ("Asia/Jerusalem", "15 * * * *", "2025-10-25T22:00", 4),
    ("America/New_York", "30 2 * * *", "2025-03-08T12:00", 3),
    ("America/New_York", "30 1 * * *", "2025-11-01T12:00", 3),
    ("America/New_York", "*/30 1-3 * * *", "2025-03-09T05:30", 6),
    ("America/New_York", "*/30 1 * * *", "2025-11-02T04:30", 5),
    ("Europe/Berlin", "0 2 * * *", "2025-03-29T12:00", 3),
    ("Europe/Berlin", "0 2 * * *", "2025-10-25T12:00", 3),
    ("Europe/Berlin", "59 2 * * 0", "2025-03-29T12:00", 2),
    ("Europe/Berlin", "0 */1 * * *", "2025-10-25T23:00", 4),
    ("Australia/Lord_Howe", "15 2 * * *", "2025-10-04T00:00", 3),
    ("Australia/Lord_Howe", "45 1 * * *", "2025-04-05T00:00", 3),
    ("Australia/Lord_Howe", "*/15 * * * *", "2025-10-04T15:00", 5),
    ("Australia/Lord_Howe", "*/15 * * * *", "2025-04-05T14:30", 6),
    ("America/Santiago", "30 0 * * *", "2025-09-06T00:00", 3),
    ("America/Santiago", "30 23 * * *", "2025-04-05T12:00", 3),
    ("America/Santiago", "0 * * * *", "2025-04-06T01:00", 4),
    ("Africa/Cairo", "0 0 * * *", "2025-04-23T12:00", 3),
    ("Africa/Cairo", "30 23 * * *", "2025-10-30T12:00", 3),
    ("Africa/Cairo", "30 * * * *", "2025-10-30T19:00", 4),
    ("UTC", "0 0 29 2 *", "2025-01-01T00:00", 2),
    ("UTC", "0 0 13 * 5", "2025-01-01T00:00", 3),
    ("Asia/Jerusalem", "0 0 1 * *", "2025-03-01T00:00", 2),
    ("Asia/Jerusalem", "0 0 * * 0", "2025-03-25T00:00", 2),
]


def values(field: str, low: int, high: int) -> set[int]:
    """Return the numbers of a field that has stars, ranges, lists and steps."""
    found = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = (f"{low}-{high}" if span == "*" else span).partition("-")
        found |= set(range(int(first), int(last or first) + 1, int(step or 1)))
    return found


def fires(zone: str, cron: str, start: str, count: int) -> list[datetime]:
    """Return the first fires from a minute on."""
    minute, hour, day, month, weekday = cron.split()
    minutes, hours = values(minute, 0, 59), values(hour, 0, 23)
    days, months, weekdays = values(day, 1, 31), values(month, 1, 12), values(weekday, 0, 6)
    by_real_time = "*" in minute or "*" in hour

    def matches(wall: datetime) -> bool:
        return (
            wall.minute in minutes
            and wall.hour in hours
            and wall.day in days
            and wall.month in months
            and wall.isoweekday() % 7 in weekdays
        )

    at = datetime.fromisoformat(start).replace(tzinfo=UTC)
    before = (at - MINUTE).astimezone(ZoneInfo(zone))
    found = []
    while len(found) < count:
        wall = at.astimezone(ZoneInfo(zone))
        skipped = wall.utcoffset() - before.utcoffset()
        missed = [before.replace(tzinfo=None) + MINUTE * n for n in range(1, int(skipped / MINUTE) + 1)]
        due = matches(wall) and (by_real_time or wall.fold == 0)
        if due or (not by_real_time and any(matches(time) for time in missed)):
            found.append(at)
        before, at = wall, at + MINUTE
    return found


if __name__ == "__main__":
    for zone, cron, start, count in ASKED:
        for number, fire in enumerate(fires(zone, cron, start, count)):
            name = f"{zone:<20} | {cron:<15} | {start}" if number == 0 else f"{'':<20} | {'':<15} | {'':<16}"
            print(f"{name} | {fire:%Y-%m-%dT%H:%M} | {fire.astimezone(ZoneInfo(zone)):%a %d %b %H:%M %z}")
