"""Clock and chance of a run that can be executed again: kept, or those of before."""

from __future__ import annotations

import hashlib
import os
import random

from p38 import _clock

MOST_READINGS = 100_000


class Readings:
    """What the clock showed each time it was read; first what it showed in the run before.

    A program that reads it more often than is kept has no readings: then the clock is not kept.
    """

    def __init__(self, now, before: list[float]) -> None:
        """Begin with the readings of before.

        Args:
            now: Gives seconds since 1970 when those are used up.
            before: Seconds since 1970.
        """
        self._now, self._before = now, before
        self._read = 0
        self._new: list[float] = []

    def __call__(self) -> float:
        """Read the clock."""
        place = self._read
        self._read += 1
        value = self._before[place] if place < len(self._before) else self._now()
        if place < MOST_READINGS:
            self._new.append(value)
        return value

    def take(self) -> dict | None:
        """Give what was read since the last time, and how much came before; None: nothing."""
        if not self._new:
            return None
        new, self._new = self._new, []
        return {"from": min(self._read, MOST_READINGS) - len(new), "values": new}

    def give_back(self, taken: dict) -> None:
        """Keep what was taken for the next time: it did not go out."""
        self._new = taken["values"] + self._new


class Chance:
    """Random bytes that follow from a seed, which nobody outside knows."""

    def __init__(self, seed: str) -> None:
        """Begin with a seed of hexadecimal digits."""
        self._seed = bytes.fromhex(seed)
        self._count = 0

    def bytes(self, size: int) -> bytes:
        """Give the next bytes, in the place of ``os.urandom``."""
        found = b""
        while len(found) < size:
            self._count += 1
            block = self._seed + self._count.to_bytes(8, "big")
            found += hashlib.sha256(block).digest()
        return found[:size]


def begin(kept: dict, clock: str | None) -> Readings:
    """Put the run's clock and chance in the place of the machine's.

    Args:
        kept: ``seed`` and ``readings``.
        clock: The time that the run lives at; None: real time.

    Returns:
        The readings of the clock.
    """
    chance = Chance(kept["seed"])
    os.urandom = chance.bytes
    random._urandom = chance.bytes
    seed = random.Random.seed

    def seed_from_chance(self, a=None, version: int = 2) -> None:
        seed(self, chance.bytes(32) if a is None else a, version)

    random.Random.seed = seed_from_chance
    # A bound method of its own, made before.
    random.seed = random._inst.seed
    random.seed()
    now = _clock.ticking_from(_clock.parse(clock)) if clock else _clock._time
    readings = Readings(now, kept["readings"])
    _clock.Clock(readings).__enter__()
    return readings
