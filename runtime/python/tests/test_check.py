"""Mode ``check``: what it finds, and that nothing makes it fall over."""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
import time

import pytest
from conftest import PYTHON, ROOT

AGENT = """
class Agent:
    def __init__(self, config):
        pass

    async def execute(self):
        return {"status": "success"}
"""


def rules(platform) -> list[tuple[str, str, int | None]]:
    """Give rule, severity and line of all findings."""
    return [(one["rule"], one["severity"], one["line"]) for one in platform.findings["findings"]]


def test_a_good_program_has_no_findings(platform):
    platform.run(
        "check",
        "from p38 import handoff, tools\nimport json, os.path, xml.etree.ElementTree\n" + AGENT,
    )

    assert platform.findings == {"findings": [], "tools": {}, "hosts": {}, "channels": {}}


@pytest.mark.parametrize(
    ("program", "line"),
    [
        ("x = 1\ndef f(:\n", 2),
        ("x = 1\nreturn 1\n", 2),
        (b"x = 1\ny = '\0'\n", 2),
        (b"x = 1\n\ny = '\xff'\n", 3),
        ("# -*- coding: utf-7 -*-\nx = 1\n", 1),
        ("(" * 10_000 + ")" * 10_000, 1),
        ("x = " + "[" * 10_000 + "]" * 10_000, 1),
        ("x = " + "-" * 10_000 + "1", None),
        ("x = " + "not " * 10_000 + "1", None),
        ("x = " + "1+" * 10_000 + "1", None),
        ("x = a" + ".a" * 10_000, None),
        ("x = " + "lambda: " * 10_000 + "1", None),
        ("".join(" " * depth + "if x:\n" for depth in range(150)), ...),
        ("if x: pass\n" + "elif x: pass\n" * 10_000, None),
        ("x = 1" + "0" * 5_000, 1),
        ("print 'hello'\n", 1),
        ("\ud800".encode("utf-8", "surrogatepass"), 1),
    ],
)
def test_what_is_no_program_is_one_finding(platform, program, line):
    platform.run("check", program)

    (found,) = platform.findings["findings"]
    assert (found["rule"], found["severity"], found["file"]) == ("syntax", "error", "agent.py")
    assert line is ... or found["line"] == line
    assert platform.exit_code == 0


def test_a_huge_file_is_a_finding_within_two_seconds(platform):
    started = time.monotonic()
    platform.run("check", "x = 1\n" * 900_000)

    assert rules(platform) == [("size", "error", None)]
    assert time.monotonic() - started < 2


def test_the_largest_program_is_checked_within_two_seconds(platform):
    functions = (f"def f{n}(a):\n    return [a, 'text', a + {n}]\n" for n in range(2_500))
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime

    platform.run("check", AGENT + "".join(functions))

    assert rules(platform) == []
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 2


def test_findings_without_end_are_counted(platform):
    platform.run("check", AGENT + "import a\n" * 10_000)

    found = platform.findings["findings"]
    assert len(found) == 201
    assert found[-1]["message"] == "There are 9,800 more findings in this file."


def test_nothing_is_executed(platform):
    platform.run("check", "print('ran')\nraise SystemExit\n" + AGENT, tests="print('ran')")

    assert "ran" not in platform.log
    assert platform.findings["findings"] == []


@pytest.mark.parametrize(
    ("statement", "severity"),
    [
        ("import requests", "error"),
        ("import requests.adapters as x", "error"),
        ("from numpy import array", "error"),
        ("from . import helper", "error"),
        ("from .helper import x", "error"),
        ("import pytest", "error"),
        ("import agent", "error"),
        ("from p38.testing import World", "error"),
        ("from p38 import testing", "error"),
        ("from p38 import banana", "error"),
        ("import p38.banana", "error"),
        ("import json.banana", "error"),
        ("import msilib", "error"),
        ("def f():\n    import requests", "error"),
        ("try:\n    import requests\nexcept ImportError:\n    requests = None", "warning"),
        ("try:\n    import requests\nexcept ValueError:\n    pass", "error"),
        ("try:\n    pass\nexcept ImportError:\n    import requests", "error"),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import requests", "warning"),
    ],
)
def test_an_import_that_will_not_be_there_is_a_finding(platform, statement, severity):
    platform.run("check", statement + "\n" + AGENT)

    assert [one[:2] for one in rules(platform)] == [("import-missing", severity)]


