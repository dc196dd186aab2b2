"""Mode ``run``: a run from handshake to last message, and every bad ending."""

from __future__ import annotations

import time

import pytest

WATCHER = '''
"""Counts."""
from p38 import handoff, tools


class Agent:
    def __init__(self, config):
        self.text = config.get("text", "hi")

    async def initialize(self):
        handoff.state["count"] = 0

    async def execute(self):
        handoff.state["count"] += 1
        handoff.observe(f"count {handoff.state['count']}")
        handoff.act("told")
        await tools.notifications.send(self.text)
        return {"status": "success", "result": {"count": handoff.state["count"]}}

    async def cleanup(self):
        print("cleaned up")
'''


def agent(execute: str, head: str = "", more: str = "") -> str:
    """Write an agent around the body of ``execute``."""
    body = "\n".join(f"        {line}" for line in execute.splitlines())
    return f"""
from p38 import ToolError, handoff, tools
{head}

class Agent:
    def __init__(self, config):
        self.config = config

    async def execute(self):
{body}

{more}
"""


def test_first_run_initializes_executes_and_cleans_up(platform):
    platform.tools["notifications.send"] = {"id": 1}

    platform.run("run", WATCHER, config={"text": "hello"})

    assert platform.finish["outcome"] == "success"
    assert platform.finish["result"] == {"count": 1}
    draft = platform.finish["handoff"]
    assert draft["state"] == {"count": 1}
    assert [note["text"] for note in draft["observations"]] == ["count 1"]
    assert [note["text"] for note in draft["actions"]] == ["told"]
    assert draft["summary"] is None
    assert platform.calls == [
        ("notifications.send", {"text": "hello", "title": None, "channel": "inbox"})
    ]
    assert platform.log == "cleaned up\n"
    assert platform.exit_code == 0


def test_next_run_sees_what_the_one_before_left(platform):
    platform.tools["notifications.send"] = {"id": 1}
    note = {"run": 3, "at": "2026-11-22T08:00:00Z", "text": "total 990", "failed": True}
    before = {"state": {"count": 4}, "observations": [note], "actions": [], "summary": "long ago"}
    looks = agent(
        "seen = handoff.observations[-1]\n"
        "handoff.summarize('new')\n"
        "return {'status': 'success', 'result': [handoff.run_number, handoff.state, seen.run, seen.text,"
        " seen.failed, seen.at, handoff.summary, len(handoff.actions)]}",
        more="    async def initialize(self):\n        raise ValueError('again')",
    )

    platform.run("run", looks, run_number=4, handoff=before)

    assert platform.finish["result"] == [
        4, {"count": 4}, 3, "total 990", True, "2026-11-22T08:00:00Z", "long ago", 0,
    ]  # fmt: skip
    assert platform.finish["handoff"]["summary"] == "new"


PLAN_STYLE = """
import asyncio
import logging


class Agent:
    def __init__(self, config: dict):
        self.config = config
        self.logger = logging.getLogger(__name__)

    async def execute(self) -> dict:
        self.logger.warning("working")
        await asyncio.sleep(0)
        return {"status": "success", "result": self.config["who"]}

    async def cleanup(self) -> None:
        await asyncio.sleep(0)
"""


def test_an_agent_of_the_plan_runs_unchanged(platform):
    platform.run("run", PLAN_STYLE, config={"who": "world"})

    assert (platform.finish["outcome"], platform.finish["result"]) == ("success", "world")


@pytest.mark.parametrize(
    "body",
    [
        "def execute(self):\n        return {'status': 'success', 'result': 7}",
        "def execute(self):\n        import asyncio\n        async def f(): return 7\n"
        "        return {'status': 'success', 'result': asyncio.run(f())}",
    ],
)
def test_execute_may_be_a_plain_function(platform, body):
    platform.run("run", f"class Agent:\n    def __init__(self, config): pass\n    {body}\n")

    assert platform.finish["result"] == 7


def test_calls_at_once_are_answered_out_of_order(platform):
    platform.tools["filesystem.read_text"] = lambda path: path * 2
    platform.hold = 16
    program = agent(
        "import asyncio\n"
        "read = [tools.filesystem.read_text(str(n)) for n in range(32)]\n"
        "return {'status': 'success', 'result': await asyncio.gather(*read)}"
    )

    platform.run("run", program)

    assert platform.finish["result"] == [str(n) * 2 for n in range(32)]


