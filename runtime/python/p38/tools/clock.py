"""The time, anywhere."""

from __future__ import annotations

from p38._calls import call


async def now(timezone: str = "UTC") -> dict:
    """Tell the time; gives ``utc`` and ``local`` in ISO 8601, ``timezone`` and ``weekday``.

    Args:
        timezone: IANA name.
    """
    return await call("clock.now", timezone=timezone)
