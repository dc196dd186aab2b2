"""The client against a real server: every method, and what it does when things go wrong."""

from __future__ import annotations

import http.server
import json
import os
import re
import signal
import socket
import subprocess
import threading
from pathlib import Path

import pytest
from project38 import (
    ChangedError,
    Client,
    ConflictError,
    ConnectionLostError,
    NotFoundError,
    RefusedError,
    TooManyError,
    transport,
)

ROOT = Path(__file__).resolve().parents[3]
COMMAND = os.environ.get("P38_TEST_COMMAND") or str(ROOT / "artifacts" / "p38" / "p38")
CODE = '''"""Greets."""

from p38 import handoff, tools


class Agent:
    """Greets."""

    def __init__(self, config: dict) -> None:
        """Keep the word."""
        self.word = config.get("word", "hello")

    async def execute(self) -> dict:
        """Greet."""
        handoff.observe("greeted")
        await tools.notifications.send(self.word)
        return {"status": "success", "result": self.word}
'''


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A service in a home of its own."""
    folder = tmp_path_factory.mktemp("p38") / "home"
    environment = {
        **os.environ,
        "P38_HOME": str(folder),
        "P38_PORT": "0",
        "P38_RUFF": str(ROOT / "runtime" / "ruff"),
    }
    for name in ("DATABASE_URL", "ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY"):
        environment.pop(name, None)
    service = subprocess.Popen(
        [COMMAND, "up"],
        env=environment,
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    for line in service.stdout:
        if line.startswith("next"):
            break
    yield folder
    service.send_signal(signal.SIGINT)
    service.wait(60)


@pytest.fixture
def p38(home):
    """A client of it."""
    with Client.from_home(home) as client:
        yield client


@pytest.fixture
def agent(p38):
    """An agent."""
    return p38.agents.import_program(CODE, config={"word": "שלום"}, strict_validation=False)


def test_create_tells_of_each_step(p38):
    """Progress comes as it happens, and the agent at the end."""
    steps = []

    made = p38.agents.create("Remind me every day at 9 to stretch", progress=steps.append)

    assert made["schedule"] == "0 9 * * *"
    assert len(steps) >= 3
    assert p38.agents.get(made["id"])["name"] == made["name"]


def test_refusal_has_the_words_of_the_server(p38):
    """What nothing serves is refused, with and without progress; a wrong field is named."""
    for progress in (None, lambda step: None):
        with pytest.raises(RefusedError) as refused:
            p38.agents.create("buy ten shares of Tesla every morning", progress=progress)
        assert "ANTHROPIC_API_KEY" in refused.value.detail
    with pytest.raises(RefusedError) as refused:
        p38.agents.create("short")
    assert list(refused.value.errors) == ["description"]


def test_run_and_its_traces(p38, agent):
    """A run, its logs, its message, what it handed on."""
    ran = p38.agents.run(agent["id"])
    task = p38.tasks.get(ran["task_id"])

    assert (ran["status"], ran["result"]) == ("completed", "שלום")
    assert task["status"] == "completed"
    assert p38.tasks.logs(task["id"])["runs"][0]["steps"][0]["tool"] == "notifications.send"
    message = p38.inbox(agent_id=agent["id"], unread=True)[0]
    assert message["text"] == "שלום"
    assert p38.read_message(message["id"])["read_at"]
    assert p38.agents.handoff(agent["id"])["next_run"] == 2
    assert p38.agents.handoffs(agent["id"])[0]["observations"][0]["text"] == "greeted"
    p38.agents.reset_handoff(agent["id"])
    assert p38.agents.handoff(agent["id"])["fresh"]
    assert p38.tasks.retry(task["id"])["id"] == task["id"]
    assert p38.tasks.summary()["total"] >= 1


def test_hooks(p38, agent):
    """An address is shown once, and is nobody's once its hook is gone."""
    added = p38.agents.add_hook(agent["id"], "GitHub", signing_key="0123456789abcdef")

    (hook,) = p38.agents.hooks(agent["id"])
    assert "/api/hooks/" in added["address"]
    assert (hook["id"], hook["name"], hook["is_signed"]) == (added["id"], "GitHub", True)
    assert "address" not in hook
    p38.agents.remove_hook(agent["id"], hook["id"])
    assert p38.agents.hooks(agent["id"]) == []


