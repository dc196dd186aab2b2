"""Lists that come in parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .transport import Transport

PART = 100


def pages(transport: Transport, path: str, query: Mapping[str, Any]) -> Iterator[Any]:
    """The things of a list, one after another; each part is fetched when it is needed."""
    offset = 0
    while True:
        part, _ = transport.json("GET", path, query={**query, "limit": PART, "offset": offset})
        yield from part
        if len(part) < PART:
            return
        offset += PART
