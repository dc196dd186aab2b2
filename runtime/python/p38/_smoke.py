"""Mode ``smoke``: for a program that came without tests. Told as one test ``smoke``."""

from __future__ import annotations

import p38
from p38 import _life
from p38._drive import drive
from p38._run import load, read
from p38.testing import World

TEST = "smoke"


def smoke(session, app: str) -> None:
    """Construct, initialise and execute against empty stand-ins; tell what came of it."""

    def tell(**event: object) -> None:
        session.request("p38/trial", event)

    tell(event="started")
    tell(event="collected", tests=[TEST])
    outcome, message = _try(app)
    tell(event="test", test=TEST, outcome=outcome, message=message[-4_000:])
    tell(event="finished")


def _try(app: str) -> tuple[str, str]:
    told = read(app)
    world = World(now=told.get("clock"))
    try:
        agent_type, source = load(app)
    except BaseException as error:
        ending = _life.failed(error)
        return "failed", ending.traceback or ending.error
    with world.standing_in(agent_type):
        ending = drive(
            _life.live(agent_type, told.get("config") or {}, p38.handoff, first=True), source
        )
    if ending.error is None:
        return "passed", ""
    if ending.returned_error:
        return "passed", f"It returned an error, as it may: {ending.error}"
    if _wanted_data(ending.exception):
        # The stand-ins are empty: that it asked for data is as far as this trial goes.
        return "passed", f"It went as far as its data: {ending.error}"
    return "failed", ending.traceback or ending.error


def _wanted_data(error: BaseException | None) -> bool:
    seen: list[BaseException] = []
    while error is not None and error not in seen:
        if isinstance(error, p38.ToolError):
            return True
        seen.append(error)
        error = error.__cause__ or error.__context__
    return False