def test_calls_given_up_while_they_wait_leave_their_turn_to_others(platform):
    platform.tools["filesystem.read_text"] = lambda path: path
    platform.hold = 16
    program = agent(
        "import asyncio\n"
        "first = [asyncio.create_task(tools.filesystem.read_text('a')) for _ in range(15)]\n"
        "waiting = [asyncio.create_task(tools.filesystem.read_text('b')) for _ in range(9)]\n"
        "await asyncio.sleep(0)\n"
        "for task in waiting[1:]: task.cancel()\n"
        "last = [asyncio.create_task(tools.filesystem.read_text('c')) for _ in range(16)]\n"
        "done = await asyncio.gather(*first, *waiting, *last, return_exceptions=True)\n"
        "return {'status': 'success', 'result': [one for one in done if isinstance(one, str)]}"
    )

    platform.run("run", program)

    assert platform.finish["result"] == ["a"] * 15 + ["b"] + ["c"] * 16


def test_a_call_given_up_does_not_disturb_the_next(platform):
    platform.tools["filesystem.read_text"] = lambda path: path
    platform.hold = 2
    program = agent(
        "import asyncio\n"
        "try:\n"
        "    await asyncio.wait_for(tools.filesystem.read_text('a'), 0.2)\n"
        "except TimeoutError:\n"
        "    return {'status': 'success', 'result': await tools.filesystem.read_text('b')}"
    )

    platform.run("run", program)

    assert platform.finish["result"] == "b"
    assert [method for method, _ in platform.told] == [
        "notifications/initialized", "notifications/cancelled", "p38/finish",
    ]  # fmt: skip


def test_calls_given_up_keep_their_place_until_they_are_answered(platform):
    platform.tools["filesystem.read_text"] = lambda path: path
    platform.hold = 16
    program = agent(
        "import asyncio\n"
        "async def give_up():\n"
        "    try:\n"
        "        await asyncio.wait_for(tools.filesystem.read_text('a'), 0.05)\n"
        "    except TimeoutError:\n"
        "        pass\n"
        "await asyncio.gather(*(give_up() for _ in range(12)))\n"
        "from p38 import _calls\n"
        "taken = _calls._answerer._in_flight\n"
        "late = [asyncio.create_task(tools.filesystem.read_text('b')) for _ in range(20)]\n"
        "return {'status': 'success', 'result': [taken, *await asyncio.gather(*late)]}"
    )

    platform.run("run", program)

    assert platform.finish["result"] == [12, *["b"] * 20]


def test_answers_are_read_while_a_large_call_is_sent(platform):
    # A platform that reads nothing more while its answers are not read must not wait forever.
    platform.tools["filesystem.read_text"] = lambda path: "x" * 2_000_000
    platform.tools["filesystem.write_text"] = lambda path, text: {"bytes": len(text)}
    program = agent(
        "import asyncio\n"
        "text = 'x' * 2_000_000\n"
        "read = [tools.filesystem.read_text('a') for _ in range(4)]\n"
        "write = [tools.filesystem.write_text('b', text) for _ in range(4)]\n"
        "done = await asyncio.gather(*read, *write)\n"
        "return {'status': 'success', 'result': [len(one) for one in done]}"
    )

    platform.run("run", program)

    assert platform.finish["result"] == [2_000_000] * 4 + [1] * 4


def test_bytes_and_large_files_cross_whole(platform):
    platform.tools["filesystem.write_bytes"] = lambda path, content: {"bytes": len(content)}
    platform.tools["filesystem.read_text"] = "x" * 10_000_000
    program = agent(
        "await tools.filesystem.write_bytes('a', b'\\xff\\x00')\n"
        "text = await tools.filesystem.read_text('b')\n"
        "return {'status': 'success', 'result': len(text)}"
    )

    platform.run("run", program)

    assert platform.calls[0][1] == {"path": "a", "content": "/wA="}
    assert platform.finish["result"] == 10_000_000


