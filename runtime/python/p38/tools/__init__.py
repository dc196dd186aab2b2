"""The only way out: files, the web, a browser, the model, people. Every method is awaited."""

from p38.tools import approval, browser, clock, filesystem, http, llm, memory, notifications

__all__ = [
    "approval",
    "browser",
    "clock",
    "filesystem",
    "http",
    "llm",
    "memory",
    "notifications",
]
