"""What a person said to a question."""

from __future__ import annotations


class Approval:
    """The answer to ``tools.approval.ask``; true as a condition where it is a yes.

    Attributes:
        approved: Whether a person said yes.
        status: ``approved``, ``rejected``, or ``expired``: nobody answered in time.
        by: Who answered; None when nobody did.
        note: What they said to it; None when nothing.
        at: When, ISO 8601.
    """

    def __init__(
        self,
        approved: bool,
        status: str = "",
        by: str | None = None,
        note: str | None = None,
        at: str = "",
    ) -> None:
        """Keep an answer."""
        self.approved = approved
        self.status = status or ("approved" if approved else "rejected")
        self.by, self.note, self.at = by, note, at

    def __bool__(self) -> bool:
        """Whether a person said yes."""
        return self.approved

    def __repr__(self) -> str:
        """Show what became of the question."""
        return f"<Approval {self.status}>"
