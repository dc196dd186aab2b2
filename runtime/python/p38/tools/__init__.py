"""The only way out: files, the web, a browser, the model, people, other servers. Await it all."""

from p38.tools import (
    approval,
    browser,
    clock,
    external,
    filesystem,
    http,
    llm,
    memory,
    notifications,
)

__all__ = [
    "approval",
    "browser",
    "clock",
    "external",
    "filesystem",
    "http",
    "llm",
    "memory",
    "notifications",
]
