"""What this agent's runs noted, and its files, also what is no longer in the handoff."""

from __future__ import annotations

from p38._calls import call


async def search(query: str, limit: int = 10) -> list[dict]:
    """Search for words, the best first.

    Args:
        query: Words, in any order.
        limit: The most to be found.

    Returns:
        For each ``source`` (``observation``, ``action``, ``summary`` or ``file``), ``run``, ``at``,
        ``path`` and ``text``, cut to where the words are.
    """
    return await call("memory.search", query=query, limit=limit)
