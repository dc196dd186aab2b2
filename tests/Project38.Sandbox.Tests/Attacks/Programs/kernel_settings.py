"""Opens the kernel's switches for writing, and writes nothing."""

import os
import re
import sys

sys.path.insert(0, os.path.dirname(__file__))
from attempts import any_of, attempt


def can_write(path):
    """Whether it opens for writing."""
    os.close(os.open(path, os.O_WRONLY))


# Each namespace has these of its own, and whoever made it may set them for himself.
OWN = re.compile(
    "/proc/sys/(fs/mqueue/.*|kernel/(msg.*|shm.*|sem|auto_msgmni|pid_max|ns_last_pid))"
)


def settings():
    """All that everybody shares."""
    files = (
        os.path.join(place, name) for place, _, names in os.walk("/proc/sys") for name in names
    )
    return [path for path in files if not OWN.fullmatch(path)]


attempt("program for core dumps", can_write, "/proc/sys/kernel/core_pattern")
attempt("program that loads modules", can_write, "/proc/sys/kernel/modprobe")
attempt("system request", can_write, "/proc/sysrq-trigger")
attempt("name of the machine", can_write, "/proc/sys/kernel/hostname")
attempt("any setting", any_of, lambda path: can_write(path) is None, settings())
attempt("size of pages", can_write, "/sys/kernel/mm/transparent_hugepage/enabled")
print("done")