def test_a_refusal_is_a_tool_error_with_its_message(platform):
    program = agent(
        "try:\n    await tools.http.get('https://example.com')\n"
        "except ToolError as error:\n    return {'status': 'success', 'result': str(error)}"
    )

    platform.run("run", program)

    assert platform.finish["result"] == "http.request is not granted"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("{1, 2}", "holds set, which JSON does not have."),
        ("float('nan')", "holds nan, which JSON does not have."),
        ("'\\ud800'", "holds text with half a character (a lone surrogate)."),
        ("[" * 60 + "]" * 60, "is nested deeper than 50 levels."),
    ],
)
def test_arguments_that_are_no_json_are_a_tool_error(platform, text, error):
    platform.run("run", agent(f"await tools.notifications.send({text})"))

    start = "p38.ToolError: notifications.send: what it is called with "
    assert platform.finish["error"] == start + error
    assert platform.calls == []


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("raise ValueError('no column')", "ValueError: no column"),
        ("import sys; sys.exit(0)", "SystemExit: 0"),
        ("exit_now = SystemExit(); raise exit_now", "SystemExit"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("import asyncio; raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("import asyncio; raise asyncio.CancelledError", "asyncio.exceptions.CancelledError"),
        ("raise BaseException('base')", "BaseException: base"),
        ("def f(): f()\nf()", "RecursionError: maximum recursion depth exceeded"),
        ("raise MemoryError('full')", "MemoryError: full"),
        ("pass", "execute returned None"),
        ("return [1]", "execute returned a list"),
        ("return {}", "execute returned the status None"),
        ("return {'status': 'SUCCESS'}", "execute returned the status 'SUCCESS'"),
        ("return {'status': 'error', 'result': 'no data'}", "no data"),
        ("return {'status': 'error', 'result': {'code': 3}}", "execute returned the status error: {'code': 3}"),
        ("return {'status': 'error'}", "execute returned the status error"),
        ("return {'status': 'success', 'result': float('nan')}", "The result holds nan"),
        ("return {'status': 'success', 'result': [{'a': float('-inf')}]}", "The result holds -inf"),
        ("return {'status': 'success', 'result': {1: 2}}", "The result has a key of type int"),
        ("return {'status': 'success', 'result': b'x'}", "The result holds bytes"),
        ("return {'status': 'success', 'result': '\\ud800'}", "The result holds text with half a character"),
        ("return {'status': 'success', 'result': 'x' * 50_000_000}", "The result is too large"),
        ("return {'status': 'success', 'result': [0] * 2_000_000}", "The result is too large"),
        ("return {'status': 'success', 'result': 10 ** 5000}", "The result is no JSON"),
        ("a = []\nfor _ in range(100_000): a = [a]\nreturn {'status': 'success', 'result': a}",
         "The result is nested deeper than 50 levels"),
        ("a = []\na.append(a)\nreturn {'status': 'success', 'result': a}", "The result is nested deeper"),
        ("a = 0\nfor _ in range(40): a = [a, a]\nreturn {'status': 'success', 'result': a}",
         "The result is too large"),
        ("return {'status': 'success', 'result': tools.notifications.send('x')}", "The result holds a coroutine"),
        ("tools.notifications.send('x')\nreturn {'status': 'success'}", "coroutine 'send' was never awaited"),
        ("handoff.state = [1]\nreturn {'status': 'success'}", "handoff.state is a list"),
        ("handoff.state['x'] = 'y' * 70_000\nreturn {'status': 'success'}", "handoff.state is too large"),
        ("handoff.state[1] = 2\nreturn {'status': 'success'}", "handoff.state has a key of type int"),
        ("raise ValueError('x' * 50_000_000)", "ValueError: xxx"),
        ("class E(Exception):\n    def __str__(self): raise E()\nraise E()", "agent.Agent.execute.<locals>.E: <exc"),
        ("for _ in range(2_000): handoff.observe('x' * 5_000)", "ValueError: The notes of one run"),
    ],
)  # fmt: skip
def test_a_bad_ending_is_an_error_that_says_what_was_wrong(platform, body, error):
    platform.run(
        "run", agent(body, more="    async def cleanup(self):\n        print('cleaned up')")
    )

    assert platform.finish["outcome"] == "error"
    assert platform.finish["error"].startswith(error)
    assert len(platform.finish["error"]) <= 4_000
    assert len(platform.finish["traceback"]) <= 16_000
    assert platform.finish["handoff"]["state"] == {}
    assert platform.finish["retry"] is True
    assert "cleaned up\n" in platform.log