def test_channels(p38):
    """One is set up, tried and taken away; the inbox is always there."""
    settings = {"host": "127.0.0.1", "from": "a@example.org", "to": "b@example.org"}
    put = p38.put_channel("mail", "email-smtp", settings, digest="30m")

    assert (put["kind"], put["digest"], put["settings"]) == ("email-smtp", "30m", settings)
    assert p38.channel("mail") == put
    assert not p38.test_channel("mail")["delivered"]
    p38.remove_channel("mail")
    assert [one["name"] for one in p38.channels()] == ["inbox"]


def test_tool_servers(p38):
    """One that nobody can reach is not registered, and why is said."""
    with pytest.raises(ConflictError, match="nothing listens there"):
        p38.add_tool_server("notes", url="http://127.0.0.1:1/mcp", allow_private=True)

    assert p38.tool_servers() == []


def test_dry_run_changes_nothing(p38, agent):
    """It says what it would have done."""
    ran = p38.agents.run(agent["id"], dry_run=True)

    assert [step["outcome"] for step in ran["run"]["steps"]] == ["recorded"]
    assert p38.inbox(agent_id=agent["id"]) == []


def test_cancel_and_hide(p38, agent):
    """What is finished cannot be cancelled; what is hidden is gone."""
    task_id = p38.agents.run(agent["id"], dry_run=True)["task_id"]

    with pytest.raises(ConflictError):
        p38.tasks.cancel(task_id)
    p38.tasks.hide(task_id)
    with pytest.raises(NotFoundError):
        p38.tasks.get(task_id)


def test_lost_update_is_refused(p38, agent):
    """A change of a state that is no more is not made."""
    _, tag = p38.agents.get_tagged(agent["id"])
    p38.agents.update(agent["id"], name="first", if_match=tag)

    with pytest.raises(ChangedError):
        p38.agents.update(agent["id"], name="second", if_match=tag)
    assert p38.agents.get(agent["id"])["name"] == "first"


def test_versions(p38, agent):
    """A new program is a version; the first can come back."""
    p38.agents.update(agent["id"], code=CODE.replace("hello", "hi"), strict_validation=False)

    numbers = [version["number"] for version in p38.agents.versions(agent["id"])]
    assert numbers == [2, 1]
    assert (
        '-        self.word = config.get("word", "hello")' in p38.agents.diff(agent["id"])["code"]
    )
    assert "hi" in p38.agents.version(agent["id"], 2)["code"]
    with pytest.raises(ConflictError, match="record=true"):
        p38.agents.backtest(agent["id"], version=2, last=5)
    assert p38.agents.rollback(agent["id"], 1)["version"] == 1
    assert p38.agents.activate(agent["id"], 2)["version"] == 2
    assert len(list(p38.agents.history(agent["id"]))) == 2


def test_lists_come_in_parts(p38, monkeypatch):
    """A list is fetched part by part, to its end."""
    monkeypatch.setattr("project38.pages.PART", 2)
    made = [
        p38.agents.import_program(CODE, name=f"n{n}", strict_validation=False) for n in range(5)
    ]

    names = [agent["name"] for agent in p38.agents.list()]

    assert names[:5] == ["n4", "n3", "n2", "n1", "n0"]
    for agent in made:
        p38.agents.delete(agent["id"])
    with pytest.raises(NotFoundError):
        p38.agents.get(made[0]["id"])


def test_files(p38, agent):
    """Any name, any bytes."""
    p38.agents.put_file(agent["id"], "a b/שלום #1.bin", b"\x00\xff")

    assert [file["path"] for file in p38.agents.files(agent["id"])] == ["a b/שלום #1.bin"]
    assert p38.agents.get_file(agent["id"], "a b/שלום #1.bin") == b"\x00\xff"
    p38.agents.delete_file(agent["id"], "a b/שלום #1.bin")
    assert p38.agents.files(agent["id"]) == []


