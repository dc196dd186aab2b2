"""The client side of the tool session: JSON-RPC 2.0, one message a line."""

from __future__ import annotations

import json
import os
import select
import sys
from _thread import allocate_lock
from collections import deque

from p38 import _strict
from p38._errors import ToolError

MESSAGE_BYTES = 16 * 1024 * 1024
IN_FLIGHT = 16
PROTOCOL_VERSION = "2025-06-18"


class Session:
    """One connection to the platform.

    Calls work in any event loop, in several at once, and in none: asyncio costs more than the rest
    of a start together, so a program that does not use it runs without, and a call simply waits.
    No thread is needed, since a sandbox may refuse one.
    """

    def __init__(self, reading: int, writing: int) -> None:
        """Speak over two descriptors."""
        self._reading, self._writing = reading, writing
        self._waiting: dict[int, object] = {}  # id -> what takes the answer
        self._looking: dict[object, int] = {}  # event loop -> answers it waits for
        self._queued: deque = deque()
        self._in_flight = 0
        self._last_id = 0
        self._buffer = bytearray()
        self._closed = False
        # What the clock showed, told with the next call; None: nobody wants it.
        self.readings = None
        self._read_lock, self._write_lock = allocate_lock(), allocate_lock()
        # An agent may replace what is in the module json: these stay.
        self._encode = _strict.encode
        self._decode = json.JSONDecoder().decode

    def open(self) -> None:
        """Shake hands."""
        client = {"name": "p38", "version": "1"}
        self.request(
            "initialize",
            {"protocolVersion": PROTOCOL_VERSION, "capabilities": {}, "clientInfo": client},
        )
        self._send({"method": "notifications/initialized"})

    def request(self, method: str, params: dict) -> dict:
        """Ask, and wait for the answer.

        Raises:
            ToolError: The platform refused.
        """
        answers: list[dict] = []
        number = self._ask(method, params, answers.append)
        while not answers:
            with self._read_lock:
                if not answers:
                    self._take()
        self._waiting.pop(number, None)
        return _result(answers[0])

    async def call_tool(self, name: str, arguments: dict) -> object:
        """Call a tool.

        Raises:
            ToolError: It refused or failed.
        """
        if wrong := _strict.fault(arguments, MESSAGE_BYTES):
            raise ToolError(f"{name}: what it is called with {wrong}.")
        params = {"name": name, "arguments": arguments}
        loop = _running_loop()
        if loop is None:
            result = self.request("tools/call", params)
        else:
            result = _result(await self._exchange(loop, "tools/call", params))
        if result.get("isError"):
            texts = (block.get("text", "") for block in result.get("content") or ())
            raise ToolError(" ".join(texts) or f"{name} failed.")
        if (value := result.get("structuredContent")) is None:
            value = self._decode(result["content"][0]["text"])
        return value["value"]

    async def _exchange(self, loop, method: str, params: dict) -> dict:
        """Ask from inside an event loop."""
        self._look(loop, 1)
        try:
            await self._enter(loop)
            future = loop.create_future()

            def settle(message: dict) -> None:
                if not future.done():
                    future.set_result(message)

            def take(message: dict) -> None:
                self._leave()
                if not loop.is_closed():
                    loop.call_soon_threadsafe(settle, message)

            try:
                number = self._ask(method, params, take)
            except BaseException:
                self._leave()
                raise
            try:
                return await future
            finally:
                if number in self._waiting:
                    # Given up. The platform carries it through all the same, so its place stays
                    # taken until the answer is there.
                    self._send(
                        {"method": "notifications/cancelled", "params": {"requestId": number}}
                    )
        finally:
            self._look(loop, -1)

    async def _enter(self, loop) -> None:
        """Wait until fewer than the allowed number of calls are in flight."""
        while self._in_flight >= IN_FLIGHT:
            turn = loop.create_future()
            self._queued.append((loop, turn))
            try:
                await turn
            except BaseException:
                # Given up while it waited. Its turn may have come at that moment: pass it on.
                self._call_next()
                raise
        self._in_flight += 1

    def _leave(self) -> None:
        self._in_flight -= 1
        self._call_next()

    def _call_next(self) -> None:
        while self._queued:
            loop, turn = self._queued.popleft()
            if not turn.done() and not loop.is_closed():
                loop.call_soon_threadsafe(_take_turn, turn)
                break

    def _look(self, loop, change: int) -> None:
        """Have a loop watch for answers as long as it waits for one."""
        count = self._looking[loop] = self._looking.get(loop, 0) + change
        if count == 0:
            del self._looking[loop]
            loop.remove_reader(self._reading)
        elif count == change:
            loop.add_reader(self._reading, self._take_if_ready)

    def _take_if_ready(self) -> None:
        # Another loop, in another thread, may have been faster.
        if self._read_lock.acquire(blocking=False):
            try:
                if select.select([self._reading], [], [], 0)[0]:
                    self._take()
            finally:
                self._read_lock.release()

    def _take(self) -> None:
        """Read what has arrived, and hand out the complete messages."""
        chunk = os.read(self._reading, 1 << 18)
        if not chunk:
            self._end("The platform is gone.")
            return
        seen = len(self._buffer)
        self._buffer += chunk
        while (end := self._buffer.find(b"\n", seen)) >= 0:
            line = bytes(self._buffer[:end])
            del self._buffer[: end + 1]
            seen = 0
            if line.strip():
                try:
                    message = self._decode(line.decode())
                except ValueError:
                    # Whose answer it was cannot be known: nobody may wait for it for ever.
                    self._end("An answer of the platform cannot be read.")
                    return
                self._handle(message)

    def _end(self, why: str) -> None:
        self._closed = True
        while self._waiting:
            self._waiting.popitem()[1]({"error": {"message": why}})

    def _handle(self, message: dict) -> None:
        # The platform asks nothing of its own: only answers come.
        if "method" not in message and (take := self._waiting.pop(message.get("id"), None)):
            take(message)

    def _ask(self, method: str, params: dict, take) -> int:
        """Send a request, and note who takes its answer."""
        if self._closed:
            raise ToolError("The platform is gone.")
        with self._write_lock:
            self._last_id += 1
            number = self._last_id
        self._waiting[number] = take
        # With the message that is written now: one that is given up before would take them along.
        read = self.readings.take() if self.readings and method == "tools/call" else None
        if read:
            params = {**params, "_meta": {"p38/readings": read}}
        try:
            self._send({"id": number, "method": method, "params": params})
        except BaseException:
            self._waiting.pop(number, None)
            if read:
                self.readings.give_back(read)
            raise
        return number

    def _send(self, message: dict) -> None:
        try:
            line = self._encode({"jsonrpc": "2.0", **message}).encode() + b"\n"
        except (TypeError, ValueError, RecursionError) as error:
            raise ToolError(f"These arguments cannot be sent as JSON: {error}") from None
        if len(line) > MESSAGE_BYTES:
            raise ToolError(f"A call holds at most 16 MB; this one has {len(line):,} bytes.")
        rest = memoryview(line)
        with self._write_lock:
            while rest:
                self._wait_until_writable()
                rest = rest[os.write(self._writing, rest[: select.PIPE_BUF]) :]

    def _wait_until_writable(self) -> None:
        """Wait for room, and take answers meanwhile: the platform may wait for us to read them."""
        while True:
            readable, writable, _ = select.select([self._reading], [self._writing], [])
            if writable:
                return
            if readable:
                if self._closed:
                    raise ToolError("The platform is gone.")
                self._take_if_ready()


def _take_turn(turn) -> None:
    if not turn.done():
        turn.set_result(None)


def _result(message: dict) -> dict:
    if "error" in message:
        raise ToolError(message["error"].get("message") or "The platform refused.")
    return message["result"]


def _running_loop():
    """The event loop that runs in this thread, without importing asyncio to find out."""
    asyncio = sys.modules.get("asyncio")
    try:
        return asyncio.get_running_loop() if asyncio else None
    except RuntimeError:
        return None
