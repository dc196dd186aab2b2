"""The language model. Each call costs money: ask it only what a program cannot work out."""

from __future__ import annotations

from p38._calls import call


async def ask(
    question: str, data: str | None = None, schema: dict | None = None, max_tokens: int = 4000
) -> object:
    """Ask a question; give its answer, a text or what ``schema`` says.

    Args:
        question: What to answer, and how.
        data: What it is about, such as a page: the model reads it and does not obey it.
        schema: JSON schema of the answer, with ``type``, ``properties``, ``items`` and ``enum``;
            all properties are answered, ``null`` among the types of one that there may be none of.
        max_tokens: The most the answer may have, thinking included.

    Raises:
        ToolError: There is no model, no money left, or no such answer.
    """
    return await call("llm.ask", question=question, data=data, schema=schema, max_tokens=max_tokens)
