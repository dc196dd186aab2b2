"""Sends signals to another process, by every call that can. The victim ignores this one."""

import ctypes
import fcntl
import os
import signal
import sys

sys.path.insert(0, os.path.dirname(__file__))
from attempts import attempt, checked, host, libc, syscall

victim = host["pid"]


def by_handle():
    """Sends it by a handle, which no later process with the same number can get."""
    syscall("pidfd_send_signal", syscall("pidfd_open", victim, 0), signal.SIGUSR1, 0, 0)


def queued():
    """Sends it with a value."""
    checked(libc.sigqueue(victim, signal.SIGUSR1, ctypes.c_void_p(7)))


def by_descriptor():
    """Has the kernel send it whenever a pipe can be read."""
    fcntl.fcntl(os.pipe()[0], fcntl.F_SETOWN, victim)


attempt("kill", os.kill, victim, signal.SIGUSR1)
attempt("killpg", os.killpg, victim, signal.SIGUSR1)
attempt("tgkill", lambda: checked(libc.tgkill(victim, victim, signal.SIGUSR1)))
attempt("sigqueue", queued)
attempt("pidfd_send_signal", by_handle)
attempt("F_SETOWN", by_descriptor)
print("done")
