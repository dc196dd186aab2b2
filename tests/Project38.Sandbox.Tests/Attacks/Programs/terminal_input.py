"""Types at a terminal as if somebody sat there: TIOCSTI, also with bits that the kernel ignores."""

import ctypes
import fcntl
import os
import sys
import termios

sys.path.insert(0, os.path.dirname(__file__))
from attempts import attempt, syscall


def own_terminal():
    """A terminal of its own, and its session's; where there are none, there is nothing to type at."""
    _, terminal = os.openpty()
    os.set_blocking(terminal, False)
    if os.getpid() != os.getsid(0):
        os.setsid()
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
    return terminal


def type_in(request):
    """Types a line, and looks whether it is there to be read."""
    terminal = terminals[0] if terminals else own_terminal()
    terminals[:] = [terminal]
    for character in b"x\n":
        syscall("ioctl", terminal, request, ctypes.byref(ctypes.c_char(character)))
    return os.read(terminal, 10) == b"x\n"


terminals = []
attempt("TIOCSTI", type_in, termios.TIOCSTI)
attempt("TIOCSTI with high bits", type_in, 0x77 << 32 | termios.TIOCSTI)
attempt("TIOCSTI with all high bits", type_in, 0xFFFFFFFF << 32 | termios.TIOCSTI)
print("done")
