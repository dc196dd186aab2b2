"""Takes memory, messages and semaphores of System V and POSIX, which outlive who made them."""

import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
from attempts import attempt, checked, libc

CREATE, PRIVATE, REMOVE = 0o1600, 0, 0


def queue():
    """Makes a queue of POSIX, and takes it away."""
    name = f"/p38-{os.getpid()}".encode()
    os.close(checked(libc.mq_open(name, os.O_CREAT | os.O_RDWR, 0o600, None)))
    checked(libc.mq_unlink(name))


attempt(
    "shared memory",
    lambda: libc.shmctl(checked(libc.shmget(PRIVATE, 1 << 20, CREATE)), REMOVE, None),
)
attempt("messages", lambda: libc.msgctl(checked(libc.msgget(PRIVATE, CREATE)), REMOVE, None))
attempt("semaphores", lambda: libc.semctl(checked(libc.semget(PRIVATE, 1, CREATE)), 0, REMOVE))
attempt("queue", queue)
print("done")
