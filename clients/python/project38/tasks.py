"""Tasks: what was due, and how it went."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from . import types
from .pages import pages
from .transport import Transport


class Tasks:
    """The tasks of a server."""

    def __init__(self, transport: Transport) -> None:
        """Speak by a connection."""
        self._transport = transport

    def list(
        self, *, agent_id: int | None = None, status: str | None = None
    ) -> Iterator[types.Task]:
        """Tasks, newest first, fetched as they are taken."""
        query = {"agent_id": agent_id, "status": status}
        return cast(Iterator[types.Task], pages(self._transport, "/api/tasks", query))

    def get(self, task_id: int) -> types.Task:
        """One task."""
        return cast(types.Task, self._transport.json("GET", f"/api/tasks/{int(task_id)}")[0])

    def logs(self, task_id: int) -> types.TaskLogs:
        """A task with its runs: what they printed, called and used."""
        return cast(
            types.TaskLogs, self._transport.json("GET", f"/api/tasks/{int(task_id)}/logs")[0]
        )

    def retry(self, task_id: int) -> types.Task:
        """One more run of a finished task."""
        answer, _ = self._transport.json("POST", f"/api/tasks/{int(task_id)}/retry")
        return cast(types.Task, answer)

    def cancel(self, task_id: int) -> types.Task:
        """End a task that is not finished; a run under way is killed."""
        answer, _ = self._transport.json("POST", f"/api/tasks/{int(task_id)}/cancel")
        return cast(types.Task, answer)

    def hide(self, task_id: int) -> None:
        """Take a task out of every list; the ledger keeps its line."""
        self._transport.json("DELETE", f"/api/tasks/{int(task_id)}")

    def summary(self) -> types.TaskSummary:
        """How tasks went, counted."""
        answer, _ = self._transport.json("GET", "/api/tasks/stats/summary")
        return cast(types.TaskSummary, answer)
