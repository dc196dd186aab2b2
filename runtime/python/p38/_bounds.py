"""Bounds of time and memory for one thing that may run on and on."""

from __future__ import annotations

import gc
import resource
import signal
import sys
from collections.abc import Callable

_TIMES, _SECONDS = 5, 1.0
_SPARE_BYTES = 64 * 1024 * 1024


class Bounds:
    """What the same thing may take that was done without harm before, and some more."""

    def __init__(self, took: float) -> None:
        """Measure what was needed so far.

        Args:
            took: How long the longest of them took, in seconds.
        """
        self._seconds = took * _TIMES + _SECONDS
        with open("/proc/self/status", encoding="ascii", errors="replace") as file:
            sizes = dict(line.split(":", 1) for line in file if line.startswith("Vm"))
        now, peak, held = (int(sizes[name].split()[0]) for name in ("VmData", "VmHWM", "VmRSS"))
        self._bytes = (now + peak - held) * 1024 + _SPARE_BYTES

    def hold(self, action: Callable[[], bool]) -> bool:
        """Give what an action gives; ``False`` when it takes more time or memory than it may."""
        before = resource.getrlimit(resource.RLIMIT_DATA)
        streams = sys.stdin, sys.stdout, sys.stderr
        alarm = _Alarm()
        signal.signal(signal.SIGALRM, alarm.ring)
        try:
            resource.setrlimit(resource.RLIMIT_DATA, (self._bytes, before[1]))
            # Again and again: whoever catches it once does not go on for ever.
            signal.setitimer(signal.ITIMER_REAL, self._seconds, 1.0)
            return action() and not alarm.rang
        except BaseException:
            # Where memory ends, pytest itself ends in any way, and leaves what it had captured.
            return False
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            resource.setrlimit(resource.RLIMIT_DATA, before)
            sys.stdin, sys.stdout, sys.stderr = streams
            # A traceback holds what filled the memory, and the next action starts with it.
            for name in ("last_type", "last_value", "last_traceback"):
                sys.__dict__.pop(name, None)
            gc.collect()


class _Overtime(BaseException):
    """It takes too long. No ``Exception``, so that what takes too long does not catch it."""


class _Alarm:
    """What happens when the time is up, and whether it did.

    That it was raised is not enough: the library catches all that a run raises.
    """

    rang = False

    def ring(self, *_: object) -> None:
        """Break off whatever is going on."""
        self.rang = True
        raise _Overtime
