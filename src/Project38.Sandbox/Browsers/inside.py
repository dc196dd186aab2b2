"""The first program inside a cell: sends out its socket, and becomes what the cell is for."""

import os
import socket
import sys

gate = socket.socket(fileno=3)
listener = socket.socket()
listener.bind(("127.0.0.1", int(sys.argv[1])))
listener.listen(128)
socket.send_fds(gate, [b"1"], [listener.fileno()])
gate.close()
listener.close()
os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606  (what this is for)
