"""Has the kernel do calls that no filter sees."""

import ctypes
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
from attempts import attempt, syscall

attempt("io_uring", syscall, "io_uring_setup", 8, ctypes.create_string_buffer(120))
print("done")
