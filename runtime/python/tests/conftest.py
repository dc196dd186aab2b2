"""Runs real runner processes, with the platform's side of the tool session in the test."""

from __future__ import annotations

import atexit
import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# The interpreter of the runner, where it is to be another than the tests' own.
PYTHON = os.environ.get("P38_TEST_PYTHON", sys.executable)
sys.path.insert(0, str(ROOT))


class Platform:
    """The server's side: answers calls, and keeps what it was told."""

    def __init__(self, folder: Path) -> None:
        """Work in a folder of the test's own."""
        self.folder = folder
        self.files: dict[str, str] = {}
        self.tools: dict[str, object] = {}
        self.told: list[tuple[str, dict]] = []
        self.calls: list[tuple[str, dict]] = []
        self.beside: list[dict] = []
        self.log = ""
        self.exit_code = -1
        self.hold = 0

    def run(
        self, mode: str, agent: str | bytes = "", tests: str | None = None, **run_json: object
    ) -> Platform:
        """Start the runner, serve it to its end, and give back what came of it."""
        write = lambda name, data: (self.folder / name).write_bytes(  # noqa: E731
            data if isinstance(data, bytes) else data.encode()
        )
        write("agent.py", agent)
        if tests is not None:
            write("test_agent.py", tests)
        told = {"run_number": 1, "config": {}, "handoff": None, "clock": None, **run_json}
        write("run.json", json.dumps(told))
        runner = str(ROOT / "p38" / "_runner.py")
        with open(self.folder / "log", "w+b") as log:
            self.process = subprocess.Popen(
                [
                    PYTHON,
                    "-I",
                    "-S",
                    "-B",
                    "-u",
                    runner,
                    mode,
                    str(self.folder),
                    str(trial_image()),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env={},
                cwd=self.folder,
            )
            self._serve()
            self.exit_code = self.process.wait(timeout=30)
            log.seek(0)
            self.log = log.read().decode(errors="replace")
        return self

    @property
    def finish(self) -> dict | None:
        """The last message of a run; None when there was none."""
        return next((params for method, params in self.told if method == "p38/finish"), None)

    @property
    def findings(self) -> dict:
        """The last message of a check."""
        return next(params for method, params in self.told if method == "p38/findings")

    @property
    def events(self) -> list[dict]:
        """What a trial told."""
        return [params for method, params in self.told if method == "p38/trial"]

    def _serve(self) -> None:
        held: list[dict] = []
        for line in self.process.stdout:
            message = json.loads(line)
            if "id" not in message:
                self.told.append((message["method"], message.get("params", {})))
                continue
            answer = {"jsonrpc": "2.0", "id": message["id"], **self._answer(message)}
            if message["method"] == "tools/call" and self.hold:
                held.append(answer)
                if len(held) < self.hold:
                    continue
                # Last asked, first answered.
                for late in reversed(held):
                    self._write(late)
                held.clear()
            else:
                self._write(answer)
        self.process.stdin.close()

    def _write(self, message: dict) -> None:
        try:
            self.process.stdin.write(json.dumps(message).encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass

    def _answer(self, message: dict) -> dict:
        method, params = message["method"], message.get("params", {})
        if method == "initialize":
            return {
                "result": {
                    "protocolVersion": params["protocolVersion"],
                    "capabilities": {},
                    "serverInfo": {},
                }
            }
        if method != "tools/call":
            self.told.append((method, params))
            return {"result": {}}
        name, arguments = params["name"], params["arguments"]
        self.calls.append((name, arguments))
        if beside := params.get("_meta"):
            self.beside.append(beside["p38/readings"])
        tool = self.tools.get(name)
        if tool is None:
            return {
                "result": {
                    "isError": True,
                    "content": [{"type": "text", "text": f"{name} is not granted"}],
                }
            }
        value = {"value": tool(**arguments) if callable(tool) else tool}
        content = [{"type": "text", "text": json.dumps(value)}]
        return {"result": {"content": content, "structuredContent": value}}


@functools.cache
def trial_image() -> Path:
    """Make the folder of pytest with its own dependencies alone, as the platform does."""
    image = Path(tempfile.mkdtemp(prefix="p38-trial-"))
    atexit.register(shutil.rmtree, image)
    for name in (ROOT / "trial-image.txt").read_text().split():
        source = Path("/usr/lib/python3/dist-packages") / name
        if source.exists():
            (image / name).symlink_to(source)
    return image


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    """A platform without tools; a test gives it some."""
    return Platform(tmp_path)
