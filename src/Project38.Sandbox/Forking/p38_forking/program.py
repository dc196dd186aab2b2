"""The program of a run: a process that waits for its job, and then is the interpreter of a script.

It has no rights any more when it comes here, and the strict filter.
"""

import atexit
import gc
import json
import os
import resource
import socket
import sys
import threading
import types

JOB = 3  # where fork.c leaves the socket
JOB_BYTES = 64 * 1024


def live() -> None:
    """Be the program, once it is said which. Does not return."""
    code = 1
    try:
        first = socket.socket(fileno=JOB)
        _forget()
        _rehearse()
        said, streams, _, _ = socket.recv_fds(first, JOB_BYTES, 3)
        if said:
            first.detach()
            _become(json.loads(said), streams)
            code = _run(sys.argv[0])
    finally:
        _leave(code)


def _forget() -> None:
    """Keep nothing of the server that a program would find."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "p38_forking"]:
        del sys.modules[name]
    gc.freeze()
    gc.enable()


def _rehearse() -> None:
    """Do what a job needs, so that the pages it touches are copied while nobody waits."""
    job = '{"arguments": ["/app/main.py"], "environment": {"HOME": "/work"}, "limits": {"CORE": 0}}'
    _take_on(json.loads(job))
    main = types.ModuleType("__main__")
    exec(compile("import sys\nprint('', end='')\n", "rehearsal", "exec"), main.__dict__)  # noqa: S102


def _become(job: dict, streams: list[int]) -> None:
    """Take on what the job says."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    os.closerange(JOB, 1024)
    _take_on(job)


def _take_on(job: dict) -> None:
    os.chdir("/work")
    for name, value in job["limits"].items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (value, value))
    os.environ.clear()
    os.environ.update(job["environment"])
    sys.argv = job["arguments"]


def _run(script: str) -> int:
    """Run a script as the interpreter would.

    Returns:
        The code to exit with.
    """
    main = types.ModuleType("__main__")
    main.__file__ = script
    main.__builtins__ = __builtins__
    sys.modules["__main__"] = main
    try:
        with open(script, "rb") as file:
            source = file.read()
        exec(compile(source, script, "exec"), main.__dict__)  # noqa: S102  (what this is for)
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return (end.code or 0) & 0xFF
        print(end.code, file=sys.stderr)
        return 1
    except BaseException as error:
        # The script's own frames, as if nothing were below them.
        sys.excepthook(
            type(error), error.with_traceback(error.__traceback__.tb_next), error.__traceback__
        )
        return 1
    return 0


def _leave(code: int) -> None:
    """End as the interpreter does: threads first, then what was to be done at the end."""
    try:
        threading._shutdown()
        atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
    finally:
        os._exit(code)
