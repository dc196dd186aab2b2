"""Looks for what somebody left open: for itself, or in any other process."""

import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
from attempts import SECRET, any_of, attempt, has_secret, host, processes


def descriptors(pid):
    """All descriptors of a process that are files with a name, so that none is read that waits."""
    folder = f"/proc/{pid}/fd"
    return [path for name in os.listdir(folder) if os.path.isfile(path := f"{folder}/{name}")]


attempt("more than its own three", any_of, os.fstat, range(3, 256))
attempt("inherited", any_of, lambda number: SECRET in os.pread(number, 1 << 20, 0), range(3, 256))
attempt("inherited, of its parent", lambda: any_of(has_secret, descriptors(os.getppid())))
attempt("another process's", has_secret, f"/proc/{host['pid']}/fd/{host['hidden']}")
attempt(
    "anybody's", any_of, lambda pid: any_of(has_secret, descriptors(pid)), reversed(processes())
)
print("done")
