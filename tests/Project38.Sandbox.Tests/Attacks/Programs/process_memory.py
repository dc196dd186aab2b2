"""Reads and writes the memory of another process, and takes its descriptors."""

import ctypes
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
from attempts import SECRET, attempt, checked, host, libc, syscall

victim, address = host["pid"], host["memory"]
PTRACE_ATTACH, PTRACE_DETACH = 16, 17
KCMP_FILE = 0


class Piece(ctypes.Structure):
    """A `struct iovec`."""

    _fields_ = [("start", ctypes.c_void_p), ("length", ctypes.c_size_t)]


def across(function, given):
    """Moves some bytes between this process and the victim, and says whether both have them."""
    here = ctypes.create_string_buffer(given, len(SECRET))
    pieces = Piece(ctypes.addressof(here), len(here)), Piece(address, len(here))
    checked(function(victim, ctypes.byref(pieces[0]), 1, ctypes.byref(pieces[1]), 1, 0))
    return here.raw == SECRET


def attach():
    """Attaches as a debugger does, which stops it, and lets it go."""
    libc.ptrace.restype = ctypes.c_long
    checked(libc.ptrace(PTRACE_ATTACH, victim, None, None))
    os.waitpid(victim, 0x40000000)  # __WALL
    checked(libc.ptrace(PTRACE_DETACH, victim, None, None))


def by_file(flags):
    """Opens its memory as a file, and reads it; the same bytes are written back."""
    memory = os.open(f"/proc/{victim}/mem", flags)
    if flags == os.O_WRONLY:
        return os.pwrite(memory, SECRET, address) > 0
    return os.pread(memory, len(SECRET), address) == SECRET


def take_descriptor():
    """Takes a copy of its hidden file."""
    file = syscall("pidfd_getfd", syscall("pidfd_open", victim, 0), host["hidden"], 0)
    return SECRET in os.pread(file, 100, 0)


attempt("ptrace", attach)
attempt("process_vm_readv", across, libc.process_vm_readv, b"")
attempt("process_vm_writev", across, libc.process_vm_writev, SECRET)
attempt("read of mem", by_file, os.O_RDONLY)
attempt("write of mem", by_file, os.O_WRONLY)
attempt("pidfd_getfd", take_descriptor)
attempt("kcmp", syscall, "kcmp", victim, os.getpid(), KCMP_FILE, 0, 0)
print("done")
