"""Keeps keys in the kernel, and looks for those of others."""

import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
from attempts import attempt, syscall

PROCESS, USER, JOIN_SESSION, SEARCH, GET_ID = -2, -4, 1, 10, 0

attempt("add_key", syscall, "add_key", b"user", b"p38", b"value", 5, PROCESS)
attempt("request_key", syscall, "request_key", b"user", b"p38", 0, PROCESS)
attempt("keyring of the user", syscall, "keyctl", GET_ID, USER, 1)
attempt("session", syscall, "keyctl", JOIN_SESSION, 0)
print("done")
