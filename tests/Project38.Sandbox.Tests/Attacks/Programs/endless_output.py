"""Writes 4 MB to its output or its log, in lines or without one end of a line."""

import os
import sys
import time

sys.path.insert(0, os.path.dirname(__file__))
from attempts import attempt

descriptor, ending = int(sys.argv[3]), sys.argv[4].encode()


def write():
    """Writes it in parts that a pipe takes whole."""
    for _ in range(1024):
        os.write(descriptor, b"x" * 4095 + ending)
    os.write(1, b"\n")

    # Whoever has had enough ends it meanwhile.
    time.sleep(0.5)


attempt("4 MB", write)
print("done")
