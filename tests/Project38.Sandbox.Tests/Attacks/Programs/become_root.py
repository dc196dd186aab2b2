"""Becomes somebody else, or gives what it has to somebody else."""

import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
from attempts import attempt

open("file", "w").close()
attempt("owner", os.chown, "file", 1, 1)
attempt("groups", os.setgroups, [0])
attempt("group", os.setresgid, 0, 0, 0)
attempt("priority", os.nice, -1)
attempt("scheduler", os.sched_setscheduler, 0, os.SCHED_FIFO, os.sched_param(1))
attempt("user", os.setresuid, 0, 0, 0)
print("done")
