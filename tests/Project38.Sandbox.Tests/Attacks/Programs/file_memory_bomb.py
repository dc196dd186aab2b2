"""Takes memory by files in its own folders, each of which is small enough for its folder."""

import os
import sys
import tempfile

sys.path.insert(0, os.path.dirname(__file__))
from attempts import attempt


def fill():
    """Writes 50 MB into each of two folders."""
    with tempfile.TemporaryFile(dir=".") as first, tempfile.TemporaryFile() as second:
        for file in [first, second] * 50:
            file.write(bytes(1 << 20))


attempt("100 MB", fill)
print("done")
