"""The root of one run: empty but for what its image shows, and what it is given."""

import os

from p38_forking.kernel import (
    MS_BIND,
    MS_NODEV,
    MS_NOEXEC,
    MS_NOSUID,
    MS_PRIVATE,
    MS_RDONLY,
    MS_REC,
    MS_REMOUNT,
    mount,
    pivot_here,
)

_LINKS = ("bin", "sbin", "lib", "lib64")
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
_SHARED = 16 << 20  # the most of /dev/shm, in bytes
_STREAMS = {"fd": "", "stdin": "/0", "stdout": "/1", "stderr": "/2"}


def build(mounts: list[str], scratch: int) -> None:
    """Build it, and enter it. It can be written until it is sealed.

    Args:
        mounts: Folders and files of the server's own root that it shows, read-only as they are there.
        scratch: Size of ``/work`` and of ``/tmp``, each, in bytes.
    """
    mount(None, "/", None, MS_REC | MS_PRIVATE)
    mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=64m")
    os.chdir("/tmp")
    for folder in ("usr", "etc", "proc", "dev", "dev/shm", "tmp", "work"):
        os.mkdir(folder, 0o755)
    for link in _LINKS:
        if os.path.islink(f"/{link}"):
            os.symlink(f"usr/{link}", link)
    _show("/usr")
    for path in ("/etc/ld.so.cache", *mounts):
        if os.path.exists(path):
            _show(path)
    for device in _DEVICES:
        _show(f"/dev/{device}")
    for name, rest in _STREAMS.items():
        os.symlink(f"/proc/self/fd{rest}", f"dev/{name}")
    mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
    for folder, size in (("dev/shm", min(scratch, _SHARED)), ("tmp", scratch), ("work", scratch)):
        mount("tmpfs", folder, "tmpfs", MS_NOSUID | MS_NODEV, f"mode=0755,size={size}")
    pivot_here()


def put(path: str, content: int) -> None:
    """Put a file at a path, from a descriptor."""
    os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o444)
    size, offset = os.fstat(content).st_size, 0
    while offset < size:
        offset += os.sendfile(file, content, offset, size - offset)
    os.close(file)


def seal() -> None:
    """Let nobody write in the root any more: what is left are ``/work``, ``/tmp`` and ``/dev/shm``."""
    mount(None, "/", None, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV)


def _show(path: str) -> None:
    place = path[1:]
    if os.path.isdir(path):
        os.makedirs(place, mode=0o755, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(place), mode=0o755, exist_ok=True)
        os.close(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o444))
    mount(path, place, None, MS_BIND | MS_REC)
