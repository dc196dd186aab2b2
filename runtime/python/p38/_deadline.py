"""How much reading a program may take, in time of the processor and in memory.

A busy machine is no fault of the program, so waiting does not count. What Python does is stopped by
an exception. What runs on in C, as the compiler does for minutes over what was written for that,
ends the process, and the platform starts a fresh one; before it has taken all the memory of a
check, which would have the kernel end it, at a cost to the whole machine, it finds none to take.
"""

from __future__ import annotations

import contextlib
import resource
import signal

SECONDS = 0.6
_LAST_SECONDS = 0.8  # those of the kernel too: half of what takes much memory is its work
_BYTES = 160 * 1024 * 1024


class TooLong(BaseException):
    """The time is over; nothing that catches errors is to catch this."""


@contextlib.contextmanager
def limit():
    """Bound what is done inside.

    Raises:
        TooLong: It took longer.
        MemoryError: It took more memory.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    own = _BYTES if soft == resource.RLIM_INFINITY else min(_BYTES, soft)
    signal.signal(signal.SIGVTALRM, _stop)
    resource.setrlimit(resource.RLIMIT_DATA, (own, hard))
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    signal.setitimer(signal.ITIMER_PROF, _LAST_SECONDS)  # nobody handles its signal, so it kills
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.setitimer(signal.ITIMER_PROF, 0)
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _stop(*_: object) -> None:
    raise TooLong
