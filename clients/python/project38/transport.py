"""Requests over HTTP: one connection, JSON both ways, and a second try where that is safe."""

from __future__ import annotations

import http.client
import json
import ssl
import time
import uuid
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from . import errors

MAX_ANSWER = 64 * 1024 * 1024
MAX_EVENT_LINE = 4 * 1024 * 1024
_TRIES = 4
_LONGEST_WAIT = 60.0
# A server that cannot do its work may take its time to say so, each time.
_MOST_UNAVAILABLE = 3
_LOST = (http.client.HTTPException, OSError)


class Transport:
    """A connection to one server, kept open between requests. Not for several threads at once."""

    def __init__(self, url: str, token: str, timeout: float) -> None:
        """Remember where to connect; nothing is sent yet.

        Args:
            url: Of the server, for example ``http://127.0.0.1:8038``.
            token: Its bearer token.
            timeout: Seconds to wait for the next bytes of an answer.
        """
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{url!r} is no address of a server, as in http://127.0.0.1:8038.")
        self._parts, self._token, self._timeout = parts, token, timeout
        self._host: str = parts.hostname
        self._connection: http.client.HTTPConnection | None = None

    def close(self) -> None:
        """Leave."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def json(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[Any, Mapping[str, str]]:
        """Send JSON, and read what comes back.

        Args:
            method: For example ``GET``.
            path: From ``/api`` on.
            body: Fields that are None are left out.
            query: Parameters that are None are left out.
            headers: More of them.

        Returns:
            The answer, None where it is empty; and its headers, by names in lower case.

        Raises:
            errors.ApiError: It was refused.
            errors.ConnectionLostError: No server answers.
        """
        sent = dict(headers or {})
        content = None
        if body is not None:
            content = json.dumps({k: v for k, v in body.items() if v is not None}).encode()
            sent["Content-Type"] = "application/json"
        data, received = self.bytes(method, path, content, query, sent)
        return (json.loads(data) if data else None), received

    def bytes(
        self,
        method: str,
        path: str,
        content: bytes | None = None,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[bytes, Mapping[str, str]]:
        """Send bytes, and read those that come back; raises as :meth:`json` does."""
        sent = dict(headers or {})
        if method == "POST":
            # Whatever happens to the answer, it is done once.
            sent.setdefault("Idempotency-Key", str(uuid.uuid4()))
        attempt, waited, unavailable = 1, 0.0, 0
        while True:
            try:
                answer = self._send(method, path, content, query, sent)
                data = answer.read(MAX_ANSWER + 1)
            except _LOST as lost:
                self.close()
                if attempt == _TRIES:
                    raise errors.ConnectionLostError(f"{self._parts.netloc}: {lost}") from lost
                time.sleep(0.1 * 2**attempt)
                attempt += 1
                continue
            if len(data) > MAX_ANSWER:
                self.close()
                raise errors.ConnectionLostError("The answer has more than 64 MB.")
            received = {name.lower(): value for name, value in answer.getheaders()}
            if answer.status < 400:
                return data, received
            wait = _wait(answer.status, received)
            unavailable += answer.status == 503
            if wait is None or waited + wait > _LONGEST_WAIT or unavailable == _MOST_UNAVAILABLE:
                raise errors.of(answer.status, _problem(data))
            waited += wait
            time.sleep(wait)

    def events(self, path: str, last_id: str | None = None) -> Iterator[tuple[str, str, Any]]:
        """Follow server-sent events, on a connection of its own.

        Args:
            path: From ``/api`` on.
            last_id: The id of the last event that was seen; None: from the beginning.

        Yields:
            The kind of an event, its id, and its data.

        Raises:
            errors.ApiError: It was refused.
            errors.ConnectionLostError: The server went away.
        """
        stream = Transport(self._parts.geturl(), self._token, self._timeout)
        try:
            headers = {"Accept": "text/event-stream"}
            if last_id is not None:
                headers["Last-Event-ID"] = last_id
            answer = stream._send("GET", path, None, None, headers)
            if answer.status >= 400:
                raise errors.of(answer.status, _problem(answer.read(MAX_ANSWER)))
            yield from _events(answer)
        except _LOST as lost:
            raise errors.ConnectionLostError(f"{self._parts.netloc}: {lost}") from lost
        finally:
            stream.close()

    def _send(
        self,
        method: str,
        path: str,
        content: bytes | None,
        query: Mapping[str, Any] | None,
        headers: Mapping[str, str],
    ) -> http.client.HTTPResponse:
        chosen = {k: _text(v) for k, v in (query or {}).items() if v is not None}
        target = self._parts.path.rstrip("/") + path + (f"?{urlencode(chosen)}" if chosen else "")
        if self._connection is None:
            self._connection = self._connect()
        self._connection.request(
            method, target, content, {"Authorization": f"Bearer {self._token}", **headers}
        )
        return self._connection.getresponse()

    def _connect(self) -> http.client.HTTPConnection:
        host, port = self._host, self._parts.port
        if self._parts.scheme == "https":
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(host, port, timeout=self._timeout, context=context)
        return http.client.HTTPConnection(host, port, timeout=self._timeout)


def _text(value: object) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _wait(status: int, headers: Mapping[str, str]) -> float | None:
    """Seconds after which the same request may work; None: never.

    A 409 with a time is a key whose first request is being answered.
    """
    if status in (409, 429, 503) and (given := headers.get("retry-after", "")).isdigit():
        return float(given)
    return None


def _problem(data: bytes) -> dict:
    try:
        problem = json.loads(data)
    except ValueError:
        return {}
    return problem if isinstance(problem, dict) else {}


def _events(answer: http.client.HTTPResponse) -> Iterator[tuple[str, str, Any]]:
    kind, number, data = "message", "", []
    while line := answer.readline(MAX_EVENT_LINE):
        if not line.endswith(b"\n"):
            raise errors.ConnectionLostError("The stream ended in the middle of a line.")
        field, _, value = line.decode().rstrip("\r\n").partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            kind = value
        elif field == "id":
            number = value
        elif field == "data":
            data.append(value)
        elif not field and not value and data:
            yield kind, number, json.loads("\n".join(data))
            kind, data = "message", []
