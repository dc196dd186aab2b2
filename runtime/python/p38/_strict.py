"""What may leave a run: strict JSON, and no more of it than agreed."""

from __future__ import annotations

import json
import math

DEPTH = 50
encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def problem(value: object, limit: int) -> str | None:
    """Say why a value cannot leave.

    Args:
        value: Anything at all.
        limit: Most bytes as JSON.

    Returns:
        What is wrong with it, ready to follow the value's name; None when it may leave.
    """
    if wrong := fault(value, limit):
        return wrong
    try:
        size = len(encode(value).encode())
    except (TypeError, ValueError, RecursionError) as error:
        return f"is no JSON: {error}"
    return _too_large(limit, size) if size > limit else None


def fault(value: object, limit: int) -> str | None:
    """Say what of a value JSON does not have; its size in bytes is not looked at."""
    # A walk of our own, since the encoder accepts keys that are no text, and follows any depth.
    waiting = [(value, 0)]
    count = 0
    while waiting:
        part, depth = waiting.pop()
        count += 1
        if count > limit:
            return _too_large(limit)
        if part is None or isinstance(part, bool):
            continue
        if isinstance(part, str):
            if not part.isascii() and not _is_unicode(part):
                return "holds text with half a character (a lone surrogate)"
        elif isinstance(part, float):
            if not math.isfinite(part):
                return f"holds {part}, which JSON does not have"
        elif isinstance(part, dict):
            if depth == DEPTH:
                return f"is nested deeper than {DEPTH} levels"
            for key, inner in part.items():
                if not isinstance(key, str):
                    return f"has a key of type {type(key).__name__}; JSON keys are text"
                waiting.append((key, depth + 1))
                waiting.append((inner, depth + 1))
        elif isinstance(part, (list, tuple)):
            if depth == DEPTH:
                return f"is nested deeper than {DEPTH} levels"
            waiting.extend((inner, depth + 1) for inner in part)
        elif type(part).__name__ == "coroutine":
            return "holds a coroutine; write await before the call"
        elif not isinstance(part, int):
            return f"holds {type(part).__name__}, which JSON does not have"
    return None


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _too_large(limit: int, size: int | None = None) -> str:
    found = f"{size:,} bytes" if size else "more"
    return f"is too large: at most {limit:,} bytes of JSON, this has {found}"
