"""What an agent's program imports: ``handoff`` for memory, ``tools`` for everything outside."""

from p38._errors import ToolError
from p38._handoff import Handoff, Note
from p38._response import Response

handoff = Handoff()
"""The memory of this agent: what the runs before left, and what this run leaves."""

from p38 import tools  # noqa: E402  (tools need ToolError and Response)

__all__ = ["Handoff", "Note", "Response", "ToolError", "handoff", "tools"]
