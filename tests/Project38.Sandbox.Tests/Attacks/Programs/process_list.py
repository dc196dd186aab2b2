"""Looks who else is there."""

import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
from attempts import attempt, host, processes


def is_the_victim(pid):
    """Whether it is the very process, since inside the same number is another's."""
    with open(f"/proc/{pid}/cmdline", "rb") as file:
        return b"victim.py" in file.read()


attempt("list", lambda: host["pid"] in processes())
attempt("command line", is_the_victim, host["pid"])
attempt("memory map", lambda: is_the_victim(host["pid"]) and os.stat(f"/proc/{host['pid']}/maps"))
attempt("more processes than its own", lambda: len(processes()) > 2)
attempt("a parent outside", lambda: os.getsid(host["pid"]) > 0)
print("done")
