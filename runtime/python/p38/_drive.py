"""Leads a life (see ``_life.live``) to its ending."""

from __future__ import annotations

import sys


def drive(life, source: bytes):  # noqa: ANN001, ANN201
    """Lead it in this thread.

    Args:
        life: The generator.
        source: The program's text, which tells whether it needs an event loop.

    Returns:
        The ending.
    """
    # asyncio costs 70 ms, five bare starts. Only the standard library is there, so a program that does
    # not name asyncio awaits nothing but tools, and those wait by themselves where no loop runs.
    if b"asyncio" not in source and "asyncio" not in sys.modules:
        return _lead(life, _without_loop)

    import asyncio

    async def wait(awaitable):  # noqa: ANN001, ANN202
        return await awaitable

    # Never closed: what the agent left running must not hold up the end of the process.
    runner = asyncio.Runner()
    return _lead(life, lambda awaitable: runner.run(wait(awaitable)))


async def drive_here(life):  # noqa: ANN001, ANN201
    """Lead it inside the event loop that runs already."""
    try:
        awaitable = next(life)
        while True:
            try:
                value = await awaitable
            except BaseException as error:  # noqa: BLE001
                awaitable = life.throw(error)
            else:
                awaitable = life.send(value)
    except StopIteration as end:
        return end.value


def _lead(life, wait):  # noqa: ANN001, ANN202
    try:
        awaitable = next(life)
        while True:
            try:
                value = wait(awaitable)
            except BaseException as error:  # noqa: BLE001
                awaitable = life.throw(error)
            else:
                awaitable = life.send(value)
    except StopIteration as end:
        return end.value


def _without_loop(awaitable):  # noqa: ANN001, ANN202
    steps = awaitable.__await__()
    try:
        while True:
            next(steps)
    except StopIteration as end:
        return end.value