def test_tests_may_import_more(platform):
    platform.run(
        "check",
        AGENT,
        tests="import pytest\nfrom agent import Agent\nfrom p38.testing import World\n",
    )

    assert rules(platform) == []


def test_tests_may_not_import_what_the_image_happens_to_hold(platform):
    platform.run("check", AGENT, tests="import attr\nimport yaml\n")

    assert [(one["rule"], one["file"], one["line"]) for one in platform.findings["findings"]] == [
        ("import-missing", "test_agent.py", 1),
        ("import-missing", "test_agent.py", 2),
    ]


@pytest.mark.parametrize(
    "program",
    [
        "x = 1",
        "class agent: pass",
        "class Agent:\n    def __init__(self, config): pass",
        "class Agent:\n    def execute(self): return run()",
        "class Agent:\n    def __init__(self): pass\n    def execute(self): return run()",
        "class Agent:\n    def __init__(self, config): pass\n"
        "    def execute(self, more): return run()",
        "def f():\n    class Agent:\n        pass",
    ],
)
def test_a_program_without_the_contract_is_a_finding(platform, program):
    platform.run("check", program)

    assert [one[:2] for one in rules(platform)] == [("contract", "error")]


@pytest.mark.parametrize(
    "program",
    [
        "class Agent:\n    def __init__(self, config, *more): pass\n"
        "    def execute(self): return run()",
        "class Base: pass\nclass Agent(Base):\n    pass",
        "class Worker: pass\nAgent = Worker",
        "if True:\n    class Agent:\n        def __init__(self, *a): pass\n        execute = print",
    ],
)
def test_the_contract_can_be_kept_in_other_ways(platform, program):
    platform.run("check", program)

    assert rules(platform) == []


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("return 5", 6),
        ("return", 6),
        ("return None", 6),
        ("return 'done'", 6),
        ("return [1]", 6),
        ("return f'{x}'", 6),
        ("return {}", 6),
        ("return {'result': 1}", 6),
        ("return {'status': 'ok'}", 6),
        ("return {'status': None, 'result': 1}", 6),
        ("return not x", 6),
        ("yield {'status': 'success'}", 6),
        ("print('done')", 5),
        ("def inner():\n            return {}\n        inner()", 5),
    ],
)
def test_a_return_that_is_certainly_wrong_is_a_finding(platform, body, line):
    platform.run("check", AGENT.replace('return {"status": "success"}', body))

    (found,) = platform.findings["findings"]
    assert (found["rule"], found["severity"], found["line"]) == ("contract", "error", line + 1)
    assert "Return {" in found["message"]


def test_a_wrong_return_under_a_condition_is_a_warning(platform):
    body = "if self.x:\n            return 1\n        return self.make()"

    platform.run("check", AGENT.replace('return {"status": "success"}', body))

    assert rules(platform) == [("contract", "warning", 8)]


@pytest.mark.parametrize(
    "body",
    [
        "return {'status': 'error', 'result': 'why', 'retry': False}",
        "return {**self.base, 'result': 1}",
        "return {'status': 'success' if x else 'error'}",
        "return {'status': x, 'status': 'success'}",
        "return {key: 'success'}",
        "return self.make()",
        "return dict(status='success')",
        "return x and {'status': 'success'}",
        "raise NotImplementedError",
        "while True:\n            x()",
        "def inner():\n            yield 1\n            return 5\n        return inner()",
    ],
)
def test_a_return_that_may_be_right_is_none(platform, body):
    platform.run("check", AGENT.replace('return {"status": "success"}', body))

    assert rules(platform) == []


