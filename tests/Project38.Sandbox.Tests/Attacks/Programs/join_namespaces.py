"""Joins namespaces that are there already."""

import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
from attempts import attempt, checked, libc, syscall


def join(name):
    """Joins one by its file."""
    checked(libc.setns(os.open(f"/proc/1/ns/{name}", os.O_RDONLY), 0))


def join_by_process(flags):
    """Joins one by a handle on a process that is in it."""
    checked(libc.setns(syscall("pidfd_open", 1, 0), flags))


for name in ("net", "uts", "ipc", "cgroup", "pid", "mnt"):
    attempt(name, join, name)
attempt("net, by a process", join_by_process, 0x40000000)
print("done")
