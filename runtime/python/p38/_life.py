"""One run of an agent, from its construction to its ending."""

from __future__ import annotations

import warnings

from p38 import _strict

RESULT_BYTES = 1024 * 1024
STATE_BYTES = 56 * 1024
ERROR_CHARACTERS = 4_000
TRACEBACK_CHARACTERS = 16_000


class BadProgramError(Exception):
    """The program is not what the contract asks for; trying again is of no use."""


class Ending:
    """How a run ended.

    Attributes:
        result: What ``execute`` returned as ``result``.
        error: None when it succeeded; else what happened, for a person.
        traceback: The agent's own frames; empty when nothing was raised.
        retry: Whether trying again may help.
        exception: What was raised; None when nothing was.
        returned_error: Whether ``execute`` itself said that it failed, as it may.
    """

    returned_error = False

    def __init__(
        self,
        result: object = None,
        error: str | None = None,
        retry: bool = True,
        exception: BaseException | None = None,
        traceback: str = "",
    ) -> None:
        """Make an ending."""
        self.result, self.error, self.retry = result, error, retry
        self.exception, self.traceback = exception, traceback


def agent_class(module: object) -> type:
    """Find the agent in its module.

    Raises:
        BadProgramError: There is none, or it cannot execute.
    """
    found = getattr(module, "Agent", None)
    if not isinstance(found, type):
        raise BadProgramError("agent.py has no class Agent.")
    if not callable(getattr(found, "execute", None)):
        raise BadProgramError("The class Agent has no method execute.")
    return found


def live(agent_type: type, config: dict, handoff, first: bool):
    """Live one run.

    A generator that yields what is to be awaited, and is sent what came of it, because the same
    life is led with an event loop, without one, and inside a test's own.

    Args:
        agent_type: The class ``Agent``.
        config: What it is constructed with.
        handoff: The handoff it uses.
        first: Whether ``initialize`` comes before ``execute``.

    Returns:
        The ``Ending``.
    """
    with _ForgottenAwaits() as forgotten:
        ending = yield from _live(agent_type, config, first)
    if ending.error is None and forgotten.found:
        ending = Ending(error=f"{forgotten.found[0]}: write await before the call")
    if ending.error is None:
        ending = _judge_state(handoff, ending)
    return ending


def failed(exception: BaseException, retry: bool = True) -> Ending:
    """Make the ending of a run in which something was raised."""
    from p38 import _traces

    error, traceback = _traces.describe(exception)
    return Ending(
        error=_cut(error),
        retry=retry,
        exception=exception,
        traceback=traceback[-TRACEBACK_CHARACTERS:],
    )


def _live(agent_type: type, config: dict, first: bool):
    agent = None
    try:
        agent = agent_type(config)
        if first and callable(initialize := getattr(agent, "initialize", None)):
            yield from _finish(initialize())
        ending = _judge((yield from _finish(agent.execute())))
    except BaseException as error:
        ending = failed(error)
    if agent is not None and callable(cleanup := getattr(agent, "cleanup", None)):
        try:
            yield from _finish(cleanup())
        except BaseException as error:
            # What was not cleaned up is in the way of the next run. The first failure wins.
            if ending.error is None:
                ending = failed(error)
                ending.error = _cut(f"cleanup: {ending.error}")
    return ending


def _finish(value: object):
    """Wait for what an ``async def`` gave; a plain function has its value already."""
    return (yield value) if hasattr(value, "__await__") else value


def _judge(returned: object) -> Ending:
    if not isinstance(returned, dict):
        wanted = '{"status": "success", "result": …}'
        return Ending(error=f"execute returned {_kind(returned)}; it returns {wanted}")
    status, result = returned.get("status"), returned.get("result")
    if status == "success":
        wrong = _strict.problem(result, RESULT_BYTES)
        return Ending(error=f"The result {wrong}.") if wrong else Ending(result)
    if status == "error":
        told = next(
            (value for key in ("error", "message", "result") if (value := returned.get(key))), None
        )
        text = told if isinstance(told, str) else "execute returned the status error"
        if told is not None and told is not text and _strict.problem(told, RESULT_BYTES) is None:
            text += f": {told!r}"
        ending = Ending(error=_cut(text), retry=returned.get("retry") is not False)
        ending.returned_error = True
        return ending
    return Ending(
        error=_cut(f'execute returned the status {status!r:.100}; it is "success" or "error"')
    )


def _kind(value: object) -> str:
    name = type(value).__name__
    return "None" if value is None else f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _judge_state(handoff, ending: Ending) -> Ending:
    if not isinstance(handoff.state, dict):
        return Ending(error=f"handoff.state is {_kind(handoff.state)}; it must be a dict.")
    wrong = _strict.problem(handoff.state, STATE_BYTES)
    return Ending(error=f"handoff.state {wrong}.") if wrong else ending


def _cut(text: str) -> str:
    text = text.encode("utf-8", "replace").decode()
    return text if len(text) <= ERROR_CHARACTERS else text[: ERROR_CHARACTERS - 1] + "…"


class _ForgottenAwaits:
    """Notices calls that never happened because ``await`` was forgotten."""

    def __enter__(self) -> _ForgottenAwaits:
        self.found: list[str] = []
        self._show = warnings.showwarning
        warnings.showwarning = self._notice
        return self

    def __exit__(self, *_: object) -> None:
        warnings.showwarning = self._show

    def _notice(self, message, *rest, **named) -> None:
        text = str(message)
        if text.startswith("coroutine ") and text.endswith(" was never awaited"):
            self.found.append(text)
        self._show(message, *rest, **named)
