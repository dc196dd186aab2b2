"""What the check of security finds, and what it lets alone."""

from __future__ import annotations

import ast
import base64
import re
import time

import pytest
from conftest import ROOT
from p38 import _security
from p38._flow import Flow

HERE = ROOT / "tests" / "security"
EXPECTED = re.compile(r"# <- (.*)$")


def programs(name: str) -> list:
    """Read a table of programs."""
    _, *parts = re.split(r"^=== (.*)\n", (HERE / name).read_text(), flags=re.MULTILINE)
    titles, texts = parts[::2], parts[1::2]
    assert len(set(titles)) == len(titles)
    return [pytest.param(text, id=title) for title, text in zip(titles, texts, strict=True)]


def check(text: str, is_test: bool = False) -> list[dict]:
    """Give every finding."""
    said = _security.check_text(text)
    return said + _security.check(Flow(ast.parse(text)), said, is_test)


def found(text: str, is_test: bool = False) -> list[tuple[int, str]]:
    """Give line and rule of every finding."""
    findings = check(text, is_test)
    return sorted({(one["line"], one["rule"]) for one in findings})


@pytest.mark.parametrize("text", programs("hostile.txt"))
def test_a_hostile_program_is_found_out_at_its_lines(text):
    expected = [
        (number, rule)
        for number, line in enumerate(text.split("\n"), 1)
        if (mark := EXPECTED.search(line))
        for rule in mark[1].split()
    ]

    assert expected
    assert found(text) == sorted(expected)


@pytest.mark.parametrize("text", programs("innocent.txt"))
def test_an_innocent_program_has_no_findings(text):
    assert found(text) == []
    assert found(text, is_test=True) == []


BLUEPRINTS = ROOT.parents[1] / "src/Project38.Core/Factory/Generation/Blueprints"


