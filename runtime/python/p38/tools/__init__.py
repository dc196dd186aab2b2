"""The only way out: files, the web and notifications. Every method is awaited."""

from p38.tools import filesystem, http, notifications

__all__ = ["filesystem", "http", "notifications"]
