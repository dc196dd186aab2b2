"""Looks for secrets in environments: its own and everybody's."""

import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
from attempts import SECRET, any_of, attempt, has_secret, host, processes

attempt(
    "more than it was given",
    lambda: len(set(os.environ) - {"HOME", "LANG", "PATH", "PWD", "LC_CTYPE", "TMPDIR"}) > 0,
)
attempt("its own", lambda: any(SECRET in value for value in os.environb.values()))
attempt("its own, as it was at the start", has_secret, "/proc/self/environ")
attempt("another process's", has_secret, f"/proc/{host['pid']}/environ")
attempt("anybody's", any_of, lambda pid: has_secret(f"/proc/{pid}/environ"), processes())
print("done")
