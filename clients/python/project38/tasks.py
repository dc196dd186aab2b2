"""Tasks: what was due, and how it went."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import cast

from . import errors, types
from .pages import pages
from .transport import Transport

_PACE = 0.5
_PATIENCE = 30.0
_OPEN = ("pending", "running", "waiting")


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

    def wait(self, task_id: int) -> types.Execution:
        """Wait for the end of a task, also over a restart of the server.

        Raises:
            errors.ConnectionLostError: The server went away, and was not back within half a minute.
        """
        return end_of_task(self._transport, int(task_id))

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


def end_of_task(transport: Transport, task_id: int) -> types.Execution:
    """The end of a task; see :meth:`Tasks.wait`."""
    path = f"/api/tasks/{task_id}/logs"
    seen = time.monotonic()
    while True:
        try:
            logs = cast(types.TaskLogs, transport.json("GET", path)[0])
            if logs["task"]["status"] not in _OPEN:
                return _ended(logs)
            seen = time.monotonic()
        except errors.ConnectionLostError:
            if time.monotonic() - seen > _PATIENCE:
                raise
        time.sleep(_PACE)


def _ended(logs: types.TaskLogs) -> types.Execution:
    task, runs, result = logs["task"], logs["runs"], logs["task"]["result"]
    return {
        "agent_id": task["agent_id"],
        "status": task["status"],
        "result": None if result is None else json.loads(result),
        "error": task["error"],
        "started_at": task["started_at"],
        "completed_at": task["completed_at"],
        "task_id": task["id"],
        "run": runs[-1] if runs else None,
        "messages": logs["messages"],
    }