@pytest.mark.parametrize(
    "path", sorted(BLUEPRINTS.rglob("*.py")), ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_a_blueprint_has_no_findings(path):
    assert found(path.read_text(), is_test=path.name == "test_agent.py") == []


def test_there_are_enough_of_both():
    assert len(programs("hostile.txt")) >= 60
    assert len(programs("innocent.txt")) >= 40


def random_text(size: int, marks: str = "q7Zx2Kd9Wm4Rb8Tn3Yc6Hv1Ls5Pj0Gf") -> str:
    """Make what looks random; put together here so that no key stands in this repository."""
    return (marks * (size // len(marks) + 1))[:size]


HEX = "3f9a1c7e5b2d8064"
KEYS = {
    "Anthropic": "sk-ant-" + "api03-" + random_text(80),
    "OpenAI": "sk-" + random_text(48),
    "OpenAI project": "sk-" + "proj-" + random_text(60),
    "AWS": "AKIA" + "Q7ZX2KD4WM6RB3TN",
    "AWS session": "ASIA" + "Q7ZX2KD4WM6RB3TN",
    "GitHub": "ghp_" + random_text(36),
    "GitHub fine-grained": "github_pat_" + random_text(22) + "_" + random_text(40),
    "GitLab": "glpat-" + random_text(20),
    "Slack": "xoxb-" + "720349581640-" + random_text(24),
    "Slack address": "https://hooks.slack.com/services/" + "T0123AB/B0456CD/" + random_text(24),
    "Stripe": "sk_live_" + random_text(24),
    "Stripe in tests": "rk_test_" + random_text(24),
    "Google": "AIza" + random_text(35),
    "Telegram": "720349581:" + random_text(35),
    "SendGrid": "SG." + random_text(22) + "." + random_text(43),
    "Twilio": "SK" + random_text(32, HEX),
    "npm": "npm_" + random_text(36),
    "PyPI": "pypi-" + random_text(80),
    "Hugging Face": "hf_" + random_text(34),
    "Azure": "AccountKey=" + random_text(86) + "==",
    "Azure AD": "q7Z" + "8Q~" + random_text(32),
    "JWT": "eyJ" + random_text(20) + ".eyJ" + random_text(40) + "." + random_text(30),
    "private key": "-----BEGIN RSA " + "PRIVATE KEY-----\\nMIIE" + random_text(40),
    "bearer": "Authorization: Bearer " + random_text(30),
    "basic": "Basic " + base64.b64encode(b"admin:q7Zx2Kd9").decode(),
    "address": "postgres://admin:" + "q7Zx2Kd9Wm@db.example.org/main",
}


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_the_key_of_a_provider_is_found_and_never_repeated(key):
    for text in (
        f'"""One."""\n\nVALUE = "{key}"\n',
        f'"""One."""\n\n# VALUE = "{key}"\n',
        f'"""One."""\n\nVALUE = "{key[:5]}" + "{key[5:]}"\n',
        f'"""One."""\n\nsend(headers={{"x": "{key}"}})\n',
    ):
        findings = check(text)

        assert [(one["rule"], one["line"]) for one in findings] == [("secret", 3)]
        assert key[-12:] not in findings[0]["message"]


@pytest.mark.parametrize(
    "statement",
    [
        "password = {}",
        "DB_PASSWORD: str = {}",
        "self.api_key = {}",
        'config["client_secret"] = {}',
        "connect(password={})",
        'headers = {{"x-api-key": {}, "token": {}}}',
        "dbPassword = apiKey = {}",
        "def f(token={}): pass",
        "def f(*, secret={}): pass",
        'token = config.get("token", {})',
        "secret = config or {}",
        "ok = password == {}",
        "user, passwd = 'me', {}",
        "if (auth_token := {}): pass",
        "password_prod = {}",
        "signing_key = b{}",
    ],
)
@pytest.mark.parametrize(
    "secret",
    [
        "S3cr3t!Pa55w0rd",
        HEX * 2,
        random_text(20),
        "Password2026!",
        "aB3-dE6_gH9",
        "KxqZtRbWpLmNvCdF",
    ],
)
def test_a_secret_is_found_by_name_and_entropy_and_never_repeated(statement, secret):
    text = "\n" + statement.format(f'"{secret}"', f'"{secret}"') + "\n"

    findings = check(text)

    assert [(one["rule"], one["line"]) for one in findings] == [("secret", 2)]
    assert secret not in findings[0]["message"]


@pytest.mark.parametrize(
    "mark", [*"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\U000e0041"]
)
@pytest.mark.parametrize("text", ["x = 'a{}b'", "x = 1  # a{}b", '"""A.\n\n{}b."""', "x = (\n"])
def test_hidden_text_is_found(mark, text):
    text = f"\n{text.format(mark)}" if "{}" in text else f"# {mark}\n{text}"

    (one,) = [one for one in _security.check_text(text) if one["rule"] == "hidden-text"]

    assert text.split("\n")[one["line"] - 1].count(mark) == 1
    assert mark not in one["message"]


def test_the_environment_is_let_alone_in_tests():
    text = "import os\ndef test_it(monkeypatch):\n    monkeypatch.setattr(os.environ, 'A', 'b')\n"

    assert found(text, is_test=True) == []
    assert found("import os\nos.system('x')\n", is_test=True) == [(2, "process")]


def test_every_rule_says_what_to_do():
    from p38._dangers import BLOCKING, NAMED, REASONS, WHOLE

    assert {*NAMED.values(), *WHOLE.values()} <= set(REASONS)
    assert all("{what}" in one and len(one) > 60 for one in REASONS.values())
    assert all(one.endswith(".") for one in [*BLOCKING.values(), *REASONS.values()])


SLOW = {
    "lists in lists": "x = [os]\n" + "x = [x]\n" * 10_000,
    "dicts of dicts": "import os\n" + "x = {'a': 1, **x}\n" * 5_000 + "x['b'](os)\n",
    "texts that double": "a = 'a'\n" + "a = a + a\n" * 10_000,
    "partials of partials": "from functools import partial\na = eval\n"
    + "a = partial(a, a)\n" * 5_000,
    "calls of calls": "".join(f"def f{n}(a=eval): return f{n + 1}(a)\n" for n in range(3_000)),
    "comprehensions of comprehensions": "x = '"
    + "a" * 60
    + "'\n"
    + "y = [[chr(ord(b)) for b in x] for c in x]\n" * 2_500,
    "loops over a text": "x = '" + "a" * 1_000 + "'\n" + "for y in x: pass\n" * 7_000,
    "operator.call": "import operator\noperator.call(" + "operator.call," * 9_000 + "eval)\n",
    "map of map": "x = [map, [map, [map, 'abcd' * 64]]]\n" + "list(map(map, x, x, *x))\n" * 4_000,
    "a long chain": "x = a" + ".a" * 2_500 + "\n",
    "a long chain of modules": "import os\nx = os" + ".path" * 2_500 + "\n",
    "a long sum": "x = " + "'a' + " * 2_500 + "'b'\n",
    "many stars": "x = 'ab' * 100\n" + "f(" + "*x," * 20_000 + ")\n",
    "what would take memory": "x = '%999999999d' % 1, '{:999999999}'.format(1), 'a' * 10**12\n"
    * 500
    + "y = bytes(10**12), bytearray(10**12), [0] * 10**12, 10**1000, 'a'.replace('', 'b' * 999)\n",
    "almost keys": "x = y = 'AKIA sk- gh eyJ Bearer -----BEGIN PRIVATE KEY-----'\n" * 2_000,
    "almost a key": "x = 'sk-" + "a-" * 60_000 + "'\n",
    "almost an address": "x = 'a://" + "b:" * 60_000 + "'\n",
    "many almost addresses": "x = '" + "a://b:" * 20_000 + "'\n",
    "almost a signed token": "x = '" + "eyJ" * 40_000 + "'\n",
    "a long password": "password = '" + "a1" * 60_000 + "'\n",
    "many names": "".join(f"a{n} = a{n + 1}\n" for n in range(9_000)),
    "hidden text": "# " + "\u202e" * 40_000 + "\n" + "#\u202e\n" * 2_000,
}


@pytest.mark.parametrize("text", SLOW.values(), ids=SLOW)
def test_what_was_written_to_take_long_does_not(text):
    assert len(text.encode()) <= 130 * 1024
    started = time.process_time()

    found(text)

    assert time.process_time() - started < 1.5
