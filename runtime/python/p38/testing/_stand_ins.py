"""The stand-ins: every tool, without the world behind it, with the same limits and errors."""

from __future__ import annotations

import binascii
import calendar
import fnmatch
import json
import posixpath
import re
import zoneinfo
from datetime import UTC, datetime

from p38 import _strict
from p38._approval import Approval
from p38._errors import ToolError
from p38._response import Response
from p38._session import MESSAGE_BYTES
from p38.testing._browsing import Browsing
from p38.testing._external import External

FILE_BYTES = 10 * 1024 * 1024
QUESTION_CHARACTERS = 500
ENTRY = ("title", "link", "id", "published", "summary", "author")


class Request:
    """A request that the agent sent.

    Attributes:
        method: For example ``GET``.
        url: The address.
        headers: As they were given.
        body: Text; None when there was none.
        timeout: In seconds.
        css: What ``http.select`` was asked for; None for others.
        attribute: Which one of it; None: the text.
    """

    def __init__(
        self,
        method: str,
        url: str,
        headers: dict,
        body: str | None,
        timeout: float,
        css: str | None = None,
        attribute: str | None = None,
    ) -> None:
        """Keep what was sent."""
        self.css, self.attribute = css, attribute
        self.method, self.url, self.headers, self.body, self.timeout = (
            method,
            url,
            headers,
            body,
            timeout,
        )

    def __repr__(self) -> str:
        """Show method and address."""
        return f"<Request {self.method} {self.url}>"


class Notification:
    """Something that the agent told.

    Attributes:
        text: What it told.
        title: The line above it; None when there was none.
        channel: Where to.
    """

    def __init__(self, text: str, title: str | None, channel: str) -> None:
        """Keep what was told."""
        self.text, self.title, self.channel = text, title, channel

    def __repr__(self) -> str:
        """Show channel and text."""
        return f"<Notification {self.channel}: {self.text!r}>"


class Question:
    """A question that the agent asked the model.

    Attributes:
        question: What it asked.
        data: What it gave to be read; None when there was none.
        schema: What the answer must be; None for text.
    """

    def __init__(self, question: str, data: str | None, schema: dict | None) -> None:
        """Keep what was asked."""
        self.question, self.data, self.schema = question, data, schema

    def __repr__(self) -> str:
        """Show the question."""
        return f"<Question {self.question!r}>"


class AskedApproval:
    """A question that the agent asked a person.

    Attributes:
        question: What it asked.
        details: What it gave to be known; None when there was nothing.
    """

    def __init__(self, question: str, details: str | None) -> None:
        """Keep what was asked."""
        self.question, self.details = question, details

    def __repr__(self) -> str:
        """Show the question."""
        return f"<AskedApproval {self.question!r}>"


