"""Makes namespaces of its own, in which it would be root, by each call that makes one."""

import ctypes
import os
import signal
import sys

sys.path.insert(0, os.path.dirname(__file__))
from attempts import attempt, checked, libc, syscall

USER = 0x10000000
OTHERS = {
    "mount": 0x20000,
    "uts": 0x4000000,
    "ipc": 0x8000000,
    "net": 0x40000000,
    "cgroup": 0x2000000,
    "time": 0x80,
    "pid": 0x20000000,
}


class CloneArguments(ctypes.Structure):
    """A `struct clone_args`, as it was first."""

    _fields_ = [
        (name, ctypes.c_uint64)
        for name in "flags pidfd child parent signal stack stack_size tls".split()
    ]


def settle(child):
    """Ends the child that a call has made, and waits for it."""
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def clone(flags):
    """Makes a process in new namespaces."""
    settle(syscall("clone", flags | signal.SIGCHLD, 0, 0, 0, 0))


def clone3(flags):
    """The same by the newer call, whose flags no filter can see."""
    arguments = CloneArguments(flags=flags, signal=signal.SIGCHLD)
    settle(syscall("clone3", ctypes.byref(arguments), ctypes.sizeof(arguments)))


for name, flag in OTHERS.items():
    # To clone, the flag of a time namespace is a part of the signal.
    if name != "time":
        attempt(f"clone {name}", clone, USER | flag)
    attempt(f"clone3 {name}", clone3, USER | flag)

# Last, and in this order: a process that has left its namespaces is another.
for name, flag in {"user": USER, **OTHERS}.items():
    attempt(f"unshare {name}", lambda flag=flag: checked(libc.unshare(flag)))
print("done")