@pytest.mark.parametrize(
    ("program", "error"),
    [
        ("x = 1", "agent.py has no class Agent."),
        ("Agent = 3", "agent.py has no class Agent."),
        ("class Agent: pass", "The class Agent has no method execute."),
        ("def f(:", "File"),
        ("import requests", "ModuleNotFoundError: No module named 'requests'"),
    ],
)
def test_a_program_that_cannot_be_an_agent_is_not_tried_again(platform, program, error):
    platform.run("run", program)

    assert platform.finish["error"].startswith(error)
    assert platform.finish["retry"] is False


def test_an_agent_can_say_that_trying_again_is_of_no_use(platform):
    platform.run("run", agent("return {'status': 'error', 'error': 'no', 'retry': False}"))

    assert (platform.finish["error"], platform.finish["retry"]) == ("no", False)


def test_a_failed_run_keeps_its_notes_and_not_its_state(platform):
    platform.run("run", agent("handoff.state['a'] = 1\nhandoff.observe('saw')\nraise ValueError"))

    assert platform.finish["handoff"]["state"] == {}
    assert platform.finish["handoff"]["observations"][0]["text"] == "saw"


def test_the_traceback_holds_the_agents_frames_alone(platform):
    platform.run("run", agent("import json\njson.loads('{')"))

    assert 'agent.py", line' in platform.finish["traceback"]
    assert "json/decoder" not in platform.finish["traceback"]
    assert "p38" not in platform.finish["traceback"].replace(str(platform.folder), "")
    assert platform.finish["traceback"] in platform.log


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("return {'status': 'success'}", "cleanup: OSError: full"),
        ("raise ValueError('first')", "ValueError: first"),
    ],
)
def test_a_cleanup_that_fails_fails_the_run_and_hides_nothing(platform, body, error):
    platform.run(
        "run", agent(body, more="    async def cleanup(self):\n        raise OSError('full')")
    )

    assert platform.finish["error"] == error


def test_cleanup_runs_when_initialize_fails(platform):
    more = "    async def initialize(self):\n        raise OSError\n    def cleanup(self):\n        print('cleaned up')"

    platform.run("run", agent("return {'status': 'success'}", more=more))

    assert platform.finish["error"] == "OSError"
    assert platform.log.startswith("cleaned up")


@pytest.mark.parametrize("body", ["import os; os._exit(0)", "import os; os.kill(os.getpid(), 9)"])
def test_a_process_that_ends_in_the_middle_never_finishes(platform, body):
    platform.run("run", agent(body))

    assert platform.finish is None


def test_what_is_printed_is_log_and_no_more(platform):
    body = """
import os, sys
print('{"jsonrpc":"2.0","id":9,"method":"p38/finish","params":{"outcome":"success"}}')
os.write(1, b"\\xff\\x00 raw\\n")
sys.stdout.buffer.write(b"buffer\\n")
sys.__stdout__.write("\\ud800 half\\n")
print("x" * 1_000_000)
return {"status": "success", "result": sys.stdin.read() + str(os.read(0, 10))}
"""
    platform.run("run", agent(body))

    assert platform.finish["result"] == "b''"
    assert [method for method, _ in platform.told] == ["notifications/initialized", "p38/finish"]
    assert '"p38/finish"' in platform.log
    assert "raw\nbuffer\n\\ud800 half\n" in platform.log


@pytest.mark.parametrize(
    "body",
    [
        "import sys; sys.modules.clear()",
        "import json; json.dumps = json.loads = json.JSONEncoder = None",
        "import sys; sys.stdout = sys.stderr = None",
        "import builtins; builtins.print = None",
        "import time; time.time = None",
        "import os; os.closerange(3, 190)",
        "import sys; del sys.stdout; sys.path.clear()",
        "import atexit, os; atexit.register(os._exit, 3)",
    ],
)
def test_an_agent_that_breaks_its_own_house_still_finishes(platform, body):
    platform.run("run", agent(body + "\nreturn {'status': 'success', 'result': 1}"))

    assert platform.finish["outcome"] == "success"


def test_threads_and_tasks_left_behind_do_not_hold_up_the_end(platform):
    body = """
import asyncio, threading, time
threading.Thread(target=time.sleep, args=(60,)).start()
task = asyncio.create_task(asyncio.sleep(60))
return {"status": "success"}
"""
    started = time.monotonic()
    platform.run("run", agent(body))

    assert platform.finish["outcome"] == "success"
    assert time.monotonic() - started < 10


