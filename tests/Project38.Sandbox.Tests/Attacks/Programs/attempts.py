"""What the attacks share: each makes attempts, and says of each whether it got in."""

import ctypes
import json
import os
import sys

# What there is to attack: the words of victim.py.
host = json.loads(sys.argv[1])

# In two parts, so that no search for it finds this file.
SECRET = b"p38-" + b"secret-"

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long

# The numbers of x86_64 and aarch64; from 424 on they are the same.
CALLS = {
    "setpriority": (141, 140),
    "clone": (56, 220),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "ioctl": (16, 29),
    "kcmp": (312, 272),
    "perf_event_open": (298, 241),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "pivot_root": (155, 41),
    "pidfd_send_signal": (424, 424),
    "io_uring_setup": (425, 425),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "pidfd_open": (434, 434),
    "clone3": (435, 435),
    "openat2": (437, 437),
    "pidfd_getfd": (438, 438),
    "process_madvise": (440, 440),
    "mount_setattr": (442, 442),
}


def attempt(name, action, *arguments):
    """Makes one attempt. It got in when the action comes back with anything but False."""
    try:
        kept_out = "nothing was there" if action(*arguments) is False else None
    except (OSError, MemoryError, RuntimeError) as error:
        kept_out = repr(error)
    print(f"kept out: {name}: {kept_out}" if kept_out else f"got in: {name}")


def checked(result):
    """The result of a function of libc, or its error."""
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return result


def syscall(name, *arguments):
    """A system call by its name, past whatever libc thinks of it."""
    number = CALLS[name][os.uname().machine == "aarch64"]
    wide = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    return checked(libc.syscall(ctypes.c_long(number), *wide))


def has_secret(path):
    """Whether the secret is in a file."""
    with open(path, "rb") as file:
        return SECRET in file.read(1 << 20)


def processes():
    """The ids of all processes that can be seen; where they are not listed, by trying each."""
    try:
        return [int(name) for name in os.listdir("/proc") if name.isdigit()]
    except PermissionError:
        return [pid for pid in range(1, 1 << 16) if os.path.exists(f"/proc/{pid}")]


def any_of(action, things):
    """Whether the action comes back for one of the things with anything but False or nothing."""

    def finds(thing):
        try:
            return action(thing)
        except OSError:
            return False

    return any(finds(thing) for thing in things)
