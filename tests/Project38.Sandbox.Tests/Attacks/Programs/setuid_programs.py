"""Starts programs of root that become root by themselves, whoever starts them."""

import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
from attempts import attempt


def becomes_root(program):
    """Starts it for its help. What has ended says whose it was, until somebody asks for its end."""
    silence = os.open("/dev/null", os.O_RDWR)
    actions = [(os.POSIX_SPAWN_DUP2, silence, descriptor) for descriptor in range(3)]
    child = os.posix_spawn(program, [program, "--help"], os.environ, file_actions=actions)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    with open(f"/proc/{child}/status") as status:
        effective = next(line.split()[2] for line in status if line.startswith("Uid:"))
    os.waitpid(child, 0)
    return effective == "0"


for program in ("su", "mount", "umount", "passwd", "newuidmap", "sudo"):
    attempt(program, becomes_root, f"/usr/bin/{program}")
print("done")
