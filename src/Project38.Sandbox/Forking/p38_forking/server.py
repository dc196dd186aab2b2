"""Forks a contained child for each run, from a process that has its imports done.

Started inside a sandbox of its own, with the number of its socket to the platform. It runs one
thread, and never reads anything of an agent: ``fork.c`` gets descriptors, hands them to a child,
and says which process that is. What the child is asked to do goes straight to the child.
"""

import ctypes
import gc
import importlib
import json
import sys

from p38_forking import program

JOB_BYTES = 64 * 1024  # as fork.c has it
INSTRUCTION_BYTES = 8  # struct sock_filter

# It holds the interpreter's lock during a call, as forking asks for.
_library = ctypes.PyDLL("/fork/fork.so")
_held: list[bytes] = []  # what the library points to


def main(number: int) -> None:
    """Serve until the platform is gone. Does not return."""
    with open("/fork/image.json", encoding="utf-8") as file:
        image = json.load(file)
    load(image)
    describe(image)
    if image["script"]:
        program.learn(image["script"])
    program.forget()
    # What the children share stays shared: the collector would write to all of it.
    gc.collect()
    gc.freeze()
    gc.disable()
    job = ctypes.create_string_buffer(JOB_BYTES)
    _library.p38_job.restype = ctypes.c_size_t
    is_scout = _library.p38_serve(number)
    program.rehearse()
    if is_scout:
        rehearse(image)
        _library.p38_scouted()
    program.live(job[: _library.p38_job(job)])


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


def rehearse(image: dict) -> None:
    """Do what most programs do, where the image says what that is."""
    if image["rehearsal"]:
        sys.path[:0] = image["path"]
        try:
            importlib.import_module(image["rehearsal"])
        except Exception as error:
            # What it did not touch comes when a program touches it.
            print(f"{image['rehearsal']} is left out: {error!r}", file=sys.stderr)


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


def read(path: str) -> bytes:
    """Read a file."""
    with open(path, "rb") as file:
        return file.read()
