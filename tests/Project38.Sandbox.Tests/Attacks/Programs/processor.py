"""Takes all it can get of the processors, by threads that Python's own lock does not hold up."""

import hashlib
import os
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(__file__))
from attempts import attempt

LONG, SHARE = 1.5, 0.2


def use():
    """Works for a while, and says whether it had more of a core than it may."""
    start, data = time.monotonic(), bytes(1 << 20)

    def work():
        while time.monotonic() - start < LONG:
            hashlib.sha256(data)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.process_time() / (time.monotonic() - start) > SHARE


attempt("a fifth of a core", use)
print("done")
