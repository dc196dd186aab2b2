"""Makes processes until there are 100, and so on if it could."""

import os
import signal
import sys

sys.path.insert(0, os.path.dirname(__file__))
from attempts import attempt

children = []


def breed():
    """Makes a process that waits, 100 times."""
    while len(children) < 100:
        child = os.fork()
        if child == 0:
            signal.pause()
        children.append(child)


attempt("100 processes", breed)
for child in children:
    os.kill(child, signal.SIGKILL)
print("done")
