"""Secrets that stand in a program: by the shapes of providers' keys, and by name.

No finding repeats what was found.
"""

from __future__ import annotations

import ast
import math
import re
from collections import Counter
from typing import TYPE_CHECKING

from p38._finding import finding
from p38._scopes import FUNCTIONS

if TYPE_CHECKING:
    from p38._flow import Flow

_W = "[A-Za-z0-9_-]"
_SHAPES = (
    # Who gave it, what every one of them holds, and its shape.
    ("an Anthropic key", "sk-ant-", rf"\bsk-ant-{_W}{{16,}}"),
    ("an OpenAI key", "sk-", rf"\bsk-(?!ant-)(?:proj-|svcacct-|admin-|or-v1-)?{_W}{{20,}}"),
    ("an AWS key", "AKIA", r"\bAKIA[A-Z0-9]{16}\b"),
    ("an AWS key", "ASIA", r"\bASIA[A-Z0-9]{16}\b"),
    ("a GitHub token", "gh", r"\bgh[opsur]_[A-Za-z0-9]{30,}"),
    ("a GitHub token", "github_pat_", r"\bgithub_pat_\w{22,}"),
    ("a GitLab token", "gl", rf"\bgl(?:pat|dt|rt|ft|ptt|soat|cbt)-{_W}{{20,}}"),
    ("a Slack token", "xox", r"\bxox[abceoprs]-[A-Za-z0-9-]{10,}"),
    ("a Slack token", "xapp-", r"\bxapp-\d-[A-Za-z0-9-]{10,}"),
    ("a Slack address", "hooks.slack.com/", r"hooks\.slack\.com/services/[A-Z0-9/]+/\w{16,}"),
    ("a Discord address", "/webhooks/", rf"discord(?:app)?\.com/api/webhooks/\d+/{_W}{{30,}}"),
    ("a Stripe key", "k_", r"\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}"),
    ("a Stripe secret", "whsec_", r"\bwhsec_[A-Za-z0-9+/=]{24,}"),
    ("a Google key", "AIza", rf"\bAIza{_W}{{35}}"),
    ("a Google secret", "GOCSPX-", rf"\bGOCSPX-{_W}{{20,}}"),
    ("a Google token", "ya29.", rf"\bya29\.{_W}{{20,}}"),
    ("a Telegram token", ":", rf"(?<!\d)\d{{8,10}}:{_W}{{35}}(?!{_W})"),
    ("a SendGrid key", "SG.", rf"\bSG\.{_W}{{16,}}\.{_W}{{16,}}"),
    ("a Twilio key", "SK", r"\bSK[0-9a-f]{32}\b"),
    ("a Mailgun key", "key-", r"\bkey-[0-9a-f]{32}\b"),
    ("a Mailchimp key", "-us", r"\b[0-9a-f]{32}-us\d{1,2}\b"),
    ("an npm token", "npm_", r"\bnpm_[A-Za-z0-9]{30,}"),
    ("a PyPI token", "pypi-", rf"\bpypi-{_W}{{40,}}"),
    ("a Hugging Face token", "hf_", r"\bhf_[A-Za-z0-9]{30,}"),
    ("a Groq key", "gsk_", r"\bgsk_[A-Za-z0-9]{40,}"),
    ("an xAI key", "xai-", r"\bxai-[A-Za-z0-9]{40,}"),
    ("a DigitalOcean token", "dop_v1_", r"\bdop_v1_[0-9a-f]{40,}"),
    ("a Shopify token", "shp", r"\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
    ("a Linear key", "lin_api_", r"\blin_api_[A-Za-z0-9]{32,}"),
    ("a Replicate token", "r8_", r"\br8_[A-Za-z0-9]{30,}"),
    ("a Notion token", "ntn_", r"\bntn_[A-Za-z0-9]{32,}"),
    ("an Atlassian token", "ATATT3", rf"\bATATT3{_W}{{40,}}"),
    ("a Postman key", "PMAK-", r"\bPMAK-[0-9a-f]{20,}-[0-9a-f]{30,}"),
    ("a Vault token", "hvs.", rf"\bhvs\.{_W}{{24,}}"),
    ("a Databricks token", "dapi", r"\bdapi[0-9a-f]{32}\b"),
    ("an Azure key", "Key=", r"\b(?:Account|SharedAccess)Key=[A-Za-z0-9+/]{40,}={0,2}"),
    ("an Azure secret", "Q~", r"(?<![\w~.])[\w~.-]{3}\dQ~[\w~.-]{31,34}(?![\w~.-])"),
    ("a signed token", "eyJ", rf"\beyJ{_W}{{8,}}\.eyJ{_W}{{8,}}\.{_W}{{8,}}"),
    (
        "a private key",
        "PRIVATE KEY",
        r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----(?:\\[nr]|\s)*[\w+/]{8}",
    ),
    ("an age key", "AGE-SECRET-KEY-", r"\bAGE-SECRET-KEY-1[A-Z0-9]{40,}"),
    ("a bearer token", "earer ", r"\b[Bb]earer\s+([A-Za-z0-9._~+/-]{16,}=*)"),
    ("a name and password", "Basic ", r"\bBasic\s+([A-Za-z0-9+/]{12,}={0,2})"),
    (
        "a password in an address",
        "@",
        r"\b[a-z][a-z0-9+.-]{0,20}://[^\s/:@'\"<>]{0,99}:([^\s/:@'\"<>]{4,99})@",
    ),
)
_PUBLIC = re.compile(
    r"your|example|placeholder|change.?me|dummy|fake|sample|redacted|insert|replace|xxxx|\.\.\."
    r"|\*\*\*|1234567890|0123456789|abcdefgh|<|\$\{|\{|%\(",
    re.IGNORECASE,
)
_WORDLIKE = {
    *("password", "passwd", "pass", "secret", "token", "test", "user", "none", "null", "admin"),
}
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_NAMES = {"password", "passwd", "pwd", "passphrase", "secret", "token", "apikey", "credential"}
_NAMES |= {f"{name}s" for name in _NAMES} | {"passcode", "authtoken", "accesstoken", "privatekey"}
_KEYS = {"api", "access", "auth", "private", "secret", "signing", "encryption", "client", "account"}
_TRAILING = {"value", "default", "prod", "production", "live", "staging", "str", "string", "main"}
_BUILT = (ast.BinOp, ast.Call, ast.JoinedStr)
_NAMING = (
    *(ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.keyword, ast.Dict, ast.Compare, ast.Call),
    *FUNCTIONS,
)
_INVITE = (
    "Keep it out of the program and its tests: read it from config in __init__, and revoke it."
)


def check_text(text: str) -> list[dict]:
    """Find the shapes of keys anywhere in a program, its comments included."""
    return [_shape_finding(what, text.count("\n", 0, at) + 1) for what, at in _shapes(text)]


def check_nodes(flow: Flow, shaped: set[int]) -> list[dict]:
    """Find what a program puts together of constants, and what its name says is secret.

    Args:
        flow: The program, followed.
        shaped: Lines that ``check_text`` has spoken of.
    """
    found: dict[int, dict] = {}
    for node in flow.of(*_BUILT):
        for value in node.known:
            if value[0] == "const" and isinstance(value[1], str) and node.lineno not in shaped:
                for what, _ in _shapes(value[1]):
                    found.setdefault(node.lineno, _shape_finding(what, node.lineno))
    for node in flow.of(*_NAMING):
        for name, value in _named(node, type(node)):
            for secret in _texts(value):
                line = value.lineno
                if line not in shaped and is_secret_name(name) and is_random(secret):
                    found.setdefault(line, _name_finding(name, line))
    return list(found.values())


def is_secret_name(name: str) -> bool:
    """Whether a name says that its value is secret: ``dbPassword``, not ``token_url``."""
    words = [word.lower() for word in _WORDS.findall(name)]
    while words and (words[-1] in _TRAILING or words[-1].isdigit()):
        words.pop()
    if not words:
        return False
    if words[-1] in _NAMES:
        return True
    return words[-1] in ("key", "keys") and len(words) > 1 and words[-2] in _KEYS


def is_random(text: str) -> bool:
    """Whether a text reads as made to be secret, and not as a word, a name or a placeholder."""
    if not 8 <= len(text) <= 4096 or any(mark.isspace() for mark in text) or _PUBLIC.search(text):
        return False
    if not text.isascii() or re.match(r"[a-z]+://|/|\.{1,2}/|[\w.+-]+@[\w-]+\.\w+$", text):
        return False
    if all(_is_word(part) for part in re.split(r"[-_.:/,+ ]+", text)):
        return False
    return _entropy(text) >= 2.5


def _is_word(part: str) -> bool:
    """Whether a part of a text is one that people write: a word, a short number, ``oauth2``."""
    if re.fullmatch(r"[A-Za-z]*\d?|\d{1,4}|v\d+", part):
        pairs = zip(part, part[1:], strict=False)
        turns = sum(one.islower() and other.isupper() for one, other in pairs)
        return turns <= len(part) / 5
    return part.lower().rstrip("0123456789!") in _WORDLIKE and len(part) < 8


def _entropy(text: str) -> float:
    """Give Shannon's entropy of a text, in bits for each character."""
    size = len(text)
    return -sum(count / size * math.log2(count / size) for count in Counter(text).values())


def _shapes(text: str):
    """Find shapes; give what each is, and where it begins."""
    for what, mark, pattern in _SHAPES:
        if mark not in text:
            continue
        for match in re.finditer(pattern, text):
            if _is_real(what, match[match.lastindex or 0]):
                yield what, match.start()


def _is_real(what: str, key: str) -> bool:
    if _PUBLIC.search(key) and what != "a private key":
        return False
    if what == "a private key":
        return True
    if what == "a password in an address":
        return key.lower() not in _WORDLIKE and key.lower().rstrip("0123456789") not in (
            "pw",
            "pass",
        )
    if what == "a name and password":
        return _is_name_and_password(key)
    if what in ("an OpenAI key", "a bearer token"):
        # Words with hyphens have these shapes too.
        return any(mark.isdigit() for mark in key) and _entropy(key) >= 3.2 and is_random(key)
    return _entropy(key) >= 2.8


def _is_name_and_password(key: str) -> bool:
    import binascii

    try:
        return b":" in binascii.a2b_base64(key, strict_mode=True)
    except ValueError:
        return False


def _named(node: ast.AST, kind: type):
    """Give the values that a node names, with the names."""
    if kind is ast.Assign:
        for target in node.targets:
            if name := _name(target):
                yield name, node.value
            elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                for one, value in zip(target.elts, node.value.elts, strict=False):
                    yield _name(one) or "", value
    elif kind is ast.AnnAssign or kind is ast.NamedExpr:
        if node.value is not None:
            yield _name(node.target) or "", node.value
    elif kind is ast.keyword:
        yield node.arg or "", node.value
    elif kind is ast.Dict:
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value, value
    elif kind is ast.Compare:
        if len(node.comparators) == 1:
            yield _name(node.left) or "", node.comparators[0]
            yield _name(node.comparators[0]) or "", node.left
    elif kind is ast.Call:
        # config.get("password", "…"), setattr(self, "password", "…")
        for name, value in zip(node.args, node.args[1:], strict=False):
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                yield name.value, value
    elif kind in FUNCTIONS:
        node = node.args
        everyone = (*node.posonlyargs, *node.args)
        for one, value in zip(reversed(everyone), reversed(node.defaults), strict=False):
            yield one.arg, value
        for one, value in zip(node.kwonlyargs, node.kw_defaults, strict=True):
            if value is not None:
                yield one.arg, value


def _name(target: ast.expr) -> str | None:
    if isinstance(target, ast.Name):
        return target.id
    if isinstance(target, ast.Attribute):
        return target.attr
    if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        return target.slice.value if isinstance(target.slice.value, str) else None
    return None


def _texts(value: ast.expr):
    """Give the constant texts that a value is, or may be."""
    if isinstance(value, ast.Constant):
        constant = value.value
        if isinstance(constant, bytes) and constant.isascii():
            constant = constant.decode()
        if isinstance(constant, str):
            yield constant
    elif isinstance(value, ast.BoolOp):
        for one in value.values:
            if isinstance(one, ast.Constant) and isinstance(one.value, str):
                yield one.value
    elif isinstance(value, (ast.BinOp, ast.Call)):
        for one in value.known:
            if one[0] == "const" and isinstance(one[1], str):
                yield one[1]


def _shape_finding(what: str, line: int) -> dict:
    return finding("secret", line, f"This has the shape of {what}. {_INVITE}")


def _name_finding(name: str, line: int) -> dict:
    return finding(
        "secret", line, f"The value of '{name[:60]}' looks like a real secret. {_INVITE}"
    )
