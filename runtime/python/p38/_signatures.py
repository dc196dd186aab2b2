"""Prints as JSON what the library and its stand-ins take; the platform compares it with its own.

``python3 -I -S -B /p38/p38/_signatures.py`` gives, for every tool::

    {"http.request": {"library": {"method": {"required": true},
                                  "timeout": {"required": false, "default": 30}, …},
                      "stand_in": {…}}}

A default of the library that is None stands for "the platform's own default".
"""

from __future__ import annotations

import importlib
import inspect
import json
import os
import sys


def signatures() -> dict[str, dict]:
    """Read them from the functions themselves."""
    from p38._tool_names import TOOLS
    from p38.testing import StandIns

    found = {}
    for tool in TOOLS:
        namespace, _, name = tool.partition(".")
        stub = getattr(importlib.import_module(f"p38.tools.{namespace}"), name)
        stand_in = getattr(StandIns, tool.replace(".", "_"))
        found[tool] = {"library": _parameters(stub), "stand_in": _parameters(stand_in)}
    return found


def _parameters(function) -> dict[str, dict]:
    taken = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if name == "self":
            continue
        required = parameter.default is inspect.Parameter.empty
        taken[name] = (
            {"required": required}
            if required
            else {"required": False, "default": parameter.default}
        )
    return taken


if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    print(json.dumps(signatures(), indent=2))
