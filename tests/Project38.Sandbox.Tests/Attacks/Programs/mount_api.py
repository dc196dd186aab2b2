"""Changes what is mounted by the newer calls, which a filter may have forgotten."""

import ctypes
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
from attempts import attempt, syscall

HERE, CLONE, CREATE, FROM_DESCRIPTOR, READ_ONLY = -100, 1, 6, 4, 1


def make():
    """Makes a file system that is nowhere yet."""
    context = syscall("fsopen", b"tmpfs", 0)
    syscall("fsconfig", context, CREATE, 0, 0, 0)
    return syscall("fsmount", context, 0, 0)


def change():
    """Makes a tree read-only."""
    settings = (ctypes.c_uint64 * 4)(READ_ONLY, 0, 0, 0)
    syscall("mount_setattr", HERE, b"/tmp", 0, settings, ctypes.sizeof(settings))


attempt("fsopen", syscall, "fsopen", b"tmpfs", 0)
attempt("open_tree", syscall, "open_tree", HERE, b"/usr", CLONE)
attempt("fsmount", make)
attempt("move_mount", lambda: syscall("move_mount", make(), b"", HERE, b"/tmp", FROM_DESCRIPTOR))
attempt("mount_setattr", change)
print("done")