class StandIns(Browsing, External):
    """Answers the calls of ``tools`` from what it was given, and keeps what the agent did.

    Attributes:
        files: Path to content; text or bytes.
        http: Address to answer: a ``Response``, text, a status, an exception, a dict or list (sent
            as JSON), or a function that takes the ``Request`` and gives one of these. Pages and
            feeds are given as read: the text for ``get_readable``, a list of texts for ``select``,
            a list of dicts for ``get_feed``, in which keys may be missing.
        channels: Those that ``notifications`` knows.
        now: Gives the time, in seconds of the epoch.
        remembered: Gives what the runs noted, newest first, as ``memory.search`` has it.
        llm: What the model answers: a value, an exception, or a function that takes the
            ``Question`` and gives one of these; None when there is no model.
        approvals: What people say: True or False, an ``Approval``, or a function that takes the
            ``AskedApproval`` and gives one of these. Here the answer comes at once.
        asked: What people were asked.
        questions: What the model was asked.
        requests: What was sent.
        notifications: What was told.
    """

    def __init__(
        self,
        files: dict,
        http: dict,
        channels: tuple[str, ...],
        llm: object = None,
        approvals: object = True,
        browser: dict | None = None,
        external: dict | None = None,
    ) -> None:
        """Stand in with so much to be found."""
        Browsing.__init__(self, {} if browser is None else browser)
        External.__init__(self, {} if external is None else external)
        self.files, self.http, self.channels, self.llm = files, http, channels, llm
        self.approvals = approvals
        self.asked: list[AskedApproval] = []
        self.questions: list[Question] = []
        self.now = lambda: datetime.now(UTC).timestamp()
        self.remembered = list
        self.folders: set[str] = set()
        self.requests: list[Request] = []
        self.notifications: list[Notification] = []

    async def call_tool(self, name: str, arguments: dict) -> object:
        """Answer one call, as the platform would.

        Raises:
            ToolError: The call is refused, or fails.
        """
        is_external = name.startswith("external.")
        tool = None if is_external else getattr(self, name.replace(".", "_"), None)
        if tool is None and not is_external:
            raise ToolError(f"There is no tool {name}.")
        if wrong := _strict.fault(arguments, MESSAGE_BYTES):
            raise ToolError(f"{name}: what it is called with {wrong}.")
        return self.call_external(name, **arguments) if is_external else tool(**arguments)

    def filesystem_read_text(self, path: str) -> str:
        """Stand in for ``filesystem.read_text``."""
        try:
            return self._read(path).decode()
        except UnicodeDecodeError:
            raise ToolError(f"'{path}' is not UTF-8 text. Read it with read_bytes.") from None

    def filesystem_read_bytes(self, path: str) -> str:
        """Stand in for ``filesystem.read_bytes``."""
        return binascii.b2a_base64(self._read(path), newline=False).decode()

    def filesystem_write_text(self, path: str, text: str) -> dict:
        """Stand in for ``filesystem.write_text``."""
        return {"bytes": self._write(path, text.encode())}

    def filesystem_write_bytes(self, path: str, content: str) -> dict:
        """Stand in for ``filesystem.write_bytes``."""
        return {"bytes": self._write(path, binascii.a2b_base64(content))}

    def filesystem_append_text(self, path: str, text: str) -> dict:
        """Stand in for ``filesystem.append_text``."""
        before = _bytes(self.files.get(_inside(path), b""))
        return {"bytes": self._write(path, before + text.encode())}

    def filesystem_list(self, path: str = "") -> list[dict]:
        """Stand in for ``filesystem.list``."""
        folder = _inside(path)
        if folder in self.files:
            raise ToolError(f"'{path}' is a file.")
        if folder and folder not in self._all_folders():
            raise ToolError(f"There is no folder '{path}'.")
        inside = [
            one for one in {*self.files, *self._all_folders()} if posixpath.dirname(one) == folder
        ]
        return [self._describe(one) for one in sorted(inside)]

    def filesystem_glob(self, pattern: str) -> list[str]:
        """Stand in for ``filesystem.glob``."""
        wanted = _inside(pattern).split("/")
        return sorted(one for one in self.files if _matches(one.split("/"), wanted))

    def filesystem_info(self, path: str) -> dict | None:
        """Stand in for ``filesystem.info``."""
        inside = _inside(path)
        return (
            self._describe(inside)
            if inside in self.files or inside in self._all_folders()
            else None
        )

    def filesystem_make_folder(self, path: str) -> None:
        """Stand in for ``filesystem.make_folder``."""
        if _inside(path) in self.files:
            raise ToolError(f"'{path}' is a file.")
        self.folders.add(_inside(path))

    def filesystem_move(self, source: str, target: str) -> None:
        """Stand in for ``filesystem.move``."""
        old, new = _inside(source), _inside(target)
        if old in self.files:
            self.files[new] = self.files.pop(old)
        elif old in self._all_folders():
            for path in [path for path in self.files if path.startswith(f"{old}/")]:
                self.files[new + path[len(old) :]] = self.files.pop(path)
            self.folders = {
                new + path[len(old) :] if _is_in(path, old) else path for path in self.folders
            } | {new}
        else:
            raise ToolError(f"There is no file '{source}'.")

    def filesystem_delete(self, path: str) -> bool:
        """Stand in for ``filesystem.delete``."""
        gone = _inside(path)
        if not gone:
            raise ToolError("The workspace itself cannot be deleted.")
        there = gone in self.files or gone in self._all_folders()
        for inside in [one for one in self.files if _is_in(one, gone)]:
            del self.files[inside]
        self.folders = {one for one in self.folders if not _is_in(one, gone)}
        return there

    def http_request(
        self,
        method: str,
        url: str,
        headers: dict | None = None,
        body: str | None = None,
        timeout: float = 30,
    ) -> dict:
        """Stand in for ``http.request``."""
        request = Request(method, url, headers or {}, body, timeout)
        answer = _response(self._ask(request))
        given = {"status": answer.status, "url": answer.url or url, "headers": answer.headers}
        try:
            return {**given, "body": answer.content.decode()}
        except UnicodeDecodeError:
            base64 = binascii.b2a_base64(answer.content, newline=False).decode()
            return {**given, "body_base64": base64}

    def http_get_readable(
        self, url: str, headers: dict | None = None, timeout: float = 30, links: bool = False
    ) -> str:
        """Stand in for ``http.get_readable``."""
        text = _page(self._ask(Request("GET", url, headers or {}, None, timeout)), url)
        if not isinstance(text, str) or text.lstrip().startswith("<"):
            raise ToolError(f"Give this World the text that is read at {url}, and no HTML.")
        return text

    def http_select(
        self,
        url: str,
        css: str,
        attribute: str | None = None,
        limit: int = 100,
        headers: dict | None = None,
        timeout: float = 30,
    ) -> list[str]:
        """Stand in for ``http.select``."""
        _check_limit(limit, 1000)
        request = Request("GET", url, headers or {}, None, timeout, css, attribute)
        texts = _page(self._ask(request), url)
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise ToolError(f"Give this World the list of texts that {css!r} finds at {url}.")
        return texts[:limit]

    def http_get_feed(
        self, url: str, headers: dict | None = None, timeout: float = 30, limit: int = 100
    ) -> list[dict]:
        """Stand in for ``http.get_feed``."""
        _check_limit(limit, 500)
        entries = _page(self._ask(Request("GET", url, headers or {}, None, timeout)), url)
        if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
            raise ToolError(f"Give this World the list of entries, as dicts, of the feed at {url}.")
        if unknown := {key for entry in entries for key in entry} - set(ENTRY):
            raise ToolError(f"An entry of a feed has {', '.join(ENTRY)}; not {min(unknown)!r}.")
        return [{key: entry.get(key) for key in ENTRY} for entry in entries[:limit]]

    def _ask(self, request: Request) -> object:
        """Note a request, and give what is in this world for it."""
        self.requests.append(request)
        if request.url not in self.http:
            raise ToolError(f"Nothing answers for {request.url} in this world.")
        return _answer(self.http[request.url], request)

    def approval_ask(
        self, question: str, details: str | None = None, expires_hours: float = 24
    ) -> dict:
        """Stand in for ``approval.ask``."""
        if not question.strip() or len(question) > QUESTION_CHARACTERS:
            raise ToolError(f"'question' is one line, at most {QUESTION_CHARACTERS} characters.")
        if not 1 / 60 <= expires_hours <= 720:
            raise ToolError("'expires_hours' is from 0.02 to 720.")
        asked = AskedApproval(question, details)
        self.asked.append(asked)
        answer = _answer(self.approvals, asked)
        if not isinstance(answer, Approval):
            answer = Approval(bool(answer), by="a person", at=_iso(self.now()))
        return vars(answer)

    def clock_now(self, timezone: str = "UTC") -> dict:
        """Stand in for ``clock.now``."""
        try:
            zone = zoneinfo.ZoneInfo(timezone)
        except (ValueError, OSError, KeyError):
            raise ToolError(f"Unknown time zone '{timezone}'.") from None
        at = datetime.fromtimestamp(self.now(), UTC).replace(microsecond=0)
        local = at.astimezone(zone)
        return {
            "utc": at.isoformat().replace("+00:00", "Z"),
            "local": local.isoformat(),
            "timezone": timezone,
            "weekday": calendar.day_name[local.weekday()],
        }

    def memory_search(self, query: str, limit: int = 10) -> list[dict]:
        """Stand in for ``memory.search``."""
        _check_limit(limit, 50)
        words = {word.lower() for word in re.findall(r"\w+", query)}
        if not words:
            raise ToolError("'query' has no word in it.")
        files = [
            {"source": "file", "run": None, "at": _iso(self.now()), "path": path, "text": content}
            for path, content in self.files.items()
            if isinstance(content, str)
        ]
        scored = [
            (sum(word in one["text"].lower() for word in words), one)
            for one in [*self.remembered(), *files]
        ]
        best = sorted((one for one in scored if one[0]), key=lambda one: -one[0])
        return [one for _, one in best[:limit]]

    def llm_ask(
        self,
        question: str,
        data: str | None = None,
        schema: dict | None = None,
        max_tokens: int = 4000,
    ) -> object:
        """Stand in for ``llm.ask``."""
        asked = Question(question, data, schema)
        self.questions.append(asked)
        if self.llm is None:
            raise ToolError("There is no model in this world; give it llm=….")
        answer = _answer(self.llm, asked)
        if schema is None and not isinstance(answer, str):
            raise ToolError("Without a schema the model answers a text.")
        return json.loads(json.dumps(answer))

    def notifications_send(
        self, text: str, title: str | None = None, channel: str = "inbox"
    ) -> dict:
        """Stand in for ``notifications.send``."""
        if channel not in self.channels:
            raise ToolError(f"There is no channel '{channel}'.")
        self.notifications.append(Notification(text, title, channel))
        return {"id": len(self.notifications)}

    def _read(self, path: str) -> bytes:
        inside = _inside(path)
        if inside not in self.files:
            kind = "is a folder" if inside in self._all_folders() or not inside else None
            raise ToolError(f"'{path}' {kind}." if kind else f"There is no file '{path}'.")
        content = _bytes(self.files[inside])
        _check_size(path, content)
        return content

    def _write(self, path: str, content: bytes) -> int:
        inside = _inside(path)
        if not inside or inside in self._all_folders():
            raise ToolError(f"'{path}' is a folder.")
        _check_size(path, content)
        try:
            self.files[inside] = content.decode()
        except UnicodeDecodeError:
            self.files[inside] = content
        return len(content)

    def _describe(self, path: str) -> dict:
        is_file = path in self.files
        return {
            "name": posixpath.basename(path),
            "kind": "file" if is_file else "folder",
            "size": len(_bytes(self.files[path])) if is_file else 0,
            "modified": datetime.now(UTC).isoformat(),
        }

    def _all_folders(self) -> set[str]:
        found = set()
        for path in (*self.files, *(f"{folder}/" for folder in self.folders)):
            while path := posixpath.dirname(path):
                found.add(path)
        return found


