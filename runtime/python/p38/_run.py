"""Mode ``run``: one run of the agent."""

from __future__ import annotations

import json
import os
import sys

import p38
from p38 import _calls, _life
from p38._drive import drive


def run(session, app: str) -> None:
    """Run the agent, and tell how it ended."""
    told = read(app)
    readings = None
    if told.get("record"):
        from p38 import _record

        readings = session.readings = _record.begin(told["record"], told.get("clock"))
    elif told.get("clock"):
        from p38 import _clock

        _clock.Clock(_clock.ticking_from(_clock.parse(told["clock"]))).__enter__()
    handoff = p38.handoff
    handoff._begin(told.get("run_number", 1), told.get("handoff"))
    _calls.answer_with(session)

    ending = _run(app, told, handoff)

    if ending.error is None:
        message = {"outcome": "success", "result": ending.result}
        state = handoff.state
    else:
        message = {
            "outcome": "error",
            "error": ending.error,
            "traceback": ending.traceback,
            "retry": ending.retry,
        }
        state = {}
        print(ending.traceback or ending.error, file=sys.__stderr__)
    message["handoff"] = handoff._draft(state)
    if readings and (last := readings.take()):
        message["readings"] = last
    session.request("p38/finish", message)


def read(app: str) -> dict:
    """Read ``run.json``."""
    with open(os.path.join(app, "run.json"), encoding="utf-8") as file:
        return json.load(file)


def load(app: str) -> tuple[type, bytes]:
    """Import the agent.

    Returns:
        Its class, and the text of its program.
    """
    with open(os.path.join(app, "agent.py"), "rb") as file:
        source = file.read()
    sys.path.append(app)
    import agent

    return _life.agent_class(agent), source


def _run(app: str, told: dict, handoff: p38.Handoff) -> _life.Ending:
    try:
        agent_type, source = load(app)
    except (_life.BadProgramError, SyntaxError, ImportError) as error:
        ending = _life.failed(error, retry=False)
        if isinstance(error, _life.BadProgramError):
            ending.error, ending.traceback = str(error), ""
        return ending
    except BaseException as error:
        return _life.failed(error)
    first = told.get("handoff") is None
    return drive(_life.live(agent_type, told.get("config") or {}, handoff, first), source)
