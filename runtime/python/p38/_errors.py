"""The one error that comes from outside."""


class ToolError(Exception):
    """A tool refused or failed. The message says what, why, and what to do."""


# Tracebacks name it as agents import it.
ToolError.__module__ = "p38"
