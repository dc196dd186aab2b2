"""Forks a contained child for each run, from a process that has its imports done.

Started inside a sandbox of its own, with the number of its socket to the platform. It runs one
thread, and never reads anything of an agent: it gets descriptors, hands them to a child, and says
which process that is. What the child is asked to do goes straight to the child. All that happens
in a child before it is a program is in ``fork.c``.

What is said to it is one JSON message for a child, with descriptors: the child's own socket, where
its status is written, and the files by which it joins its cgroups. What it says is one message for
a message, with a handle on the child.
"""

import ctypes
import gc
import importlib
import json
import os
import signal
import socket
import sys

from p38_forking import program

ID = 1000  # as fork.c has it
MESSAGE_BYTES = 4096
MOST_DESCRIPTORS = 16
INSTRUCTION_BYTES = 8  # struct sock_filter

# It holds the interpreter's lock during a call, as forking asks for.
_library = ctypes.PyDLL("/fork/fork.so")
_held: list[bytes] = []  # what the library points to


def main(number: int) -> None:
    """Serve until the platform is gone."""
    platform = socket.socket(fileno=number)
    with open("/fork/image.json", encoding="utf-8") as file:
        image = json.load(file)
    load(image)
    # Nobody asks how a child ended: its own status tells the platform.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    describe(image)
    # What the children share stays shared: the collector would write to all of it.
    gc.collect()
    gc.freeze()
    gc.disable()
    platform.send(b'{"ready": true}')
    while True:
        said, descriptors, _, _ = socket.recv_fds(platform, MESSAGE_BYTES, MOST_DESCRIPTORS)
        if not said:
            return
        fork(platform, json.loads(said), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def load(image: dict) -> None:
    """Import what the image names, and leave the path as a program expects it."""
    sys.path.remove("/fork")
    before = sys.path[:]
    sys.path[:0] = image["path"]
    for name in image["imports"]:
        try:
            importlib.import_module(name)
        except ImportError as error:
            print(f"{name} is left out: {error}", file=sys.stderr)
    sys.path[:] = before


def describe(image: dict) -> None:
    """Say what all children have in common."""
    mounts = b"".join(path.encode() + b"\0" for path in image["mounts"]) + b"\0"
    first, strict = (read(f"/fork/{name}.bpf") for name in ("first", "program"))
    _held.extend((mounts, first, strict))
    _library.p38_image(
        mounts,
        ctypes.c_uint64(image["scratch"]),
        first,
        len(first) // INSTRUCTION_BYTES,
        strict,
        len(strict) // INSTRUCTION_BYTES,
    )


def fork(platform: socket.socket, wanted: dict, descriptors: list[int]) -> None:
    """Fork one child, and tell the platform which it is."""
    job, status, *cgroups = descriptors
    wait, go = os.pipe2(os.O_CLOEXEC)
    joined = (ctypes.c_int * len(cgroups))(*cgroups)
    number = _library.p38_fork(job, status, joined, len(cgroups), wait)
    if number == 0:
        program.live()
    os.close(wait)
    try:
        if number < 0:
            raise OSError(-number, f"clone3: {os.strerror(-number)}")
        handle = os.pidfd_open(number)
        become(number, wanted["uid"])
        os.write(go, b"\n")
        socket.send_fds(platform, [b"{}"], [handle])
        os.close(handle)
    except OSError as error:
        # Its byte never came, so the child ends by itself.
        platform.send(json.dumps({"error": str(error)}).encode())
    finally:
        os.close(go)


def become(number: int, uid: int) -> None:
    """Let a child be uid and gid 1000 in its namespace, and a user of this one outside."""
    user = f"{ID} {uid} 1"
    for file, text in (("setgroups", "deny"), ("uid_map", user), ("gid_map", user)):
        descriptor = os.open(f"/proc/{number}/{file}", os.O_WRONLY | os.O_CLOEXEC)
        os.write(descriptor, text.encode())
        os.close(descriptor)


def read(path: str) -> bytes:
    """Read a file."""
    with open(path, "rb") as file:
        return file.read()
