"""Leaves its session twice, as services do, and stays when its parents have ended."""

import os
import sys
import time

sys.path.insert(0, os.path.dirname(__file__))
from attempts import attempt

reader, writer = os.pipe()


def leave():
    """Leaves for good; the first process goes on until the last one is ready."""
    if os.fork() > 0:
        os.read(reader, 1)
        os._exit(0)
    os.setsid()
    if os.fork() > 0:
        os._exit(0)
    os.setsid()
    print("staying")
    os.write(writer, b"x")
    time.sleep(600)


attempt("a second process", leave)
print("done")
