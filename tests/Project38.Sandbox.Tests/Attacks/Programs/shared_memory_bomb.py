"""Takes 40 MB of the machine's shared memory."""

import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
from attempts import attempt

PATH = f"/dev/shm/p38-{os.getpid()}"


def fill():
    """Writes it into one file."""
    with open(PATH, "wb") as file:
        for _ in range(40):
            file.write(bytes(1 << 20))


attempt("40 MB", fill)
if os.path.exists(PATH):
    os.remove(PATH)
print("done")
