"""Tracebacks as the agent's author needs them: the agent's own frames alone."""

from __future__ import annotations

import os
import traceback

AGENT_FILES = ("agent.py", "test_agent.py")


def describe(exception: BaseException) -> tuple[str, str]:
    """Tell what was raised.

    Returns:
        The traceback's last line or lines, and the whole of it without the frames of others.
    """
    try:
        trace = traceback.TracebackException.from_exception(exception, compact=True)
        error = "".join(trace.format_exception_only()).strip()
        _keep_own(trace)
        return error, "".join(trace.format())
    except BaseException:
        return type(exception).__name__, ""


def _keep_own(trace: traceback.TracebackException) -> None:
    waiting, seen = [trace], set()
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        own = [frame for frame in one.stack if os.path.basename(frame.filename) in AGENT_FILES]
        one.stack = traceback.StackSummary.from_list(own)
        waiting += [one.__cause__, one.__context__, *(getattr(one, "exceptions", None) or ())]
