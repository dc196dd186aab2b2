"""Measures what the processor does."""

import ctypes
import os
import struct
import sys

sys.path.insert(0, os.path.dirname(__file__))
from attempts import attempt, syscall

SOFTWARE, SIZE, USER_ONLY = 1, 120, 1 << 5 | 1 << 6

# type, size, config (the processor's clock), period, samples, what is read, flags
attributes = ctypes.create_string_buffer(
    struct.pack("=IIQQQQQ", SOFTWARE, SIZE, 0, 0, 0, 0, USER_ONLY), SIZE
)
attempt("perf_event_open", syscall, "perf_event_open", attributes, 0, -1, -1, 0)
print("done")
