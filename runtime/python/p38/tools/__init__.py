"""The only way out: files, the web, a browser, the model and notifications. Every method is awaited."""

from p38.tools import browser, clock, filesystem, http, llm, memory, notifications

__all__ = ["browser", "clock", "filesystem", "http", "llm", "memory", "notifications"]
