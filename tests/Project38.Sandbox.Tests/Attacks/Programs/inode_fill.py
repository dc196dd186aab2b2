"""Makes 20,000 empty files, which have no size and yet cost the kernel memory."""

import os
import shutil
import sys

sys.path.insert(0, os.path.dirname(__file__))
from attempts import attempt

COUNT = 20_000
FOLDER = f"/dev/shm/p38-{os.getpid()}"


def fill():
    """Makes them."""
    os.mkdir(FOLDER)
    for number in range(COUNT):
        os.close(os.open(f"{FOLDER}/{number}", os.O_CREAT | os.O_WRONLY))


attempt("20,000 files", fill)
shutil.rmtree(FOLDER)
print("done")