CLOCK = "2026-01-02T03:04:05Z"


@pytest.mark.parametrize(
    ("head", "expression", "expected"),
    [
        ("from datetime import datetime", "datetime.now().isoformat()[:18]", "2026-01-02T03:04:0"),
        (
            "from datetime import datetime",
            "datetime.utcnow().isoformat()[:18]",
            "2026-01-02T03:04:0",
        ),
        (
            "from datetime import datetime",
            "datetime.today().isoformat()[:18]",
            "2026-01-02T03:04:0",
        ),
        ("from datetime import date", "date.today().isoformat()", "2026-01-02"),
        (
            "import datetime",
            "datetime.datetime.now(datetime.UTC).isoformat()[:18]",
            "2026-01-02T03:04:0",
        ),
        ("import datetime as d", "isinstance(d.datetime(2026, 1, 1), d.date)", True),
        ("import datetime as d", "isinstance(d.datetime.now().date(), d.date)", True),
        ("import datetime as d", "isinstance(d.date.today(), d.datetime)", False),
        ("import datetime as d", "(d.datetime.now() - d.timedelta(days=1)).day", 1),
        ("import datetime as d", "d.datetime.strptime('2026', '%Y') < d.datetime.now()", True),
        (
            "import datetime as d",
            "repr(d.datetime(2026, 1, 1))",
            "datetime.datetime(2026, 1, 1, 0, 0)",
        ),
        (
            "import datetime as d, pickle",
            "pickle.loads(pickle.dumps(d.date(2026, 1, 1))).year",
            2026,
        ),
        ("import time", "int(time.time()) // 10", 176732304),
        ("from time import time", "int(time()) // 10", 176732304),
        ("import time", "time.time_ns() // 10**10", 176732304),
        ("import time", "time.gmtime().tm_year", 2026),
        ("import time", "time.strftime('%Y-%m-%d')", "2026-01-02"),
        ("", "(handoff.observe('x'), handoff._observed[0]['at'][:18])[1]", "2026-01-02T03:04:0"),
        ("import time", "time.sleep(0.01) or time.time() > 1767323045.009", True),
    ],
)
def test_the_run_has_its_own_clock(platform, head, expression, expected):
    platform.run(
        "run", agent(f"return {{'status': 'success', 'result': {expression}}}", head), clock=CLOCK
    )

    assert platform.finish.get("result") == expected, platform.finish


CHANCE = """
import random, secrets, time, uuid
from datetime import UTC, datetime

drawn = [random.random(), random.Random().random(), secrets.token_hex(4), str(uuid.uuid4())]
random.seed()
drawn.append(random.getrandbits(64))
await tools.notifications.send(f"{datetime.now(UTC)}")
return {"status": "success", "result": [drawn, time.time(), time.time_ns(), time.strftime("%S")]}
"""


def test_a_recorded_run_shows_clock_and_chance_again(platform):
    platform.tools["notifications.send"] = {"id": 1}
    platform.run("run", agent(CHANCE), record={"seed": "ab" * 32, "readings": []})
    first, told = platform.finish, platform.calls[0]
    pieces = [*platform.beside, first["readings"]]
    readings = [value for piece in pieces for value in piece["values"]]
    assert [piece["from"] for piece in pieces] == [0, 1]
    assert len(readings) == 4

    platform.told.clear()
    platform.calls.clear()
    platform.run("run", agent(CHANCE), record={"seed": "ab" * 32, "readings": readings})
    again = platform.finish

    assert (again["result"], platform.calls[0]) == (first["result"], told)
    platform.told.clear()
    platform.run("run", agent(CHANCE), record={"seed": "cd" * 32, "readings": readings})
    assert platform.finish["result"][0] != first["result"][0]


def test_no_event_loop_is_paid_for_where_none_is_used(platform):
    platform.tools["notifications.send"] = {"id": 1}
    body = "import sys\nawait tools.notifications.send('x')\n"
    body += "return {'status': 'success', 'result': sorted({'async' + 'io', 'typing', 'inspect'} & set(sys.modules))}"

    platform.run("run", agent(body))

    assert platform.finish["result"] == []
