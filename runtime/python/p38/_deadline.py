"""How long reading a program may take, in time of the processor: a busy machine is no fault of it.

What Python does is stopped by an exception. What runs on in C, as the compiler does for minutes
over what was written for that, ends the process, and the platform starts a fresh one.
"""

from __future__ import annotations

import contextlib
import signal

SECONDS = 0.6
_LAST_SECONDS = 0.8


class TooLong(BaseException):
    """The time is over; nothing that catches errors is to catch this."""


@contextlib.contextmanager
def limit():
    """Bound what is done inside.

    Raises:
        TooLong: It took longer.
    """
    signal.signal(signal.SIGPROF, _stop)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    signal.setitimer(signal.ITIMER_VIRTUAL, _LAST_SECONDS)  # nobody handles its signal, so it kills
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _stop(*_: object) -> None:
    raise TooLong
