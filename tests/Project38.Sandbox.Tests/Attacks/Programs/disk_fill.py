"""Fills the disk, one large file after the other, wherever it may write."""

import os
import sys
import tempfile

sys.path.insert(0, os.path.dirname(__file__))
from attempts import attempt


def fill(folder):
    """Writes 100 MB."""
    with tempfile.TemporaryFile(dir=folder) as first, tempfile.TemporaryFile(dir=folder) as second:
        for _ in range(50):
            first.write(bytes(1 << 20))
            second.write(bytes(1 << 20))


attempt("its own folder", fill, ".")
attempt("/tmp", fill, None)
print("done")
