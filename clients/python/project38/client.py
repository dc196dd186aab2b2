"""The client: one object for a server, with a part for each noun of its API."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import TracebackType
from typing import Self, cast

from . import types
from .agents import Agents
from .errors import ConnectionLostError
from .tasks import Tasks
from .transport import Transport


class Client:
    """A server of Project38. Not for several threads at once; make one for each.

    Attributes:
        agents: Agents, with their versions, schedules, handoffs and files.
        tasks: What was due, and how it went.
    """

    def __init__(self, url: str, token: str, timeout: float = 600.0) -> None:
        """Remember where the server is; nothing is sent yet.

        Args:
            url: Of the server, for example ``http://127.0.0.1:8038``.
            token: What is in its ``P38_HOME/token``.
            timeout: Seconds to wait for the next bytes of an answer. A run answers at its end.
        """
        self._transport = Transport(url, token, timeout)
        self.agents = Agents(self._transport)
        self.tasks = Tasks(self._transport)

    @classmethod
    def from_home(cls, home: str | os.PathLike[str] | None = None) -> Self:
        """The server that runs in a home of this machine.

        Args:
            home: By default what ``P38_HOME`` names, else ``~/.p38``.

        Raises:
            ConnectionLostError: None runs there, or it is not yours.
        """
        folder = Path(home or os.environ.get("P38_HOME") or Path.home() / ".p38")
        try:
            url = json.loads((folder / "server.json").read_text(encoding="utf-8"))["url"]
            token = (folder / "token").read_text(encoding="utf-8").strip()
        except (OSError, ValueError, KeyError) as fault:
            raise ConnectionLostError(
                f"No server runs in {folder}: {fault}. Start one: p38 up"
            ) from fault
        return cls(url, token)

    def health(self) -> types.Health:
        """Whether the server can do its work."""
        return cast(types.Health, self._transport.json("GET", "/api/health")[0])

    def system(self) -> types.System:
        """What the server is: level, versions, what is due next."""
        return cast(types.System, self._transport.json("GET", "/api/system")[0])

    def usage(self, timezone: str | None = None) -> types.Usage:
        """What models cost and runs took so far; days and months begin in a zone, or in UTC."""
        query = {"timezone": timezone}
        return cast(types.Usage, self._transport.json("GET", "/api/usage", query=query)[0])

    def check(self, code: str, tests: str | None = None, python: str | None = None) -> types.Check:
        """What is wrong with a program, with a Python image or without; nothing is kept."""
        body = {"code": code, "tests": tests, "python": python}
        return cast(types.Check, self._transport.json("POST", "/api/check", body)[0])

    def run_in_sandbox(
        self,
        code: str,
        level: str | None = None,
        timeout: int | None = None,
        memory_mb: int | None = None,
        cpu_percent: int | None = None,
        processes: int | None = None,
    ) -> types.SandboxRun:
        """Run a program as an agent's would be contained, and wait; nothing is kept."""
        body = {
            "code": code,
            "level": level,
            "timeout": timeout,
            "memory_mb": memory_mb,
            "cpu_percent": cpu_percent,
            "processes": processes,
        }
        return cast(types.SandboxRun, self._transport.json("POST", "/api/sandbox/runs", body)[0])

    def pythons(self) -> list[types.Python]:
        """The Python images: packages for agents."""
        return cast(list[types.Python], self._transport.json("GET", "/api/pythons")[0])

    def add_python(
        self, name: str, packages: list[str], find_links: str | None = None
    ) -> types.Python:
        """Make one, of wheels alone; it may take minutes."""
        body = {"name": name, "packages": packages, "find_links": find_links}
        return cast(types.Python, self._transport.json("POST", "/api/pythons", body)[0])

    def remove_python(self, name: str) -> None:
        """Remove one that no agent uses."""
        self._transport.json("DELETE", f"/api/pythons/{name}")

    def preview_schedule(
        self, schedule: str, timezone: str = "UTC", after: str | None = None, count: int = 10
    ) -> types.SchedulePreview:
        """When a schedule would fire."""
        body = {"schedule": schedule, "timezone": timezone, "after": after, "count": count}
        answer, _ = self._transport.json("POST", "/api/schedules/preview", body)
        return cast(types.SchedulePreview, answer)

    def inbox(
        self, *, unread: bool = False, agent_id: int | None = None, limit: int = 100
    ) -> list[types.InboxMessage]:
        """What agents and the platform said, newest first."""
        query = {"unread": unread, "agent_id": agent_id, "limit": limit}
        answer, _ = self._transport.json("GET", "/api/inbox", query=query)
        return cast(list[types.InboxMessage], answer)

    def read_message(self, message_id: int) -> types.InboxMessage:
        """Mark a message as read."""
        answer, _ = self._transport.json("POST", f"/api/inbox/{int(message_id)}/read")
        return cast(types.InboxMessage, answer)

    def approvals(
        self, *, status: str | None = None, agent_id: int | None = None, limit: int = 100
    ) -> list[types.Approval]:
        """What agents ask people, newest first."""
        query = {"status": status, "agent_id": agent_id, "limit": limit}
        answer, _ = self._transport.json("GET", "/api/approvals", query=query)
        return cast(list[types.Approval], answer)

    def approval(self, approval_id: int) -> types.Approval:
        """One question."""
        answer, _ = self._transport.json("GET", f"/api/approvals/{int(approval_id)}")
        return cast(types.Approval, answer)

    def decide(self, approval_id: int, *, approve: bool, note: str | None = None) -> types.Approval:
        """Answer a question; its task goes on."""
        path = f"/api/approvals/{int(approval_id)}/{'approve' if approve else 'reject'}"
        return cast(types.Approval, self._transport.json("POST", path, {"note": note})[0])

    def replay(self, run_id: int) -> types.Replay:
        """Execute a recorded run again, without the world."""
        return cast(
            types.Replay, self._transport.json("POST", f"/api/runs/{int(run_id)}/replay")[0]
        )

    def channels(self) -> list[types.Channel]:
        """Where notifications can go: the inbox, and what people have set up."""
        return cast(list[types.Channel], self._transport.json("GET", "/api/channels")[0])

    def channel(self, name: str) -> types.Channel:
        """One channel."""
        return cast(types.Channel, self._transport.json("GET", f"/api/channels/{name}")[0])

    def put_channel(
        self,
        name: str,
        kind: str,
        settings: dict[str, str],
        *,
        quiet_hours: str | None = None,
        digest: str | None = None,
        timezone: str = "UTC",
        enabled: bool = True,
    ) -> types.Channel:
        """Set a channel up, new or anew; a secret stands in its settings by its name."""
        body = {
            "kind": kind,
            "settings": settings,
            "quiet_hours": quiet_hours,
            "digest": digest,
            "timezone": timezone,
            "enabled": enabled,
        }
        answer, _ = self._transport.json("PUT", f"/api/channels/{name}", body)
        return cast(types.Channel, answer)

    def remove_channel(self, name: str) -> None:
        """Take a channel away."""
        self._transport.json("DELETE", f"/api/channels/{name}")

    def test_channel(self, name: str) -> types.ChannelTest:
        """Send a test now, and hear what the peer said."""
        answer, _ = self._transport.json("POST", f"/api/channels/{name}/test")
        return cast(types.ChannelTest, answer)

    def tool_servers(self) -> list[types.ToolServer]:
        """MCP servers whose tools agents can be granted."""
        return cast(list[types.ToolServer], self._transport.json("GET", "/api/tool-servers")[0])

    def tool_server(self, name: str) -> types.ToolServer:
        """One tool server, with its tools."""
        return cast(types.ToolServer, self._transport.json("GET", f"/api/tool-servers/{name}")[0])

    def add_tool_server(
        self,
        name: str,
        *,
        url: str | None = None,
        command: list[str] | None = None,
        folder: str | None = None,
        allow_private: bool = False,
        secrets: dict[str, str] | None = None,
        risks: list[str] | None = None,
    ) -> types.ToolServer:
        """Register an MCP server, and see what its tools say of themselves."""
        body = {
            "name": name,
            "url": url,
            "command": command,
            "folder": folder,
            "allow_private": allow_private,
            "secrets": secrets,
            "risks": risks,
        }
        return cast(types.ToolServer, self._transport.json("POST", "/api/tool-servers", body)[0])

    def check_tool_server(self, name: str) -> types.ToolServer:
        """Look at what its tools say of themselves now."""
        answer, _ = self._transport.json("POST", f"/api/tool-servers/{name}/check")
        return cast(types.ToolServer, answer)

    def agree_to_tools(
        self, name: str, tools: list[types.ToolServerTool], *, reads: tuple[str, ...] = ()
    ) -> types.ToolServer:
        """Agree to tools as they were seen; ``reads`` names those that change nothing."""
        consents = [
            {"name": tool["name"], "hash": tool["hash"], "reads": tool["name"] in reads}
            for tool in tools
        ]
        answer, _ = self._transport.json(
            "POST", f"/api/tool-servers/{name}/agree", {"tools": consents}
        )
        return cast(types.ToolServer, answer)

    def remove_tool_server(self, name: str) -> None:
        """Take a tool server away, with what was agreed to."""
        self._transport.json("DELETE", f"/api/tool-servers/{name}")

    def secrets(self) -> list[types.Secret]:
        """The names of secrets; no value ever comes out."""
        return cast(list[types.Secret], self._transport.json("GET", "/api/secrets")[0])

    def put_secret(self, name: str, value: str) -> None:
        """Keep a value that nobody may see."""
        self._transport.json("PUT", f"/api/secrets/{name}", {"value": value})

    def delete_secret(self, name: str) -> None:
        """Forget one."""
        self._transport.json("DELETE", f"/api/secrets/{name}")

    def close(self) -> None:
        """Leave."""
        self._transport.close()

    def __enter__(self) -> Self:
        """Use it for a while."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave."""
        self.close()
