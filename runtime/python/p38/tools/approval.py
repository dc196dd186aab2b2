"""A person's yes. The run ends at the question, and the program begins again with the answer."""

from __future__ import annotations

from p38._approval import Approval
from p38._calls import call


async def ask(question: str, details: str | None = None, expires_hours: float = 24) -> Approval:
    """Ask a person; give an answer with ``approved``, ``status``, ``by``, ``note`` and ``at``.

    The program is executed again from the top when the answer is there. Calls that it made before
    the question are answered as they were, and not made again; so up to here it does the same each
    time, and what shall happen only with a yes comes after.

    Args:
        question: One line that says what is done with a yes.
        details: What there is to know before one answers.
        expires_hours: How long it stands; no answer by then is a no.
    """
    answer = await call(
        "approval.ask", question=question, details=details, expires_hours=expires_hours
    )
    return Approval(**answer)
