"""Leaves what Python would start with. The next run looks for it, and takes it away."""

import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
from attempts import attempt, host

HOME = os.environ["HOME"]
PLACES = [
    f"{HOME}/.local/lib/python3.{sys.version_info.minor}/site-packages/{host['name']}.pth",
    f"{HOME}/.local/lib/python3.{sys.version_info.minor}/site-packages/usercustomize.py",
    f"{HOME}/.config/{host['name']}",
    f"{os.getcwd()}/sitecustomize.py",
    f"{os.path.dirname(__file__)}/{host['name']}.py",
    f"{os.environ.get('TMPDIR', '/tmp')}/{host['name']}.py",
    f"/dev/shm/{host['name']}.py",
]


def leave(path):
    """Leaves a file that does nothing."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write("# here again\n")


left = [path for path in PLACES if os.path.exists(path)]
for path in left:
    os.remove(path)
for path in PLACES if not left else []:
    try:
        leave(path)
    except OSError:
        pass  # the next one perhaps

for path in PLACES:
    attempt(os.path.basename(path), lambda path=path: path in left)
print("done")
