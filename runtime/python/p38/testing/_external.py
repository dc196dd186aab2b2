"""The stand-in of tool servers: answers that a test gives, without a server."""

from __future__ import annotations

import json

from p38._errors import ToolError


class ExternalCall:
    """A call of a tool of a tool server.

    Attributes:
        server: For example ``github``.
        tool: For example ``create_issue``.
        arguments: What it was given.
    """

    def __init__(self, server: str, tool: str, arguments: dict) -> None:
        """Keep what was called."""
        self.server, self.tool, self.arguments = server, tool, arguments

    def __repr__(self) -> str:
        """Show what was called."""
        return f"<ExternalCall {self.server}.{self.tool} {self.arguments!r}>"


class External:
    """Answers the calls of ``tools.external`` from what it was given.

    Attributes:
        external: ``server.tool`` to answer: a text, a dict (the data), an exception, or a function
            that takes the ``ExternalCall`` and gives one of these.
        called: What was called, in order.
    """

    def __init__(self, external: dict) -> None:
        """Stand in with so many tools."""
        self.external = external
        self.called: list[ExternalCall] = []

    def call_external(self, name: str, arguments: dict | None = None) -> dict:
        """Stand in for ``external.call``; the name is that of the manifest."""
        _, server, tool = name.split(".", 2)
        if arguments is not None and not isinstance(arguments, dict):
            raise ToolError(f"{name}: 'arguments' must be an object or null.")
        asked = ExternalCall(server, tool, json.loads(json.dumps(arguments or {})))
        self.called.append(asked)
        given = self.external.get(f"{server}.{tool}")
        if given is None:
            raise ToolError(f"There is no {server}.{tool} in this world; give it external=….")
        if callable(given) and not isinstance(given, type):
            given = given(asked)
        if isinstance(given, BaseException):
            raise given if isinstance(given, ToolError) else ToolError(str(given))
        if isinstance(given, str):
            return {"text": given, "data": None}
        return {"text": json.dumps(given), "data": json.loads(json.dumps(given))}
