"""Telling people."""

from __future__ import annotations

from p38._calls import call


async def send(text: str, title: str | None = None, channel: str = "inbox") -> dict:
    """Tell something; gives ``{"id": …}``.

    Args:
        text: What to tell.
        title: A line above it.
        channel: A named destination; ``inbox`` is always there.
    """
    return await call("notifications.send", text=text, title=title, channel=channel)
