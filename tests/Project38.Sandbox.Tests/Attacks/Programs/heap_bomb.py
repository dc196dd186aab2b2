"""Takes 100 MB of heap."""

import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
from attempts import attempt


def fill():
    """Keeps one megabyte after the other."""
    kept = [bytearray(b"x" * (1 << 20)) for _ in range(100)]
    return len(kept) == 100


attempt("100 MB", fill)
print("done")
