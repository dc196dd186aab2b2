"""The calls of the kernel that Python 3.11 does not offer, by way of the C library."""

import ctypes
import os

NEW_NAMESPACES = 0x7E020000  # mount, cgroup, uts, ipc, user, pid and net

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 32, 4096, 16384, 1 << 18
MNT_DETACH = 2

_CLONE3 = 435  # the same number on x64 and arm64
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_SECCOMP = {"x86_64": 317, "aarch64": 277}
_CAPABILITIES_VERSION = 0x20080522
_LAST_CAPABILITY = 63
_PR_CAPBSET_DROP, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 24, 47, 4
_PR_SET_NO_NEW_PRIVS, _PR_SET_DUMPABLE = 38, 4
_SECCOMP_SET_MODE_FILTER, _SECCOMP_NEW_LISTENER = 1, 8
_SIGCHLD = 17

# It holds the interpreter's lock during a call, as forking asks for.
_libc = ctypes.PyDLL(None, use_errno=True)
_machine = os.uname().machine


def clone() -> int:
    """Fork into new namespaces of every kind.

    Returns:
        0 in the child, which is the first process of its namespace; its number in the parent.
    """
    arguments = (ctypes.c_uint64 * 11)()
    arguments[0], arguments[4] = NEW_NAMESPACES, _SIGCHLD
    ctypes.pythonapi.PyOS_BeforeFork()
    number = _libc.syscall(
        ctypes.c_long(_CLONE3), ctypes.byref(arguments), ctypes.c_size_t(ctypes.sizeof(arguments))
    )
    if number == 0:
        # As in the parent: it lets go of the locks and touches little. The program's own fork does the rest.
        ctypes.pythonapi.PyOS_AfterFork_Parent()
        return 0
    error = ctypes.get_errno()
    ctypes.pythonapi.PyOS_AfterFork_Parent()
    if number < 0:
        raise OSError(error, "clone3: " + os.strerror(error))
    return number


def mount(source: str | None, target: str, kind: str | None, flags: int, data: str = "") -> None:
    """Mount, bind or mount anew."""
    texts = [None if text is None else text.encode() for text in (source, target, kind)]
    _check(_libc.mount(*texts, ctypes.c_ulong(flags), data.encode()), f"mounting {target}")


def pivot_here() -> None:
    """Make the working directory the root, and forget the old one."""
    _check(_libc.syscall(ctypes.c_long(_PIVOT_ROOT[_machine]), b".", b"."), "pivot_root")
    _check(_libc.umount2(b".", MNT_DETACH), "leaving the old root")


def drop_bounding_set() -> None:
    """Let nothing that is started from here on gain a capability."""
    for capability in range(_LAST_CAPABILITY + 1):
        if _libc.prctl(_PR_CAPBSET_DROP, ctypes.c_ulong(capability), 0, 0, 0) != 0:
            break  # the kernel has no more


def drop_capabilities() -> None:
    """Give up every capability, for good."""
    _check(_libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0), "ambient capabilities")
    header = (ctypes.c_uint32 * 2)(_CAPABILITIES_VERSION, 0)
    none = (ctypes.c_uint32 * 6)()
    _check(_libc.capset(ctypes.byref(header), ctypes.byref(none)), "capset")
    _check(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")


def hide_memory() -> None:
    """Keep other processes of the same user out of the memory and descriptors of this one."""
    _check(_libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0), "dumpable")


class Filter:
    """A seccomp filter, held ready: nothing is allocated when it is set."""

    def __init__(self, program: bytes) -> None:
        """Hold an array of ``struct sock_filter``."""
        self._program = ctypes.create_string_buffer(program, len(program))
        # struct sock_fprog: a count, and a pointer at its own alignment.
        self._header = (ctypes.c_uint64 * 2)(len(program) // 8, ctypes.addressof(self._program))

    def set(self, listening: bool) -> int:
        """Set it for this process and all that it starts.

        Args:
            listening: Whether somebody answers for the calls that the filter asks about.

        Returns:
            The descriptor to answer at, when listening; else 0.
        """
        flags = ctypes.c_ulong(_SECCOMP_NEW_LISTENER if listening else 0)
        return _check(
            _libc.syscall(
                ctypes.c_long(_SECCOMP[_machine]),
                ctypes.c_long(_SECCOMP_SET_MODE_FILTER),
                flags,
                ctypes.byref(self._header),
            ),
            "seccomp",
        )


def _check(result: int, call: str) -> int:
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{call}: {os.strerror(error)}")
    return result
