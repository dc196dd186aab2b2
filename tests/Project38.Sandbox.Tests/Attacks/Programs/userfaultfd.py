"""Stops the kernel in the middle of a copy, as exploits of it do."""

import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
from attempts import attempt, syscall

USER_MODE_ONLY = 1

attempt("userfaultfd", syscall, "userfaultfd", os.O_CLOEXEC | USER_MODE_ONLY)
print("done")
