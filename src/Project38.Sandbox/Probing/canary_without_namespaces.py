"""Tries what Landlock and the filters have to refuse; says ``contained``, or what was not."""

import ctypes
import os
import signal
import socket
import sys

PLATFORM = int(sys.argv[1])
GET_SECCOMP, GET_NO_NEW_PRIVS = 21, 39


def works(action, *arguments):
    """Whether it is not refused."""
    try:
        action(*arguments)
    except (OSError, MemoryError):
        return False
    return True


def write(folder):
    """Makes a file, and takes it away."""
    path = os.path.join(folder, f"p38-canary-{os.getpid()}")
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
    os.remove(path)


def fork():
    """Makes a process, which ends at once."""
    if os.fork() == 0:
        os._exit(0)


libc = ctypes.CDLL(None)
wrong = [
    *(
        f"{path} can be read"
        for path in ("/etc/passwd", "/proc/version", "/proc/self/status", f"/proc/{PLATFORM}/stat")
        if works(open, path)
    ),
    *(
        f"{folder} can be listed"
        for folder in ("/", "/etc", "/proc", "/sys", "/tmp", "/var")
        if works(os.listdir, folder)
    ),
    *(
        f"{folder} can be written"
        for folder in ("/tmp", "/var/tmp", "/dev/shm", "/usr/bin", os.path.dirname(__file__))
        if works(write, folder)
    ),
    *(
        f"it has sockets of family {family}"
        for family in (socket.AF_UNIX, socket.AF_INET, socket.AF_NETLINK)
        if works(socket.socket, family)
    ),
    *(["it has datagrams"] if works(socket.socketpair, socket.AF_UNIX, socket.SOCK_DGRAM) else []),
    *(f"it may signal {pid}" for pid in (PLATFORM, os.getppid(), -1) if works(os.kill, pid, 0)),
    *([] if works(os.kill, os.getpid(), signal.SIGCONT) else ["it may not signal itself"]),
    *(["it may make processes"] if works(fork) else []),
    *(["its memory is not limited"] if works(bytearray, 1 << 32) else []),
    *(["it is root"] if 0 in (os.getuid(), os.geteuid(), os.getgid(), *os.getgroups()) else []),
    *(["it has no seccomp filter"] if libc.prctl(GET_SECCOMP, 0, 0, 0, 0) != 2 else []),
    *(["it can gain privileges"] if libc.prctl(GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1 else []),
    *([] if works(write, os.getcwd()) else ["it cannot write its own folder"]),
]
print("; ".join(wrong) or "contained")
