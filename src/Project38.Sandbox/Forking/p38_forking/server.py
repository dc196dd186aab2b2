"""Forks a contained child for each run, from a process that has its imports done.

Started inside a sandbox of its own, with the number of its socket to the platform. It runs one
thread, and never reads anything of an agent: it gets descriptors, hands them to a child, and says
which process that is. What the child is asked to do goes straight to the child.

What is said to it at ``SOCKET`` is one JSON message for a child, with descriptors: the child's own
socket, where its status is written, and the files by which it joins its cgroups. What it says is one
message for a message, with a handle on the child.
"""

import gc
import importlib
import json
import os
import signal
import socket
import sys

from p38_forking import child, kernel

MESSAGE_BYTES = 4096
MOST_DESCRIPTORS = 16


def main(number: int) -> None:
    """Serve until the platform is gone."""
    platform = socket.socket(fileno=number)
    with open("/fork/image.json", encoding="utf-8") as file:
        image = json.load(file)
    load(image)
    # Nobody asks how a child ended: its own status tells the platform.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    filters = {name: kernel.Filter(read(f"/fork/{name}.bpf")) for name in ("first", "program")}
    # What the children share stays shared: the collector would write to all of it.
    gc.collect()
    gc.freeze()
    platform.send(b'{"ready": true}')
    while True:
        said, descriptors, _, _ = socket.recv_fds(platform, MESSAGE_BYTES, MOST_DESCRIPTORS)
        if not said:
            return
        fork(platform, json.loads(said), descriptors, image, filters)
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


def fork(platform: socket.socket, wanted: dict, descriptors: list, image: dict, filters) -> None:
    """Fork one child, and tell the platform which it is."""
    wait, go = os.pipe2(os.O_CLOEXEC)
    try:
        number = kernel.clone()
    except OSError as error:
        os.close(wait)
        os.close(go)
        platform.send(json.dumps({"error": str(error)}).encode())
        return
    if number == 0:
        child.live(descriptors, wait, image, filters)
    os.close(wait)
    try:
        handle = os.pidfd_open(number)
        become(number, wanted["uid"])
        os.write(go, b"\n")
        socket.send_fds(platform, [b"{}"], [handle])
        os.close(handle)
    except OSError as error:
        os.kill(number, signal.SIGKILL)
        platform.send(json.dumps({"error": str(error)}).encode())
    finally:
        os.close(go)


def become(number: int, uid: int) -> None:
    """Let a child be uid and gid 1000 in its namespace, and a user of this one outside."""
    for file, text in (("setgroups", "deny"), ("uid_map", f"1000 {uid} 1"), ("gid_map", f"1000 {uid} 1")):
        descriptor = os.open(f"/proc/{number}/{file}", os.O_WRONLY | os.O_CLOEXEC)
        os.write(descriptor, text.encode())
        os.close(descriptor)


def read(path: str) -> bytes:
    """Read a file."""
    with open(path, "rb") as file:
        return file.read()