@pytest.mark.parametrize(
    ("program", "tools"),
    [
        ("from p38 import tools\nasync def f(): await tools.http.get('x')", ["http.request"]),
        (
            "from p38 import tools as t\nasync def f(): await t.filesystem.read_text('x')",
            ["filesystem.read_text"],
        ),
        ("import p38\nasync def f(): await p38.tools.filesystem.list()", ["filesystem.list"]),
        ("import p38 as p\nasync def f(): await p.tools.filesystem.list()", ["filesystem.list"]),
        ("import p38.tools\nasync def f(): await p38.tools.filesystem.list()", ["filesystem.list"]),
        ("import p38.tools.http as h\nasync def f(): await h.post('x')", ["http.request"]),
        (
            "from p38.tools import http\nasync def f(): await http.request('GET', 'x')",
            ["http.request"],
        ),
        (
            "from p38.tools.http import get_json\nasync def f(): await get_json('x')",
            ["http.request"],
        ),
        (
            "from p38 import tools\nfs = tools.filesystem\nasync def f(): await fs.glob('*')",
            ["filesystem.glob"],
        ),
        ("from p38 import tools\nread = tools.filesystem.read_text\n", ["filesystem.read_text"]),
        (
            "from p38 import tools\nasync def f(): await tools.http.post_json('x', {})",
            ["http.request"],
        ),
        (
            "from p38 import tools\nasync def f(): await tools.http.get_readable('x')",
            ["http.get_readable"],
        ),
        (
            "from p38.tools.http import select, get_feed\n"
            "async def f(): await select('x', 'a')\nasync def g(): await get_feed('x')",
            ["http.select", "http.get_feed"],
        ),
        ("class tools: pass\ntools.http.get('x')", []),
    ],
)
def test_tools_are_found_through_any_alias(platform, program, tools):
    platform.run("check", program + "\n" + AGENT)

    assert list(platform.findings["tools"]) == tools
    assert rules(platform) == []


@pytest.mark.parametrize(
    ("statement", "rule", "severity"),
    [
        ("await tools.http.fetch('x')", "tool-unknown", "error"),
        ("await tools.browser.open('x')", "tool-unknown", "error"),
        ("from p38.tools.http import fetch", "tool-unknown", "error"),
        ("tools.http.get('x')", "await-missing", "error"),
        ("getattr(tools, 'http')", "tool-unclear", "warning"),
        ("use(tools.http)", "tool-unclear", "warning"),
        ("await tools.notifications.send('x', channel=name)", "channel-unclear", "warning"),
        ("await tools.notifications.send(**words)", "channel-unclear", "warning"),
        ("await tools.external.call(name, 'tool')", "external-unclear", "error"),
        ("await tools.external.call('GitHub', 'tool')", "external-unclear", "error"),
        ("await tools.external.call('github', 'a tool')", "external-unclear", "error"),
        ("await tools.external.call(*words)", "external-unclear", "error"),
        ("await tools.external.call('github')", "external-unclear", "error"),
        ("call = tools.external.call", "external-unclear", "error"),
        ("tools.external.call('github', 'tool')", "await-missing", "error"),
        ("await tools.external.github('tool')", "tool-unknown", "error"),
    ],
)
def test_a_use_that_is_wrong_or_unclear_is_a_finding(platform, statement, rule, severity):
    platform.run("check", f"from p38 import tools\nasync def f():\n    {statement}\n{AGENT}")

    assert rules(platform) == [(rule, severity, 3)]


def test_hosts_come_from_constant_urls(platform):
    program = '''
"""https://docstring.example.com/"""
A = "https://API.example.com/x"
B = f"http://one.example.com:8080/{A}"
C = f"https://api.{A}"
D = f"https://{A}/x"
E = "https://example.org:443"
F = "see https://text.example.com"
G = "https://דוגמה.example.com/"
H = "https://[::1]:8443/"
I = "https://[bad"
'''
    platform.run("check", program + AGENT)

    assert platform.findings["hosts"] == {
        "[::1]:8443": 10,
        "api.example.com": 3,
        "example.org": 7,
        "one.example.com:8080": 4,
        "xn--6dbbec0c.example.com": 9,
    }


def test_channels_come_from_the_calls(platform):
    program = """
from p38 import tools
async def f():
    await tools.notifications.send("x")
    await tools.notifications.send("x", channel="ops")
    await tools.notifications.send("x", None, "third")
"""
    platform.run("check", program + AGENT)

    assert platform.findings["channels"] == {"inbox": 4, "ops": 5, "third": 6}


def test_tools_of_tool_servers_come_from_the_calls(platform):
    program = """
from p38 import tools
from p38.tools import external
from p38.tools.external import call
async def f():
    await tools.external.call("github", "create_issue", {"title": "x"})
    await external.call(server="github", tool="list.issues")
    await call("mail-box", "send", None)
"""
    platform.run("check", program + AGENT)

    assert platform.findings["findings"] == []
    assert platform.findings["tools"] == {
        "external.github.create_issue": 6,
        "external.github.list.issues": 7,
        "external.mail-box.send": 8,
    }


