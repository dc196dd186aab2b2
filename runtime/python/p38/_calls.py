"""Where the calls of ``tools`` go: the tool session in a run, a stand-in in a test."""

from __future__ import annotations

from p38._errors import ToolError


class Unconnected:
    """Nobody: the program was started outside the platform and outside a ``World``."""

    async def call_tool(self, name: str, arguments: dict) -> object:
        """Refuse.

        Raises:
            ToolError: Always.
        """
        raise ToolError(f"{name}: no tools here. In a test, run the agent in a p38.testing.World.")


_answerer = Unconnected()


def answer_with(answerer):
    """Send calls to an object with ``async call_tool(name, arguments)``.

    Returns:
        The one that answered before.
    """
    global _answerer
    before, _answerer = _answerer, answerer
    return before


async def call(name: str, **arguments: object) -> object:
    """Call a tool.

    Args:
        name: For example ``filesystem.read_text``.
        **arguments: As the tool names them.

    Returns:
        The tool's value.

    Raises:
        ToolError: It refused or failed.
    """
    return await _answerer.call_tool(name, arguments)