def _answer(given: object, asked: object) -> object:
    """Take what was given as an answer, or what it gives."""
    if callable(given) and not isinstance(given, type):
        given = given(asked)
    if isinstance(given, BaseException):
        raise given if isinstance(given, ToolError) else ToolError(str(given))
    return given


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _response(answer: object) -> Response:
    if isinstance(answer, int):
        return Response(answer)
    if isinstance(answer, (dict, list)):
        return Response(200, json.dumps(answer), {"content-type": "application/json"})
    return Response(200, answer) if isinstance(answer, (str, bytes)) else answer


def _page(answer: object, url: str) -> object:
    """Give what was read of a page, unless its server answers with an error."""
    response = answer if isinstance(answer, Response) else None
    status = response.status if response else answer if isinstance(answer, int) else 200
    if status >= 400:
        raise ToolError(f"{url} answered with status {status}.")
    return response.text if response else "" if isinstance(answer, int) else answer


def _check_limit(limit: float, most: int) -> None:
    if not 1 <= limit <= most or limit != int(limit):
        raise ToolError(f"'limit' must be a whole number from 1 to {most}.")


def _inside(path: str) -> str:
    """Read a path as the workspace does."""
    if "\0" in path or path.startswith("/"):
        raise ToolError(f"'{path}' is outside the workspace. Paths are relative to it.")
    normal = posixpath.normpath(path) if path else ""
    if normal.split("/")[0] == "..":
        raise ToolError(f"'{path}' is outside the workspace. Paths are relative to it.")
    return "" if normal == "." else normal


def _matches(path: list[str], wanted: list[str]) -> bool:
    if not wanted:
        return not path
    if wanted[0] == "**":
        return any(_matches(path[skipped:], wanted[1:]) for skipped in range(len(path) + 1))
    return bool(path) and fnmatch.fnmatchcase(path[0], wanted[0]) and _matches(path[1:], wanted[1:])


def _is_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def _check_size(path: str, content: bytes) -> None:
    if len(content) > FILE_BYTES:
        raise ToolError(f"'{path}' has {len(content):,} bytes; a file has at most 10 MB.")
