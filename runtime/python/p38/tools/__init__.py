"""The only way out: files, the web, the model and notifications. Every method is awaited."""

from p38.tools import clock, filesystem, http, llm, memory, notifications

__all__ = ["clock", "filesystem", "http", "llm", "memory", "notifications"]
