"""Leads a life (see ``_life.live``) to its ending."""

from __future__ import annotations

import sys


def drive(life, source: bytes):
    """Lead it in this thread.

    Args:
        life: The generator.
        source: The program's text, which tells whether it needs an event loop.

    Returns:
        The ending.
    """
    # asyncio costs 70 ms, five bare starts. Only the standard library is there, so a program that
    # does not name asyncio awaits nothing but tools, and those wait by themselves without a loop.
    if b"asyncio" not in source and "asyncio" not in sys.modules:
        return _lead(life, _without_loop)

    import asyncio

    async def wait(awaitable):
        return await awaitable

    # Never closed: what the agent left running must not hold up the end of the process.
    runner = asyncio.Runner()
    return _lead(life, lambda awaitable: runner.run(wait(awaitable)))


async def drive_here(life):
    """Lead it inside the event loop that runs already."""
    try:
        awaitable = next(life)
        while True:
            try:
                value = await awaitable
            except BaseException as error:
                awaitable = life.throw(error)
            else:
                awaitable = life.send(value)
    except StopIteration as end:
        return end.value


def _lead(life, wait):
    try:
        awaitable = next(life)
        while True:
            try:
                value = wait(awaitable)
            except BaseException as error:
                awaitable = life.throw(error)
            else:
                awaitable = life.send(value)
    except StopIteration as end:
        return end.value


def _without_loop(awaitable):
    steps = awaitable.__await__()
    try:
        while True:
            next(steps)
    except StopIteration as end:
        return end.value
