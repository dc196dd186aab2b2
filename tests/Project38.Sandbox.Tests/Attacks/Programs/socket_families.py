"""Opens sockets of every family there is or will be."""

import os
import socket
import sys

sys.path.insert(0, os.path.dirname(__file__))
from attempts import any_of, attempt

KINDS = [socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET]
NAMED = [socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK, socket.AF_PACKET]


def opens(family, kind=None):
    """Whether a socket of that family opens, of any kind where none is named."""
    if kind is None:
        return any_of(lambda each: opens(family, each), KINDS)
    socket.socket(family, kind).close()
    return True


attempt("IPv4", opens, socket.AF_INET)
attempt("IPv6", opens, socket.AF_INET6)
attempt("Unix", opens, socket.AF_UNIX)
attempt("netlink", opens, socket.AF_NETLINK)
attempt("packets", opens, socket.AF_PACKET)
attempt("raw IPv4", socket.socket, socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
attempt("any other family", any_of, opens, [family for family in range(128) if family not in NAMED])
print("done")
