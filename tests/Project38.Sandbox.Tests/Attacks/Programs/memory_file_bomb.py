"""Takes 100 MB in files that are in no folder."""

import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
from attempts import attempt


def fill():
    """Makes a file after the other."""
    for number in range(10):
        with os.fdopen(os.memfd_create(str(number)), "wb", closefd=False) as file:
            file.write(b"x" * (10 << 20))


attempt("100 MB", fill)
print("done")
