"""Writes where programs live, so that others would run what it left."""

import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
from attempts import attempt


def leave(folder):
    """Makes a file there, and takes it away again."""
    path = os.path.join(folder, f"p38-{os.getpid()}")
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644))
    os.remove(path)


def overwrite(path):
    """Opens it for writing, and writes nothing."""
    os.close(os.open(path, os.O_WRONLY))


def close(path):
    """Takes the rights to it from everybody, as its owner may by a descriptor, and gives them back."""
    file = os.open(path, os.O_RDONLY)
    mode = os.fstat(file).st_mode & 0o777
    os.fchmod(file, 0)
    os.fchmod(file, mode)


attempt("programs", leave, "/usr/bin")
attempt("libraries", leave, "/usr/lib")
attempt("modules of Python", leave, f"/usr/lib/python3.{sys.version_info.minor}")
attempt("root", leave, "/")
attempt("devices", leave, "/dev")
attempt("settings", leave, "/etc")
attempt("cache of libraries", overwrite, "/etc/ld.so.cache")
attempt("its own program", overwrite, __file__)
attempt("beside its own program", leave, os.path.dirname(__file__))
attempt("mode of a program", os.chmod, "/usr/bin/python3", 0o755)
attempt("mode of its own program", close, __file__)
print("done")
