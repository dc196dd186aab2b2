"""The blueprints, checked and tried as the platform does it."""

from __future__ import annotations

import ast

import pytest
from conftest import ROOT

FOLDER = ROOT.parents[1] / "src" / "Project38.Core" / "Factory" / "Generation" / "Blueprints"
TOOLS = {
    "currency-rate": ["http.request", "notifications.send"],
    "folder-watch": ["filesystem.list", "filesystem.read_bytes", "notifications.send"],
    "link-check": ["http.request", "notifications.send"],
    "log-pattern": ["filesystem.read_bytes", "notifications.send"],
    "json-field": ["http.request", "notifications.send"],
    "page-change": ["http.request", "notifications.send"],
    "quote": ["http.request", "notifications.send"],
    "feed": ["http.request", "notifications.send"],
    "releases": ["http.request", "notifications.send"],
    "reminder": ["notifications.send"],
    "table-total": ["filesystem.read_text", "notifications.send"],
    "uptime": ["http.request", "notifications.send"],
}
HOSTS = {"releases": ["api.github.com"]}


@pytest.mark.parametrize("name", sorted(TOOLS))
def test_a_blueprint_has_no_findings_and_uses_its_tools_alone(platform, name):
    program, tests = (FOLDER / name / "agent.py", FOLDER / name / "test_agent.py")

    platform.run("check", program.read_text(), tests=tests.read_text())

    assert platform.findings["findings"] == []
    assert sorted(platform.findings["tools"]) == TOOLS[name]
    assert sorted(platform.findings["hosts"]) == HOSTS.get(name, [])
    assert sorted(platform.findings["channels"]) == ["inbox"]


@pytest.mark.parametrize("name", sorted(TOOLS))
def test_a_blueprint_passes_its_own_tests(platform, name):
    program, tests = (FOLDER / name / "agent.py", FOLDER / name / "test_agent.py")

    platform.run("trial", program.read_text(), tests=tests.read_text())

    told = [event for event in platform.events if event["event"] == "test"]
    assert [event for event in told if event["outcome"] != "passed"] == []
    functions = [
        node
        for node in ast.walk(ast.parse(tests.read_text()))
        if getattr(node, "name", "")[:5] == "test_"
    ]
    assert len(told) >= len(functions) > 2
    assert platform.events[-1] == {"event": "finished"}


@pytest.mark.parametrize("name", sorted(TOOLS))
def test_a_blueprint_is_held_by_its_tests(platform, name):
    program, tests = (FOLDER / name / "agent.py", FOLDER / name / "test_agent.py")

    platform.run("mutate", program.read_text(), tests=tests.read_text())

    mutants = [event for event in platform.events if event["event"] == "mutant"]
    conditions = {(mutant["line"], mutant["was"]) for mutant in mutants}
    seen = {(mutant["line"], mutant["was"]) for mutant in mutants if mutant["killed"]}
    assert conditions - seen == set()
    assert platform.events[-1] == {"event": "finished"}


def test_every_blueprint_is_tried_here():
    assert {path.parent.name for path in FOLDER.glob("*/agent.py")} == set(TOOLS)
