"""Changes what is mounted, or what is the root, by the calls that are as old as Unix."""

import ctypes
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
from attempts import attempt, checked, libc, syscall

BIND, REMOUNT, DETACH = 4096, 32, 2


def mount(source, target, kind, flags=0):
    """Calls mount."""
    checked(libc.mount(source, target, kind, ctypes.c_ulong(flags), None))


def pivot():
    """Makes a new root, and the old one a folder in it."""
    os.mkdir("root")
    mount(b"none", b"root", b"tmpfs")
    os.mkdir("root/old")
    syscall("pivot_root", b"root", b"root/old")


attempt("a file system", mount, b"none", b"/tmp", b"tmpfs")
attempt("the processes", mount, b"none", b"/tmp", b"proc")
attempt("the cgroups", mount, b"none", b"/tmp", b"cgroup2")
attempt("a folder elsewhere", mount, b"/usr", b"/tmp", None, BIND)
attempt("a folder anew", mount, None, b"/tmp", None, BIND | REMOUNT)
attempt("no more of it", lambda: checked(libc.umount2(b"/tmp", DETACH)))
attempt("pivot_root", pivot)
attempt("chroot", os.chroot, "/")
print("done")
