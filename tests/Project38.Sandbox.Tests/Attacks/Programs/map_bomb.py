"""Takes 100 MB by mapping them, shared, so that no heap has them."""

import mmap
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
from attempts import attempt


def fill():
    """Maps it in parts, and writes to all of them."""
    parts = []
    for _ in range(10):
        parts.append(mmap.mmap(-1, 10 << 20))
        parts[-1].write(b"x" * (10 << 20))


attempt("100 MB", fill)
print("done")
