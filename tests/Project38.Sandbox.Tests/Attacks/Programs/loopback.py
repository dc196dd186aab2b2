"""Speaks to a server of the host, which may trust whoever can reach it."""

import os
import socket
import sys

sys.path.insert(0, os.path.dirname(__file__))
from attempts import attempt, host


def interfaces():
    """Whether there is any network beside the loopback's."""
    with open("/proc/net/dev") as devices:
        return any(line.split(":")[0].strip() not in ("lo", "") for line in devices.readlines()[2:])


attempt("TCP", socket.create_connection, ("127.0.0.1", host["port"]), 5)
attempt("TCP to any address", socket.create_connection, ("0.0.0.0", host["port"]), 5)
attempt("a name", socket.getaddrinfo, "localhost", 80)
attempt("interfaces", interfaces)
print("done")
