"""The only way out: files, the web, the model, people. Every method is awaited."""

from p38.tools import approval, clock, filesystem, http, llm, memory, notifications

__all__ = ["approval", "clock", "filesystem", "http", "llm", "memory", "notifications"]
