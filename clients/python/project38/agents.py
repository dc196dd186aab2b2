"""Agents, with their versions, schedules, handoffs and files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast
from urllib.parse import quote

from . import errors, types
from .pages import pages
from .tasks import end_of_task
from .transport import Transport

Progress = Callable[[str], object]


class Agents:
    """The agents of a server."""

    def __init__(self, transport: Transport) -> None:
        """Speak by a connection."""
        self._transport = transport

    def create(
        self,
        description: str,
        *,
        name: str | None = None,
        timezone: str | None = None,
        config: Mapping[str, Any] | None = None,
        folders: list[str] | None = None,
        status: str | None = None,
        created_by: str | None = None,
        strict_validation: bool | None = None,
        accept_risks: bool | None = None,
        progress: Progress | None = None,
    ) -> types.CreatedAgent:
        """Make an agent from a sentence, in any language.

        Args:
            description: The sentence.
            name: By default one is found.
            timezone: IANA zone of the times in it; by default UTC.
            config: Keys that win over those found in the sentence.
            folders: Folders of the server's machine to open, for reading.
            status: ``paused`` to put files before the first run.
            created_by: Who makes it.
            strict_validation: False: findings of style only warn.
            accept_risks: A person says yes to one that reads private data, reads what strangers
                wrote, and could send it out; by default such a one stays paused.
            progress: Called with a line for each step.

        Raises:
            errors.QuestionsError: Something essential is open.
            errors.RefusedError: It was not proved, or nothing serves the sentence.
        """
        body = {
            "description": description,
            "name": name,
            "timezone": timezone,
            "config": config,
            "folders": folders,
            "status": status,
            "created_by": created_by,
            "strict_validation": strict_validation,
            "accept_risks": accept_risks,
        }
        return cast(types.CreatedAgent, self._make("/api/agents", body, progress))

    def import_program(
        self,
        code: str,
        *,
        tests: str | None = None,
        name: str | None = None,
        description: str | None = None,
        config: Mapping[str, Any] | None = None,
        folders: list[str] | None = None,
        status: str | None = None,
        created_by: str | None = None,
        strict_validation: bool | None = None,
        accept_risks: bool | None = None,
        progress: Progress | None = None,
    ) -> types.CreatedAgent:
        """Make an agent from a program; raises as :meth:`create` does."""
        body = {
            "code": code,
            "tests": tests,
            "name": name,
            "description": description,
            "config": config,
            "folders": folders,
            "status": status,
            "created_by": created_by,
            "strict_validation": strict_validation,
            "accept_risks": accept_risks,
        }
        return cast(types.CreatedAgent, self._make("/api/agents/import", body, progress))

    def edit(
        self,
        agent_id: int,
        wish: str,
        *,
        activate: bool = False,
        accept_risks: bool = False,
        progress: Progress | None = None,
    ) -> types.Edit:
        """Change an agent by a sentence: a proved new version, proposed unless ``activate``."""
        body = {"wish": wish, "activate": activate, "accept_risks": accept_risks}
        return cast(types.Edit, self._make(f"/api/agents/{agent_id}/edit", body, progress))

    def list(
        self, *, status: str | None = None, created_by: str | None = None
    ) -> Iterator[types.Agent]:
        """Agents, newest first, fetched as they are taken."""
        query = {"status": status, "created_by": created_by}
        return cast(Iterator[types.Agent], pages(self._transport, "/api/agents", query))

    def get(self, agent_id: int) -> types.Agent:
        """One agent."""
        return self.get_tagged(agent_id)[0]

    def get_tagged(self, agent_id: int) -> tuple[types.Agent, str]:
        """One agent, and the tag of its state for ``if_match``."""
        answer, headers = self._transport.json("GET", _path(agent_id))
        return cast(types.Agent, answer), headers["etag"]

    def update(
        self,
        agent_id: int,
        *,
        name: str | None = None,
        description: str | None = None,
        config: Mapping[str, Any] | None = None,
        status: str | None = None,
        code: str | None = None,
        tests: str | None = None,
        strict_validation: bool | None = None,
        accept_risks: bool | None = None,
        if_match: str | None = None,
    ) -> types.Agent:
        """Change what is given.

        Args:
            agent_id: The agent.
            name: Shown to people.
            description: The text shown; the program does not change with it.
            config: The whole new config.
            status: ``active``, ``paused`` or ``stopped``.
            code: A new program: proved before it becomes current.
            tests: Of the new program.
            strict_validation: False: findings of its style only warn.
            accept_risks: A person's yes, as in :meth:`create`.
            if_match: The tag of the state that you saw.

        Raises:
            errors.ChangedError: Somebody changed it since.
            errors.RisksError: A person has to say yes first.
        """
        body = {
            "name": name,
            "description": description,
            "config": config,
            "status": status,
            "code": code,
            "tests": tests,
            "strict_validation": strict_validation,
            "accept_risks": accept_risks,
        }
        answer, _ = self._transport.json("PUT", _path(agent_id), body, headers=_match(if_match))
        return cast(types.Agent, answer)

    def delete(self, agent_id: int, *, if_match: str | None = None) -> None:
        """Delete an agent; raises :class:`errors.ChangedError` as :meth:`update` does."""
        self._transport.json("DELETE", _path(agent_id), headers=_match(if_match))

    def run(
        self,
        agent_id: int,
        *,
        config: Mapping[str, Any] | None = None,
        clock: str | None = None,
        dry_run: bool = False,
        accept_risks: bool = False,
    ) -> types.Execution:
        """Run an agent now, and wait for the end, also over a restart of the server.

        Args:
            agent_id: The agent.
            config: Laid over the agent's, for this run.
            clock: What the program takes for now, ISO 8601 with an offset.
            dry_run: Send, write and remember nothing; the steps say what it would have done.
            accept_risks: A person's yes, as in :meth:`create`.
        """
        body = {
            "config": config,
            "clock": clock,
            "dry_run": dry_run,
            "accept_risks": accept_risks,
        }
        answer, headers = self._transport.json("POST", _path(agent_id, "execute"), body)
        if "location" in headers:
            # The server stopped before the run ended, and the task goes on.
            return end_of_task(self._transport, answer["id"])
        return cast(types.Execution, answer)

    def versions(self, agent_id: int) -> Iterator[types.Version]:
        """The versions of an agent, newest first."""
        path = _path(agent_id, "versions")
        return cast(Iterator[types.Version], pages(self._transport, path, {}))

    def version(self, agent_id: int, number: int) -> types.WholeVersion:
        """One version, with its program."""
        answer, _ = self._transport.json("GET", _path(agent_id, f"versions/{number}"))
        return cast(types.WholeVersion, answer)

    def diff(
        self, agent_id: int, from_version: int | None = None, to_version: int | None = None
    ) -> types.Diff:
        """What differs between two versions; by default what the current one changed."""
        query = {"from": from_version, "to": to_version}
        answer, _ = self._transport.json("GET", _path(agent_id, "diff"), query=query)
        return cast(types.Diff, answer)

    def backtest(
        self, agent_id: int, *, version: int | None = None, last: int | None = None
    ) -> types.Backtest:
        """Execute a version over the last recorded runs, without the world.

        By default the newest version that is proposed, else the current one, over 30 runs.
        """
        body = {"version": version, "last": last}
        answer, _ = self._transport.json("POST", _path(agent_id, "backtest"), body)
        return cast(types.Backtest, answer)

    def rollback(
        self,
        agent_id: int,
        version: int,
        *,
        accept_risks: bool = False,
        if_match: str | None = None,
    ) -> types.Agent:
        """Make any proved version current, as it ran last."""
        return self._choose(agent_id, "rollback", version, if_match, accept_risks)

    def activate(
        self,
        agent_id: int,
        version: int,
        *,
        accept_risks: bool = False,
        if_match: str | None = None,
    ) -> types.Agent:
        """Make a proposed version current."""
        return self._choose(agent_id, "activate", version, if_match, accept_risks)

    def history(self, agent_id: int) -> Iterator[types.Making]:
        """How the versions of an agent were made, newest first."""
        path = _path(agent_id, "history")
        return cast(Iterator[types.Making], pages(self._transport, path, {}))

    def schedule(self, agent_id: int, *, coming: int = 10, last: int = 10) -> types.Schedule:
        """The next fires of an agent, and how the last ones went."""
        query = {"next": coming, "last": last}
        answer, _ = self._transport.json("GET", _path(agent_id, "schedule"), query=query)
        return cast(types.Schedule, answer)

    def usage(self, agent_id: int, timezone: str | None = None) -> types.Usage:
        """What its making and its runs used so far; days and months begin in a zone, or in UTC."""
        query = {"timezone": timezone}
        return cast(
            types.Usage, self._transport.json("GET", _path(agent_id, "usage"), query=query)[0]
        )

    def hooks(self, agent_id: int) -> list[types.Hook]:
        """The hooks of an agent; no address comes out."""
        return cast(list[types.Hook], self._transport.json("GET", _path(agent_id, "hooks"))[0])

    def add_hook(
        self, agent_id: int, name: str | None = None, *, signing_key: str | None = None
    ) -> types.NewHook:
        """Make an address that starts an agent; it is shown this once.

        Args:
            agent_id: The agent.
            name: For people.
            signing_key: What the sender signs with, HMAC-SHA-256; by default nothing is signed.
        """
        body = {"name": name, "signing_key": signing_key}
        answer, _ = self._transport.json("POST", _path(agent_id, "hooks"), body)
        return cast(types.NewHook, answer)

    def remove_hook(self, agent_id: int, hook_id: int) -> None:
        """Take a hook away: its address is nobody's from now on."""
        self._transport.json("DELETE", _path(agent_id, f"hooks/{int(hook_id)}"))

    def handoff(self, agent_id: int) -> types.Handoff:
        """What the next run receives."""
        return cast(types.Handoff, self._transport.json("GET", _path(agent_id, "handoff"))[0])

    def handoffs(
        self, agent_id: int, *, before: int | None = None, limit: int = 100
    ) -> list[types.RunHandoff]:
        """What runs left, newest first; of runs before a number, where one is given."""
        query = {"before": before, "limit": limit}
        answer, _ = self._transport.json("GET", _path(agent_id, "handoffs"), query=query)
        return cast(list[types.RunHandoff], answer)

    def reset_handoff(self, agent_id: int) -> None:
        """Let the next run begin anew."""
        self._transport.json("DELETE", _path(agent_id, "handoff"))

    def files(self, agent_id: int) -> list[types.File]:
        """The files of an agent's workspace."""
        return cast(list[types.File], self._transport.json("GET", _path(agent_id, "files"))[0])

    def get_file(self, agent_id: int, path: str) -> bytes:
        """A file of the workspace."""
        return self._transport.bytes("GET", _file(agent_id, path))[0]

    def put_file(self, agent_id: int, path: str, content: bytes) -> None:
        """Put a file into the workspace, 10 MB at most."""
        headers = {"Content-Type": "application/octet-stream"}
        self._transport.bytes("PUT", _file(agent_id, path), content, headers=headers)

    def delete_file(self, agent_id: int, path: str) -> None:
        """Delete a file of the workspace."""
        self._transport.bytes("DELETE", _file(agent_id, path))

    def _choose(
        self, agent_id: int, verb: str, version: int, tag: str | None, accept_risks: bool
    ) -> types.Agent:
        body = {"version": version, "accept_risks": accept_risks}
        answer, _ = self._transport.json("POST", _path(agent_id, verb), body, headers=_match(tag))
        return cast(types.Agent, answer)

    def _make(self, path: str, body: Mapping[str, Any], progress: Progress | None) -> Any:
        if progress is None:
            return self._transport.json("POST", path, body)[0]

        generation, _ = self._transport.json(
            "POST", path, body, headers={"Prefer": "respond-async"}
        )
        events = self._transport.events(f"/api/generations/{generation['id']}/events")
        for kind, _, data in events:
            if kind == "progress":
                progress(data["text"])
            elif kind == "done":
                return data
            elif kind == "failed":
                raise errors.of(data.get("status", 500), data)
        raise errors.ConnectionLostError("The server went away while it made the agent.")


def _path(agent_id: int, rest: str = "") -> str:
    return f"/api/agents/{int(agent_id)}" + (f"/{rest}" if rest else "")


def _file(agent_id: int, path: str) -> str:
    return _path(agent_id, "files/" + "/".join(quote(part, safe="") for part in path.split("/")))


def _match(tag: str | None) -> dict[str, str]:
    return {} if tag is None else {"If-Match": tag}
