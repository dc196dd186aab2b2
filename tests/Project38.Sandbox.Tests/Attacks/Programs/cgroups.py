"""Leaves its cgroup, or raises what it may use, by the cgroup's own files."""

import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
from attempts import any_of, attempt


def files(name):
    """All files of that name, in every cgroup that can be seen."""
    return [
        os.path.join(place, name) for place, _, names in os.walk("/sys/fs/cgroup") if name in names
    ]


def can_write(path):
    """Whether it opens for writing; nothing is written."""
    os.close(os.open(path, os.O_WRONLY))
    return True


def make_beside(path):
    """Makes a cgroup, and takes it away."""
    folder = os.path.join(os.path.dirname(path), f"p38-{os.getpid()}")
    os.mkdir(folder)
    os.rmdir(folder)
    return True


attempt("members", any_of, can_write, files("cgroup.procs"))
attempt("memory", any_of, can_write, files("memory.max") + files("memory.limit_in_bytes"))
attempt("processes", any_of, can_write, files("pids.max"))
attempt("a cgroup of its own", any_of, make_beside, files("cgroup.procs"))
print("done")
