"""The program of a run: a process that is the interpreter of a script, once it has its job.

It has no rights any more when it comes here, and the strict filter: ``fork.c``.
"""

import atexit
import gc
import os
import sys
import threading
import types

_learnt: dict[str, types.CodeType] = {}  # scripts by their paths


def learn(script: str) -> None:
    """Compile a script that is the same for all programs."""
    with open(script, "rb") as file:
        _learnt[script] = compile(file.read(), script, "exec")


def forget() -> None:
    """Keep nothing of the server that a program would find. The server does it, for all of them."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "p38_forking"]:
        del sys.modules[name]


def live(job: bytes) -> None:
    """Be the program. Does not return.

    Args:
        job: How many arguments, the arguments, and the environment, as texts that a zero ends.
    """
    code = 1
    try:
        _become(job)
        code = _run(sys.argv[0])
    finally:
        _leave(code)


def rehearse() -> None:
    """Do what each program does, but for its script: what it touches is there when it counts."""
    gc.enable()
    _become(b"1\0/app/main.py\0HOME=/work\0")
    main = types.ModuleType("__main__")
    script = "import sys\nprint('', end='')\n"
    exec(compile(script, "rehearsal", "exec"), main.__dict__)  # noqa: S102  (our own text)


def _become(job: bytes) -> None:
    count, *texts = job.decode(errors="surrogateescape").split("\0")[:-1]
    sys.argv = texts[: int(count)]
    os.environ.clear()
    os.environ.update(text.split("=", 1) for text in texts[int(count) :])


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
        code = _learnt.get(script)
        if code is None:
            with open(script, "rb") as file:
                source = file.read()
            code = compile(source, script, "exec")
        exec(code, main.__dict__)  # noqa: S102  (what this is for)
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
