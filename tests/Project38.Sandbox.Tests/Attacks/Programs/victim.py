"""What the host has to lose: secrets, a process, and doors. Lives until its input ends."""

import ctypes
import json
import os
import signal
import socket
import sys
import tempfile

secret = "p38-secret-" + os.urandom(8).hex()
folder = sys.argv[1]

if os.environ.get("P38_SECRET") is None:
    # A process's environment is what it was started with.
    os.execve(
        sys.executable, [sys.executable, *sys.orig_argv[1:]], {**os.environ, "P38_SECRET": secret}
    )

secret = os.environ["P38_SECRET"]
signal.signal(signal.SIGUSR1, signal.SIG_IGN)
# Whatever it was started in, there is a session and a group of it.
os.setsid()
path = os.path.join(folder, "secret")
with open(path, "w") as file:
    file.write(secret)

# Reached by its descriptor only.
hidden = tempfile.TemporaryFile()
hidden.write(secret.encode())
hidden.flush()

memory = ctypes.create_string_buffer(secret.encode())


def listen(family, address):
    """A door that anybody may knock at."""
    door = socket.socket(family, socket.SOCK_STREAM)
    door.bind(address)
    door.listen(128)
    return door


path_of_door = os.path.join(folder, "door")
name = f"p38-door-{os.getpid()}"
doors = [
    listen(socket.AF_INET, ("127.0.0.1", 0)),
    listen(socket.AF_UNIX, path_of_door),
    listen(socket.AF_UNIX, "\0" + name),
]
letters = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
letters.bind(f"\0{name}-letters")

print(
    json.dumps(
        {
            "pid": os.getpid(),
            "secret": path,
            "hidden": hidden.fileno(),
            "memory": ctypes.addressof(memory),
            "port": doors[0].getsockname()[1],
            "door": path_of_door,
            "name": name,
        }
    ),
    flush=True,
)
sys.stdin.read()
