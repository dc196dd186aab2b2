"""Takes over the first process of its sandbox, whose user is its own, for that one's rights."""

import ctypes
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
from attempts import attempt, checked, libc

PTRACE_SEIZE = 0x4206


def take_over():
    """Writes to its memory what is there already."""
    with open("/proc/1/maps") as maps:
        start = int(next(line for line in maps if " rw-p " in line).split("-")[0], 16)
    memory = os.open("/proc/1/mem", os.O_RDWR)
    os.pwrite(memory, os.pread(memory, 1, start), start)


def more_than(field, least):
    """Whether it is not as restricted, once it is taken over."""
    take_over()
    with open("/proc/1/status") as status:
        value = next(line.split()[1] for line in status if line.startswith(f"{field}:"))
    return int(value, 16) != least


libc.ptrace.restype = ctypes.c_long
attempt("capabilities", more_than, "CapEff", 0)
attempt("capabilities it may gain", more_than, "NoNewPrivs", 1)
attempt("system calls", more_than, "Seccomp", 2)
attempt("ptrace", lambda: checked(libc.ptrace(PTRACE_SEIZE, 1, None, None)))
print("done")
