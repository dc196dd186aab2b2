"""Reads what the host keeps in files, on every way that leads to one."""

import os
import struct
import sys

sys.path.insert(0, os.path.dirname(__file__))
from attempts import any_of, attempt, has_secret, host, processes, syscall

secret = host["secret"]


def beneath(folder):
    """Opens the secret below a folder by openat2, whose rules a caller chooses himself."""
    start = os.open(folder, os.O_RDONLY)
    how = struct.pack("QQQ", os.O_RDONLY, 0, 0)
    os.close(syscall("openat2", start, os.fsencode(secret[1:]), how, len(how)))


def through_root(pid):
    """Looks from where another process has its root."""
    return has_secret(f"/proc/{pid}/root{secret}")


def climb():
    """Goes up from here until there is no further up."""
    for _ in range(64):
        os.chdir("..")
    return has_secret(secret[1:])


attempt("the secret by its path", has_secret, secret)
attempt("the users of the machine", open, "/etc/passwd")
attempt("homes", os.listdir, "/home")
attempt("the home of root", os.stat, "/root")
attempt("the variable files", os.listdir, "/var")
attempt("the devices of the kernel", os.listdir, "/sys/class")
attempt("through the root of a process", any_of, through_root, processes())
attempt("through the root of the thread", has_secret, f"/proc/thread-self/root{secret}")
attempt("by openat2", beneath, "/")
attempt("by climbing", climb)
print("done")
