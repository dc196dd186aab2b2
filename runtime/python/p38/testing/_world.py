"""A world in which an agent runs as it would on the platform."""

from __future__ import annotations

import contextlib
import copy
import json
import sys
from collections.abc import Iterator
from datetime import timedelta

import p38
from p38 import _calls, _clock, _life
from p38._drive import drive_here
from p38.testing._browsing import Action
from p38.testing._external import ExternalCall
from p38.testing._stand_ins import AskedApproval, Notification, Question, Request, StandIns


class Run:
    """One run, as it ended.

    Attributes:
        status: ``success`` or ``error``.
        result: What ``execute`` returned as ``result``; None when it did not succeed.
        error: What happened; None when it succeeded.
        retry: Whether trying again may help.
        exception: What the agent raised; None when nothing was.
        observations: What it observed, texts in order.
        actions: What it did, texts in order.
        notifications: What it told.
    """

    def __init__(
        self, ending: _life.Ending, draft: dict, notifications: list[Notification]
    ) -> None:
        """Read an ending."""
        self.status = "success" if ending.error is None else "error"
        self.result, self.error, self.retry = ending.result, ending.error, ending.retry
        self.exception = ending.exception
        self.observations = [note["text"] for note in draft["observations"]]
        self.actions = [note["text"] for note in draft["actions"]]
        self.notifications = notifications

    def __repr__(self) -> str:
        """Show how it ended."""
        return f"<Run {self.status}: {self.result if self.error is None else self.error!r}>"


class World:
    """Files, web servers, channels and a clock that stand in, and an agent's memory over its runs.

    The handoff goes from run to run as on the platform: ``initialize`` comes first while there is
    none, and a run that fails keeps its notes, marked, and not its state.

    Attributes:
        files: Path to content, in the workspace; text or bytes. May be changed between runs.
        http: Address to answer; see ``StandIns``. May be changed between runs.
        state: The state that the next run gets; None while there is no handoff.
    """

    def __init__(
        self,
        files: dict[str, str | bytes] | None = None,
        http: dict[str, object] | None = None,
        now: str | None = None,
        channels: tuple[str, ...] = ("inbox",),
        llm: object = None,
        approvals: object = True,
        browser: dict[str, object] | None = None,
        external: dict[str, object] | None = None,
    ) -> None:
        """Make a world.

        Args:
            files: What is in the workspace.
            http: Who answers on the web, and what.
            now: The time, ISO 8601; it stands still until ``advance``. None: real time.
            channels: The channels there are.
            llm: What the model answers; see ``StandIns``. None: there is no model.
            approvals: What people say who are asked; see ``StandIns``.
            browser: Address to ``Page``, text or exception, for ``tools.browser``.
            external: ``server.tool`` to its answer, a text or a dict, for ``tools.external``.
        """
        self._stand_ins = StandIns(
            dict(files or {}),
            dict(http or {}),
            channels,
            llm,
            approvals,
            dict(browser or {}),
            dict(external or {}),
        )
        self._now = None if now is None else _clock.parse(now)
        if now is not None:
            self._stand_ins.now = lambda: self._now
        self._stand_ins.remembered = self._remembered
        self._runs = 0
        self._noted: dict[str, list[dict]] = {"observations": [], "actions": []}
        self._summary = ""
        self.state: dict | None = None

    @property
    def files(self) -> dict[str, str | bytes]:
        """What is in the workspace."""
        return self._stand_ins.files

    @property
    def http(self) -> dict[str, object]:
        """Who answers on the web, and what."""
        return self._stand_ins.http

    @property
    def notifications(self) -> list[Notification]:
        """What the agent has told, over all runs."""
        return self._stand_ins.notifications

    @property
    def questions(self) -> list[Question]:
        """What the agent has asked the model, over all runs."""
        return self._stand_ins.questions

    @property
    def asked(self) -> list[AskedApproval]:
        """What the agent has asked people, over all runs."""
        return self._stand_ins.asked

    @property
    def requests(self) -> list[Request]:
        """What the agent has sent, over all runs."""
        return self._stand_ins.requests

    @property
    def browser(self) -> dict[str, object]:
        """The pages that the browser finds."""
        return self._stand_ins.browser

    @property
    def browsed(self) -> list[Action]:
        """What the agent has done in the browser, over all runs."""
        return self._stand_ins.browsed

    @property
    def external(self) -> dict[str, object]:
        """What the tools of tool servers answer."""
        return self._stand_ins.external

    @property
    def called(self) -> list[ExternalCall]:
        """What the agent has called of tool servers, over all runs."""
        return self._stand_ins.called

    def advance(self, **length: float) -> None:
        """Let time pass.

        Args:
            **length: As ``datetime.timedelta`` takes it, for example ``hours=2``.
        """
        if self._now is None:
            raise ValueError("This world has real time; give it now=… to move it.")
        self._now += timedelta(**length).total_seconds()

    async def run(self, agent_type: type, config: dict | None = None) -> Run:
        """Run an agent once: construct, initialise if there is no handoff, execute, clean up.

        Args:
            agent_type: The class ``Agent``.
            config: What it is constructed with.

        Returns:
            How it ended. What the agent raised is in ``exception``, and not raised here.
        """
        self._runs += 1
        told_before = len(self.notifications)
        before = self._handoff()
        p38.handoff._begin(self._runs, before)
        config = json.loads(json.dumps(config or {}))
        self._stand_ins.begin_browsing()
        with self.standing_in(agent_type):
            ending = await drive_here(_life.live(agent_type, config, p38.handoff, before is None))
        draft = p38.handoff._draft(p38.handoff.state)
        self._keep(ending, draft)
        return Run(ending, draft, self.notifications[told_before:])

    @contextlib.contextmanager
    def standing_in(self, agent_type: type) -> Iterator[None]:
        """Have this world answer all calls, and show its time."""
        answered_before = _calls.answer_with(self._stand_ins)
        module = sys.modules[agent_type.__module__]
        try:
            if self._now is None:
                yield
            else:
                with _clock.Clock(lambda: self._now, module):
                    yield
        finally:
            _calls.answer_with(answered_before)

    def _handoff(self) -> dict | None:
        if self.state is None:
            return None
        return {"state": copy.deepcopy(self.state), **self._noted, "summary": self._summary}

    def _remembered(self) -> list[dict]:
        kinds = {"observations": "observation", "actions": "action"}
        return [
            {
                "source": kinds[kind],
                "path": None,
                **{key: note[key] for key in ("run", "at", "text")},
            }
            for kind, notes in self._noted.items()
            for note in reversed(notes)
        ]

    def _keep(self, ending: _life.Ending, draft: dict) -> None:
        failed = ending.error is not None
        for kind, kept in self._noted.items():
            kept += [{"run": self._runs, "failed": failed, **note} for note in draft[kind]]
        if not failed:
            # Through JSON, as on the platform: a tuple comes back as a list.
            self.state = json.loads(json.dumps(draft["state"]))
            self._summary = draft["summary"] or self._summary