def test_the_rest(p38, agent):
    """Schedules, checks, secrets, health."""
    preview = p38.preview_schedule("30 9 * * 1-5", "Asia/Jerusalem", "2026-11-26T00:00:00Z", 2)

    assert preview["next"] == ["2026-11-26T07:30:00Z", "2026-11-27T07:30:00Z"]
    assert p38.agents.schedule(agent["id"])["schedule"] is None
    assert p38.check("import os\nos.system('ls')\n")["passed"] is False
    assert p38.pythons() == []
    assert p38.run_in_sandbox("print(1)\n", timeout=60)["printed"] == "1\n"
    p38.put_secret("EXAMPLE", "value")
    assert "EXAMPLE" in [secret["name"] for secret in p38.secrets()]
    p38.delete_secret("EXAMPLE")
    assert p38.health()["status"] == "healthy"
    assert p38.system()["mode"] == "up"
    assert (
        p38.usage("Asia/Jerusalem")["ever"]["runs"] >= p38.agents.usage(agent["id"])["ever"]["runs"]
    )


def test_post_is_done_once_when_its_answer_is_lost(p38, agent, home):
    """A connection that breaks before the answer: the request is sent again, with its key."""
    url = json.loads((home / "server.json").read_text())["url"]
    relay = _Relay(*re.match(r"http://(.*):(\d+)", url).groups())
    with Client(relay.url, (home / "token").read_text().strip()) as client:
        ran = client.agents.run(agent["id"])
    relay.close()

    assert relay.connections == 2
    assert [task["id"] for task in p38.tasks.list(agent_id=agent["id"])] == [ran["task_id"]]


def test_run_is_waited_for_when_the_server_stops(p38, agent, monkeypatch):
    """A 202 to who waits: the run goes on without the server, and is not asked for again."""
    task = p38.agents.run(agent["id"])["task_id"]
    json_of = p38._transport.json

    def stopping(method, path, *rest, **more):
        if path.endswith("/execute"):
            return {"id": task}, {"location": f"/api/tasks/{task}"}
        return json_of(method, path, *rest, **more)

    monkeypatch.setattr(p38._transport, "json", stopping)

    ran = p38.agents.run(agent["id"])

    assert (ran["task_id"], ran["status"], ran["result"]) == (task, "completed", "שלום")
    assert ran["messages"][0]["text"] == "שלום"
    assert p38.tasks.wait(task) == ran


def test_waits_as_long_as_the_server_asks(monkeypatch):
    """Up to a minute in all; longer than that is the caller's to decide."""
    waits = []
    monkeypatch.setattr(transport.time, "sleep", waits.append)
    busy = _Busy([30, 25, None, 61])

    with Client(busy.url, "none") as client:
        assert client.health() == {}
        with pytest.raises(TooManyError, match="61"):
            client.health()
    busy.close()

    assert waits == [30, 25]


def test_no_server(tmp_path, monkeypatch):
    """Where none runs, it says so."""
    monkeypatch.setattr(transport.time, "sleep", lambda seconds: None)
    with pytest.raises(ConnectionLostError, match="p38 up"):
        Client.from_home(tmp_path)
    with pytest.raises(ConnectionLostError), Client("http://127.0.0.1:1", "none") as nobody:
        nobody.health()
    with pytest.raises(ValueError, match="no address"):
        Client("ftp://127.0.0.1", "none")


def test_types_are_those_of_the_document():
    """``types.py`` is what the OpenAPI document says, and so are the paths."""
    script = ROOT / "clients" / "python" / "generate_types.py"
    subprocess.run(["/usr/bin/python3", str(script), "--check"], check=True)


class _Busy:
    """Answers each request with 429 and the next of its waits; None: with an empty object."""

    def __init__(self, waits: list[int | None]) -> None:
        """Listen."""
        answers = iter(waits)

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                wait = next(answers)
                body = b"{}" if wait is None else b'{"detail": "Try again in %d s."}' % wait
                self.send_response(200 if wait is None else 429)
                if wait is not None:
                    self.send_header("Retry-After", str(wait))
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()


class _Relay:
    """Hands bytes on, and breaks its first connection once the server has answered."""

    def __init__(self, host: str, port: str) -> None:
        """Listen."""
        self._to = (host, int(port))
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.connections = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """Listen no more."""
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                near, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(
                target=self._relay, args=(near, self.connections == 1), daemon=True
            ).start()

    def _relay(self, near: socket.socket, breaks: bool) -> None:
        far = socket.create_connection(self._to)
        threading.Thread(target=_copy, args=(near, far), daemon=True).start()
        while data := far.recv(65536):
            if breaks:
                near.shutdown(socket.SHUT_RDWR)
                break
            near.sendall(data)
        near.close()


def _copy(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        pass
