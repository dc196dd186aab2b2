"""What one run leaves for the next."""

from __future__ import annotations

import time

NOTE_CHARACTERS = 4_000
NOTES_CHARACTERS = 500_000


class Note:
    """Something a run before noted.

    Attributes:
        run: The number of that run.
        at: When, by the clock of that run; ISO 8601, UTC.
        text: What it noted.
        failed: Whether that run failed in the end.
    """

    __slots__ = ("at", "failed", "run", "text")

    def __init__(self, run: int, at: str, text: str, failed: bool = False) -> None:
        """Make a note."""
        self.run, self.at, self.text, self.failed = run, at, text, failed

    def __repr__(self) -> str:
        """Show the note."""
        return f"<Note run {self.run}: {self.text!r}{' (failed)' if self.failed else ''}>"


class Handoff:
    """The memory of an agent.

    Attributes:
        state: Yours: any JSON, at most 56 KB. Kept when the run succeeds, and only then.
        run_number: The number of this run; the first is 1.
        observations: What the runs before observed, oldest first.
        actions: What the runs before did, oldest first.
        summary: What still older notes came to; empty when nothing was left out.
    """

    def __init__(self) -> None:
        """Make the memory of an agent that has not run."""
        self._begin(1, None)

    def observe(self, text: str) -> None:
        """Note what this run saw. Kept, marked, when the run fails.

        Args:
            text: At most 4,000 characters; more is cut.
        """
        self._observed.append(self._noted(text))

    def act(self, text: str) -> None:
        """Note what this run did. Kept, marked, when the run fails.

        Args:
            text: At most 4,000 characters; more is cut.
        """
        self._acted.append(self._noted(text))

    def summarize(self, text: str) -> None:
        """Say in one text what the next run should know; the last call counts.

        Args:
            text: At most 4,000 characters; more is cut.
        """
        self._summarized = self._noted(text)["text"]

    def _begin(self, run_number: int, before: dict | None) -> None:
        """Start a run.

        Args:
            run_number: Its number.
            before: ``handoff`` of ``run.json``; None when there is none.
        """
        before = before or {}
        self.run_number = run_number
        self.state = before.get("state") or {}
        self.observations = _notes(before.get("observations"))
        self.actions = _notes(before.get("actions"))
        self.summary = before.get("summary") or ""
        self._observed: list[dict[str, str]] = []
        self._acted: list[dict[str, str]] = []
        self._summarized: str | None = None
        self._room = NOTES_CHARACTERS

    def _draft(self, state: dict) -> dict:
        """Say what this run leaves, as the tool session has it."""
        return {
            "state": state,
            "observations": self._observed,
            "actions": self._acted,
            "summary": self._summarized,
        }

    def _noted(self, text: str) -> dict[str, str]:
        # Half a surrogate pair is text for Python and for nobody else.
        text = str(text).encode("utf-8", "replace").decode()
        if len(text) > NOTE_CHARACTERS:
            text = text[: NOTE_CHARACTERS - 1] + "…"
        self._room -= len(text) + 40
        if self._room < 0:
            raise ValueError(f"The notes of one run hold {NOTES_CHARACTERS:,} characters in all.")
        now = time.time()
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now % 1 * 1e6):06}Z"
        return {"at": at, "text": text}


def _notes(entries: list[dict] | None) -> list[Note]:
    return [
        Note(entry["run"], entry["at"], entry["text"], entry.get("failed", False))
        for entry in entries or ()
    ]
