"""Reads the kernel's memory, its log, and what the hardware tells."""

import ctypes
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
from attempts import attempt, checked, libc

SYSLOG_READ_ALL = 3

attempt(
    "log, by syslog",
    lambda: checked(libc.klogctl(SYSLOG_READ_ALL, ctypes.create_string_buffer(64), 64)),
)
attempt("log, as a file", os.open, "/dev/kmsg", os.O_RDONLY)
attempt("memory", os.open, "/dev/mem", os.O_RDONLY)
attempt("memory of the kernel", os.open, "/proc/kcore", os.O_RDONLY)
print("done")
