"""Speaks to a process of the host through Unix sockets, and through the pairs that it may have."""

import os
import socket
import sys

sys.path.insert(0, os.path.dirname(__file__))
from attempts import attempt, host

name = f"\0{host['name']}"


def connect(address):
    """Connects a new socket."""
    with socket.socket(socket.AF_UNIX) as door:
        door.connect(address)


def pair():
    """A socket that need not be made by `socket`."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)[0]


attempt("a path", connect, host["door"])
attempt("an abstract name", connect, name)
attempt("a pair, connected anew", lambda: pair().connect(name + "-letters"))
attempt("a letter through a pair", lambda: pair().sendto(b"hello", name + "-letters"))
attempt(
    "a letter through a pair, by sendmsg",
    lambda: pair().sendmsg([b"hello"], [], 0, name + "-letters"),
)
print("done")