def test_a_use_has_the_first_line_where_it_is(platform):
    program = """
from p38 import tools
async def f():
    await tools.http.get("https://a.example.com/")
    await tools.http.post("https://a.example.com/x")
"""
    platform.run("check", program + AGENT)

    assert platform.findings["tools"] == {"http.request": 4}
    assert platform.findings["hosts"] == {"a.example.com": 4}


def test_the_names_are_those_of_the_library():
    import p38
    from p38 import _imports, _tool_names, tools

    assert _imports.LIBRARY["p38"] == set(p38.__all__)
    assert _imports.LIBRARY["p38.tools"] == set(tools.__all__)
    written = {
        f"{space}.{name}"
        for space in tools.__all__
        for name, value in vars(sys.modules[f"p38.tools.{space}"]).items()
        if not name.startswith("_") and getattr(value, "__module__", "") == f"p38.tools.{space}"
    }
    assert written == {*_tool_names.MANIFEST_NAMES, _tool_names.EXTERNAL}


def ask(folder, *texts: str, **more: object) -> subprocess.CompletedProcess:
    """Give programs to one process of the mode ``checks``."""
    asked = "".join(
        json.dumps({"files": [{"name": "agent.py", "text": text}], **more}) + "\n" for text in texts
    )
    return subprocess.run(
        [PYTHON, "-I", "-S", "-B", "-u", str(ROOT / "p38" / "_runner.py"), "checks"],
        input=asked.encode(),
        capture_output=True,
        env={},
        cwd=folder,
        timeout=300,
    )


def test_what_takes_too_long_to_follow_is_a_finding_and_the_next_is_checked(tmp_path):
    tangled = (
        "import os\nm, n = os if x else getattr, 'a' if x else 'system' if y else 'fork'\n"
        + "m = getattr(m, n)\n" * 5_000
    )
    # Of every file that was read, what was found so far counts too.
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime

    answered = ask(tmp_path, "import numpy\n" + tangled, AGENT)

    first, second = [json.loads(line)["findings"] for line in answered.stdout.splitlines()]
    assert {"import-missing", "too-tangled"} <= {one["rule"] for one in first}
    assert second == []
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 2


def test_what_runs_on_in_c_ends_the_process(tmp_path):
    program = "from p38 import _deadline\nwith _deadline.limit():\n    sum(range(10**12))\n"

    ended = subprocess.run(
        [PYTHON, "-c", f"import sys\nsys.path.insert(0, {str(ROOT)!r})\n{program}"],
        capture_output=True,
        env={},
        cwd=tmp_path,
        timeout=300,
    )

    assert (ended.returncode, ended.stdout, ended.stderr) == (-signal.SIGPROF, b"", b"")


def test_what_takes_too_much_memory_to_compile_is_a_finding_and_the_next_is_checked(tmp_path):
    names = ",".join(f"a{number}" for number in range(18_000))

    # Python keeps a list as long as all names before it for each.
    answered = ask(tmp_path, f"match x:\n case [{names}]: pass\n", AGENT)

    first, second = [json.loads(line)["findings"] for line in answered.stdout.splitlines()]
    assert [(one["rule"], one["message"]) for one in first] == [
        ("syntax", "The program is nested too deeply, or too tangled, to be read.")
    ]
    assert second == []


@pytest.mark.parametrize(
    ("python", "says"),
    [
        ("data", None),
        ("web", "'numpy' is not in the Python image 'web'. Make another that has it: "),
        (None, "'numpy' will not be there: an agent has Python's standard library and p38. The "),
    ],
)
def test_what_an_image_has_can_be_imported(tmp_path, python, says):
    there = {"data": ["numpy", "pandas"], "web": ["requests"]}
    text = "import numpy.linalg\nfrom numpy import array\n" + AGENT
    if says:
        text = "import numpy\n" + AGENT

    answered = ask(tmp_path, text, python=python, pythons=there)

    found = json.loads(answered.stdout)["findings"]
    assert [one["message"][: len(says or "")] for one in found] == ([says] if says else [])


def test_one_process_checks_one_program_after_another(tmp_path):
    texts = [AGENT, "import os\nos.system('x')\n" + AGENT, "x = (\n", AGENT + "#" * 40_000]

    answered = ask(tmp_path, *texts)

    answers = [json.loads(line) for line in answered.stdout.splitlines()]
    assert [[one["rule"] for one in answer["findings"]] for answer in answers] == [
        [],
        ["process"],
        ["syntax"],
        [],
    ]
    assert [answer["leave"] for answer in answers] == [False, False, False, True]
    assert answered.returncode == 0
