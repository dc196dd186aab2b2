"""The first program inside a cell: sends out its socket, and hands on what the driver says.

The driver speaks in messages, each behind its length of four bytes, little end first. The platform
would hold a message whole before it could look at it, and a page decides how long some are: so they
are looked at here, where memory is the cell's own, and a longer one ends the cell.
"""

import os
import socket
import sys

MOST = 32 * 1024 * 1024
CHUNK = 64 * 1024

port, program = int(sys.argv[1]), sys.argv[2:]

gate = socket.socket(fileno=3)
listener = socket.socket()
listener.bind(("127.0.0.1", port))
listener.listen(128)
socket.send_fds(gate, [b"1"], [listener.fileno()])
gate.close()
listener.close()

said, says = os.pipe()
if os.fork() == 0:
    os.dup2(says, 1)
    os.close(said)
    os.close(says)
    os.execv(program[0], program)  # noqa: S606  (what this is for)
os.close(says)
os.close(0)


def hand_on(count: int) -> bool:
    """Hand on so many bytes; False: the driver has ended."""
    while count > 0:
        part = os.read(said, min(count, CHUNK))
        if not part:
            return False
        count -= len(part)
        while part:
            part = part[os.write(1, part) :]
    return True


while header := os.read(said, 4):
    while len(header) < 4 and (more := os.read(said, 4 - len(header))):
        header += more
    length = int.from_bytes(header, "little")
    if len(header) < 4 or length > MOST:
        break
    os.write(1, header)
    if not hand_on(length):
        break
