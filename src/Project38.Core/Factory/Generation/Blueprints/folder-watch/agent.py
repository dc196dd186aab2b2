"""Tell of new, changed or removed files of a folder."""

import fnmatch
import hashlib
import json
from datetime import datetime

from p38 import ToolError, handoff, tools

CONTENT_BYTES = 10 * 1024 * 1024
STATE_BYTES = 50_000
MOST_NAMED = 30
MESSAGES = {
    "en": {
        "new": "New in {folder}: {names}",
        "changed": "Changed in {folder}: {names}",
        "removed": "Removed from {folder}: {names}",
        "more": "and {count} more",
        "workspace": "the workspace",
    },
    "he": {
        "new": "חדש ב־{folder}: {names}",
        "changed": "השתנה ב־{folder}: {names}",
        "removed": "נמחק מ־{folder}: {names}",
        "more": "ועוד {count}",
        "workspace": "סביבת העבודה",
    },
}


class Agent:
    """Watches the files of one folder.

    Config:
        folder: In the workspace, or a granted folder by its name. Default: the workspace itself.
        pattern: Which files, with ``*`` and ``?``, whatever the case. Default: all.
        events: Any of ``new``, ``changed`` and ``removed``. Default: ``new``.
        granted: The folder's path on the host, for the message when it is not there.
        language: Of the messages, ``en`` or ``he``. Default: ``en``.

    State:
        files: Name to what identifies its content.
    """

    def __init__(self, config: dict) -> None:
        """Read what to watch."""
        self.folder = str(config.get("folder") or "")
        self.pattern = str(config.get("pattern") or "*").casefold()
        self.events = list(config.get("events") or ["new"])
        self.granted = config.get("granted")
        self.messages = MESSAGES[config.get("language", "en")]
        if not set(self.events) <= {"new", "changed", "removed"}:
            raise ValueError("config.events must be new, changed or removed")

    async def execute(self) -> dict:
        """Look, and tell what is not as it was."""
        before = handoff.state.get("files")
        known = before or {}
        files = await self.look(known)
        found = {
            "new": [name for name in files if name not in known],
            "changed": [name for name in files if name in known and differ(files, known, name)],
            "removed": [name for name in known if name not in files],
        }
        handoff.observe(f"{len(files)} files")
        told = {} if before is None else {event: found[event] for event in self.events}
        lines = [self.describe(event, names) for event, names in told.items() if names]
        if lines:
            await tools.notifications.send("\n".join(lines))
            handoff.act(f"told {len(lines)} kinds of changes")
        if len(json.dumps(files)) > STATE_BYTES:
            raise ValueError("There are too many files to remember; use a narrower pattern")
        handoff.state["files"] = files
        counts = {event: len(names) for event, names in told.items()}
        return {"status": "success", "result": {"files": len(files), **counts}}

    async def look(self, known: dict[str, str]) -> dict[str, str]:
        """List the files, each with what identifies its content.

        Raises:
            ToolError: There is no such folder.
        """
        try:
            entries = await tools.filesystem.list(self.folder)
        except ToolError as error:
            hint = f" Grant it with --folder {self.granted}." if self.granted else ""
            raise ToolError(f"{error}{hint}") from None
        files = {}
        for entry in entries:
            name = entry["name"]
            if entry["kind"] == "file" and fnmatch.fnmatchcase(name.casefold(), self.pattern):
                files[name] = await self.identify(entry, known.get(name))
        return files

    async def identify(self, entry: dict, before: str | None) -> str:
        """Say what identifies a file: size, time and content, where changes are asked for."""
        if "changed" not in self.events:
            return ""
        written = int(datetime.fromisoformat(entry["modified"]).timestamp() * 1e6)
        facts = f"{entry['size']}.{written:x}."
        if before and before.startswith(facts):
            return before
        if entry["size"] > CONTENT_BYTES:
            return facts
        path = f"{self.folder}/{entry['name']}" if self.folder else entry["name"]
        content = await tools.filesystem.read_bytes(path)
        return facts + hashlib.sha256(content).hexdigest()[:12]

    def describe(self, event: str, names: list[str]) -> str:
        """Write one line about what happened to some files."""
        shown = [f"{name:.150}" for name in names[:MOST_NAMED]]
        if left := len(names) - len(shown):
            shown.append(self.messages["more"].format(count=left))
        folder = self.folder or self.messages["workspace"]
        return self.messages[event].format(folder=folder, names=", ".join(shown))


def differ(files: dict[str, str], known: dict[str, str], name: str) -> bool:
    """Whether a file has another content: one that was only written again has not."""
    now, before = files[name].split("."), known[name].split(".")
    if now[-1] and before[-1]:
        return now[-1] != before[-1]
    return now != before
