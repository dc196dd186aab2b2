"""Which tools a program uses, and how far, read from its syntax tree."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from p38._finding import finding
from p38._tool_names import EXTERNAL, MANIFEST_NAMES

if TYPE_CHECKING:
    from p38._flow import Flow

_ROOT = "p38.tools"
_PORTS = {"http": 80, "https": 443}
# As the platform has them, in ExternalName.
_SERVER = re.compile(r"[a-z][a-z0-9_-]{0,31}", re.ASCII)
_TOOL = re.compile(r"[A-Za-z0-9_.-]{1,64}", re.ASCII)
_UNCLEAR = (
    "What is used here cannot be read from the program. Write tools.namespace.name(…) in full."
)


class Uses:
    """What was found, each with the first line where it is.

    Attributes:
        tools: Full names, as the manifest has them.
        hosts: Lower case, with a port where it is not the scheme's own.
        channels: Names.
    """

    def __init__(self) -> None:
        """Start with nothing."""
        self.tools: dict[str, int] = {}
        self.hosts: dict[str, int] = {}
        self.channels: dict[str, int] = {}

    def read(self, flow: Flow) -> list[dict]:
        """Read a program; give what is to be said about its uses."""
        aliases = _aliases(flow)
        found = []
        for node in flow.of(ast.Constant):
            if isinstance(node.value, str):
                self._read_text(node)
        for node in flow.of(ast.Attribute, ast.Name):
            if type(node.ctx) is ast.Load and (path := _path(node, aliases)):
                found += self._read_use(node, path)
        for node in flow.of(ast.ImportFrom):
            if node.level == 0 and node.module:
                found += self._read_import(node)
        return found

    def _read_use(self, node: ast.expr, path: str) -> list[dict]:
        parent = node.parent
        depth = path.count(".")
        if not f"{path}.".startswith(f"{_ROOT}.") or depth > 3:
            return []
        if depth < 3:
            named = isinstance(parent, ast.Attribute) or _is_alias(node, parent)
            return [] if named else [finding("tool-unclear", node.lineno, _UNCLEAR, "warning")]
        name = path[len(_ROOT) + 1 :]
        called = isinstance(parent, ast.Call) and parent.func is node
        found = []
        if name == EXTERNAL:
            found += self._read_external(node, parent if called else None)
        elif name in MANIFEST_NAMES:
            _note(self.tools, MANIFEST_NAMES[name], node)
        else:
            return [_unknown(node.lineno, name)]
        if called and isinstance(parent.parent, ast.Expr):
            message = f"{name} is never called so: write await before it."
            found.append(finding("await-missing", node.lineno, message))
        if name == "notifications.send":
            found += self._read_channel(node, parent if called else None)
        return found

    def _read_external(self, node: ast.expr, call: ast.Call | None) -> list[dict]:
        if call is not None:
            words = {word.arg: word.value for word in call.keywords}
            given = [*call.args[:2], None, None]
            texts = [
                value.value
                for value in (given[0] or words.get("server"), given[1] or words.get("tool"))
                if isinstance(value, ast.Constant) and isinstance(value.value, str)
            ]
            if len(texts) == 2 and _SERVER.fullmatch(texts[0]) and _TOOL.fullmatch(texts[1]):
                _note(self.tools, f"external.{texts[0]}.{texts[1]}", node)
                return []
        message = (
            "Which tool of which tool server is called cannot be read from the program, so it "
            'would be refused. Write both as texts: tools.external.call("server", "tool", {…}).'
        )
        return [finding("external-unclear", node.lineno, message)]

    def _read_channel(self, node: ast.expr, call: ast.Call | None) -> list[dict]:
        if call is not None:
            given = next((word.value for word in call.keywords if word.arg == "channel"), None)
            given = given or (call.args[2] if len(call.args) > 2 else None)
            spread = any(word.arg is None for word in call.keywords)
            spread = spread or any(isinstance(argument, ast.Starred) for argument in call.args)
            if given is None and not spread:
                _note(self.channels, "inbox", node)
                return []
            if isinstance(given, ast.Constant) and isinstance(given.value, str):
                _note(self.channels, given.value, node)
                return []
        message = "The channel cannot be read from the program; name it, or grant it by hand."
        return [finding("channel-unclear", node.lineno, message, "warning")]

    def _read_import(self, node: ast.ImportFrom) -> list[dict]:
        if not node.module.startswith(f"{_ROOT}."):
            return []
        found = []
        for alias in node.names:
            name = f"{node.module[len(_ROOT) + 1 :]}.{alias.name}"
            if name == EXTERNAL:
                continue  # which tool it is, its calls say
            if name in MANIFEST_NAMES:
                _note(self.tools, MANIFEST_NAMES[name], node)
            else:
                found.append(_unknown(node.lineno, name))
        return found

    def _read_text(self, node: ast.Constant) -> None:
        parent = node.parent
        if isinstance(parent, ast.Expr) or not node.value.lower().startswith(
            ("http://", "https://")
        ):
            return  # a docstring, or no address
        rest = node.value.partition("://")[2]
        # f"https://{host}/" and f"https://api.{name}" have no host that could be read.
        if isinstance(parent, ast.JoinedStr) and not any(mark in rest for mark in "/?#"):
            return
        if host := _host(node.value):
            _note(self.hosts, host, node)


def _note(lines: dict[str, int], name: str, node: ast.AST) -> None:
    lines[name] = min(node.lineno, lines.get(name, node.lineno))


def _aliases(flow: Flow) -> dict[str, str]:
    """Collect the names that stand for something of the library."""
    aliases: dict[str, str] = {}
    for node in flow.of(ast.Import):
        for alias in node.names:
            if alias.name == "p38" or alias.name.startswith("p38."):
                aliases[alias.asname or "p38"] = alias.name if alias.asname else "p38"
    for node in flow.of(ast.ImportFrom):
        module = node.module or ""
        if node.level == 0 and (module == "p38" or module.startswith("p38.")):
            for alias in node.names:
                if alias.name == "*":
                    aliases.update({"tools": _ROOT} if module == "p38" else {})
                else:
                    aliases[alias.asname or alias.name] = f"{module}.{alias.name}"
    assigned = [
        (node.targets[0].id, node.value)
        for node in flow.of(ast.Assign)
        if len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)
    ]
    # Twice: "t = tools" may stand after "h = t.http".
    for name, value in assigned * 2:
        if path := _path(value, aliases):
            aliases.setdefault(name, path)
    return aliases


def _path(node: ast.expr, aliases: dict[str, str]) -> str | None:
    """Name what an expression stands for, as in ``p38.tools.http.get``."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute) and len(parts) < 4:
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in aliases:
        return None
    return ".".join([aliases[node.id], *reversed(parts)])


def _is_alias(node: ast.expr, parent: ast.AST | None) -> bool:
    return (
        isinstance(parent, ast.Assign)
        and parent.value is node
        and len(parent.targets) == 1
        and isinstance(parent.targets[0], ast.Name)
    )


def _unknown(line: int, name: str) -> dict:
    from difflib import get_close_matches

    close = get_close_matches(name, [*MANIFEST_NAMES, EXTERNAL], n=1)
    hint = f" Did you mean tools.{close[0]}?" if close else ""
    return finding("tool-unknown", line, f"There is no tool {name}.{hint}")


def _host(url: str) -> str | None:
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
        if host and not host.isascii():
            host = host.encode("idna").decode()
    except (ValueError, UnicodeError):
        return None
    if not host:
        return None
    host = f"[{host}]" if ":" in host else host
    return f"{host}:{port}" if port and port != _PORTS[parts.scheme] else host
