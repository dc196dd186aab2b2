#!/usr/bin/python3 -IS
"""Becomes a browser's cell: joins its cgroups, becomes its user, then bubblewrap; one process.

Beside it lies cell.json, which says how. Only what a cell needs is left of the platform:
descriptors 0 to 2, and 3, by which the first process inside sends out the socket it listens on.
"""

import json
import os
import resource
import socket
import sys

FILE_BYTES = 512 * 1024 * 1024
OPEN_FILES = 4096
GATE = 3

with open(
    os.path.join(os.path.dirname(os.path.abspath(__file__)), "cell.json"), encoding="utf-8"
) as file:
    cell = json.load(file)

gate = socket.socket(socket.AF_UNIX)
gate.connect(cell["gate"])
if gate.fileno() != GATE:
    os.dup2(gate.fileno(), GATE)
os.set_inheritable(GATE, True)
os.closerange(GATE + 1, os.sysconf("SC_OPEN_MAX"))

# Before anything large is loaded: memory is charged to the cgroup in which it is first touched.
for path in cell["memberships"]:
    with open(path, "w", encoding="ascii") as file:
        file.write("0")

for limit, most in (
    (resource.RLIMIT_CORE, 0),
    (resource.RLIMIT_FSIZE, FILE_BYTES),
    (resource.RLIMIT_NOFILE, OPEN_FILES),
):
    hard = resource.getrlimit(limit)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(limit, (most, most))

if cell["uid"] is not None:
    os.setgroups([])
    os.setresgid(cell["uid"], cell["uid"], cell["uid"])
    os.setresuid(cell["uid"], cell["uid"], cell["uid"])

# bubblewrap's own first process keeps the environment it was given, where what is inside could
# read it.
os.execve(cell["command"][0], [*cell["command"], *sys.argv[1:]], {})  # noqa: S606  (what this is for)
