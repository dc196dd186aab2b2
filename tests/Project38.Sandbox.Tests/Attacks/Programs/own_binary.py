"""Brings a program of its own and becomes it. That is allowed, and changes nothing."""

import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
from attempts import host

SCRIPT = """
for path in "$1" /etc/passwd; do
  if read -r line < "$path" || [ -n "$line" ]; then echo "got in: $path"; else echo "kept out: $path: it is not there"; fi
done
echo done
"""


def a_file():
    """A file in no folder; where there may be none, one that is in no folder any more."""
    try:
        return os.memfd_create("binary")
    except PermissionError:
        return os.open(os.environ.get("TMPDIR", "/tmp"), os.O_TMPFILE | os.O_RDWR, 0o700)


file = a_file()
with open("/bin/sh", "rb") as source:
    os.write(file, source.read())

# Opened anew, since what can be written cannot be run. Python executes a descriptor by execveat.
program = os.open(f"/proc/self/fd/{file}", os.O_RDONLY)
os.close(file)
os.execve(program, ["binary", "-c", SCRIPT, "binary", host["secret"]], os.environ)
