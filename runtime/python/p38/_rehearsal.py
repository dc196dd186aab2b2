"""A small agent's run, from handshake to last message, when it is imported.

A fork server has a process of its own do this once: what it touches, every run touches. Nobody is
at the other end of its session, and all that comes of it goes with the process.
"""

import json
import os

from p38._run import run
from p38._session import Session

APP = os.path.join(os.environ["HOME"], "rehearsal")

AGENT = """\
class Agent:
    def __init__(self, config):
        self.config = config

    async def execute(self):
        return {"status": "success", "result": {}}
"""


class Answered(Session):
    """A session in which each request is answered at once, with nothing."""

    def __init__(self) -> None:
        """Speak to nobody."""
        reading, self._answers = os.pipe()
        super().__init__(reading, os.open(os.devnull, os.O_WRONLY))

    def _send(self, message: dict) -> None:
        super()._send(message)
        if "id" in message:
            answer = {"jsonrpc": "2.0", "id": message["id"], "result": {}}
            os.write(self._answers, json.dumps(answer).encode() + b"\n")


def write(name: str, text: str) -> None:
    """Write a file of the agent."""
    with open(os.path.join(APP, name), "w", encoding="utf-8") as file:
        file.write(text)


os.mkdir(APP)
write("agent.py", AGENT)
write("run.json", json.dumps({"config": {}, "run_number": 1}))
session = Answered()
session.open()
run(session, APP)
