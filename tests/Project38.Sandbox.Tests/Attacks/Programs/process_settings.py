"""Changes how another process runs."""

import os
import resource
import sys

sys.path.insert(0, os.path.dirname(__file__))
from attempts import attempt, host, syscall

victim = host["pid"]
PRIO_PROCESS = 0

attempt("priority", syscall, "setpriority", PRIO_PROCESS, victim, 1)
attempt("limits", resource.prlimit, victim, resource.RLIMIT_CORE, (0, 0))
attempt("processors", os.sched_setaffinity, victim, os.sched_getaffinity(0))
attempt("scheduler", os.sched_setscheduler, victim, os.SCHED_BATCH, os.sched_param(0))
attempt(
    "score for the next to be killed",
    lambda: open(f"/proc/{victim}/oom_score_adj", "w").write("900"),
)
print("done")
