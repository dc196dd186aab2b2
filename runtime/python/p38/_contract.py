"""Whether a program keeps the contract: ``Agent(config)`` with a method ``execute``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from p38._finding import finding

if TYPE_CHECKING:
    from p38._flow import Flow

_RETURNED = 'Return {"status": "success", "result": …}, or {"status": "error", "result": "why"}.'
_NO_DICTS = (
    ((ast.List, ast.ListComp), "a list"),
    (ast.Tuple, "a tuple"),
    ((ast.Set, ast.SetComp), "a set"),
    (ast.JoinedStr, "a text"),
    (ast.GeneratorExp, "a generator"),
    (ast.Lambda, "a function"),
    ((ast.Compare, ast.UnaryOp), "a truth value or number"),
)
_EXAMPLE = 'Write "class Agent:" with "def __init__(self, config)" and "async def execute(self)".'


def check(tree: ast.Module, flow: Flow) -> list[dict]:
    """Find what breaks it, as far as can be seen without running it.

    Args:
        tree: The program.
        flow: The same, read.
    """
    agent = None
    for statement in _top_level(tree):
        if isinstance(statement, ast.ClassDef) and statement.name == "Agent":
            agent = statement
        elif _binds_agent(statement):
            return []
    if agent is None:
        return [finding("contract", None, f"There is no class Agent. {_EXAMPLE}")]
    if agent.bases or agent.keywords or agent.decorator_list:
        return []  # what a base or decorator gives is seen when it runs
    methods = {
        part.name: part
        for part in agent.body
        if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef))
    }
    bound = {
        target.id
        for part in agent.body
        if isinstance(part, ast.Assign)
        for target in part.targets
        if isinstance(target, ast.Name)
    }
    found = []
    if "execute" not in methods and "execute" not in bound:
        found.append(
            finding("contract", agent.lineno, f"The class Agent has no method execute. {_EXAMPLE}")
        )
    if "__init__" in methods:
        if not _takes(methods["__init__"], 2):
            line = methods["__init__"].lineno
            found.append(
                finding("contract", line, "The agent is constructed as Agent(config): take config.")
            )
    elif "__init__" not in bound and "__new__" not in methods:
        found.append(
            finding(
                "contract", agent.lineno, f"The class Agent does not take its config. {_EXAMPLE}"
            )
        )
    for name in ("initialize", "execute", "cleanup"):
        if name in methods and not methods[name].decorator_list and not _takes(methods[name], 1):
            found.append(
                finding("contract", methods[name].lineno, f"{name} is called without arguments.")
            )
    if "execute" in methods and not methods["execute"].decorator_list:
        found += _check_returns(flow, methods["execute"])
    return found


def _check_returns(flow: Flow, execute: ast.FunctionDef | ast.AsyncFunctionDef) -> list[dict]:
    """Find what ``execute`` certainly gives that is no dict with a status."""
    yields = _own(flow, execute, ast.Yield, ast.YieldFrom)
    if yields:
        return [finding("contract", yields[0].lineno, f"execute must not yield. {_RETURNED}")]
    returns = _own(flow, execute, ast.Return)
    wrong = [
        # Under a condition it may never be reached: the run would say it.
        finding(
            "contract",
            one.lineno,
            f"execute returns {what} here. {_RETURNED}",
            "error" if one in execute.body else "warning",
        )
        for one in returns
        if (what := _wrong_return(one.value))
    ]
    last = execute.body[-1]
    endless = isinstance(last, ast.While) and isinstance(last.test, ast.Constant)
    if not returns and not endless and not isinstance(last, ast.Raise):
        wrong.append(finding("contract", execute.lineno, f"execute returns nothing. {_RETURNED}"))
    return wrong


def _wrong_return(value: ast.expr | None) -> str | None:
    """Say what is returned; None where it is a dict, or may be one."""
    if value is None:
        return "nothing"
    if isinstance(value, ast.Constant):
        return repr(value.value)[:40]
    if isinstance(value, ast.Dict):
        return _wrong_dict(value)
    return next((what for kinds, what in _NO_DICTS if isinstance(value, kinds)), None)


def _wrong_dict(value: ast.Dict) -> str | None:
    keys = [
        getattr(key, "value", None) if isinstance(key, ast.Constant) else None for key in value.keys
    ]
    if "status" in keys:
        status = value.values[keys.index("status")]
        known = isinstance(status, ast.Constant) and keys.count("status") == 1
        if known and None not in value.keys and status.value not in ("success", "error"):
            return f"the status {status.value!r:.40}"
        return None
    return None if None in keys else "a dict without a status"


def _own(flow: Flow, function: ast.AST, *kinds: type) -> list:
    """Give the nodes of some kinds in a function, and not in one inside it, by their lines."""
    own = (node for node in flow.of(*kinds) if node.scope is function.inner)
    return sorted(own, key=lambda node: node.lineno)


def _top_level(tree: ast.Module):
    """Go through the statements of the module, those inside if, try and with included."""
    waiting = list(reversed(tree.body))
    while waiting:
        statement = waiting.pop()
        yield statement
        if isinstance(statement, (ast.If, ast.Try, ast.With)):
            for field in ("finalbody", "orelse", "handlers", "body"):
                for inner in reversed(getattr(statement, field, None) or []):
                    waiting.extend(
                        reversed(inner.body) if isinstance(inner, ast.ExceptHandler) else [inner]
                    )


def _binds_agent(statement: ast.stmt) -> bool:
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return any((alias.asname or alias.name) == "Agent" for alias in statement.names)
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return any(isinstance(target, ast.Name) and target.id == "Agent" for target in targets)


def _takes(method: ast.FunctionDef | ast.AsyncFunctionDef, count: int) -> bool:
    """Whether it can be called with so many arguments, ``self`` among them, and no more."""
    given = method.args
    positional = len(given.posonlyargs) + len(given.args)
    needed = positional - len(given.defaults)
    keyword = [default for default in given.kw_defaults if default is None]
    return needed <= count and (positional >= count or given.vararg is not None) and not keyword
