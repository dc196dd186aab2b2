"""What the sandbox starts: ``python3 -I -S -B -u /p38/p38/_runner.py MODE [APP [TRIAL [IMAGE]]]``.

The tool session speaks over descriptors 0 and 1. Before anything else is imported they are moved
to where nothing that an agent or pytest does by habit reaches them. What is printed is the log.
"""

import os
import sys

READING, WRITING = 200, 201


def set_session_apart() -> None:
    """Move descriptors 0 and 1 away: 0 becomes empty, 1 becomes the log."""
    os.dup2(0, READING, inheritable=False)
    os.dup2(1, WRITING, inheritable=False)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def main(mode: str, app: str = "/app", trial: str = "/trial", image: str = "/python") -> None:
    """Do what one mode does, from handshake to last message.

    Args:
        mode: ``run``, ``trial``, ``mutate``, ``smoke``, ``check`` or ``checks``.
        app: The folder of ``agent.py``.
        trial: The folder of pytest.
        image: The folder of the agent's packages, where it has any.
    """
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    if os.path.isdir(image):
        # Last, so that no package takes the place of the library's, or of Python's own.
        sys.path.append(image)
    if mode == "checks":
        from p38._checks import serve

        serve(READING, WRITING)
        return
    from p38._session import Session

    session = Session(READING, WRITING)
    session.open()
    if mode == "run":
        from p38._run import run

        run(session, app)
    elif mode == "check":
        from p38._check import check

        session.request("p38/findings", check(app))
    elif mode == "smoke":
        from p38._smoke import smoke

        smoke(session, app)
    elif mode == "trial":
        sys.path.insert(0, trial)
        from p38._trial import trial as try_out

        try_out(session, app)
    elif mode == "mutate":
        sys.path.insert(0, trial)
        from p38._mutate import mutate

        mutate(session, app)
    else:
        raise SystemExit(f"unknown mode {mode!r}: run, trial, mutate, smoke, check or checks")


def leave(code: int) -> None:
    """End now. Threads and exit handlers of the agent must not hold up the end, or change it."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:  # noqa: S110  (an agent may have put anything there)
            pass
    os._exit(code)


if __name__ == "__main__":
    set_session_apart()
    code = 1
    try:
        main(*sys.argv[1:])
        code = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        leave(code)
