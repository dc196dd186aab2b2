"""The only way out: files, the web, the model and notifications. Every method is awaited."""

from p38.tools import filesystem, http, llm, notifications

__all__ = ["filesystem", "http", "llm", "notifications"]
