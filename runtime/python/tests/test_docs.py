"""What the documentation shows works as it stands."""

from __future__ import annotations

import re

from conftest import ROOT

AGENTS = (ROOT.parents[1] / "docs" / "agents.md").read_text()
# Whole files begin with what they are; the guide's other pieces are lines of one.
PROGRAMS = re.findall(r'```python\n(""".*?)```', AGENTS, re.DOTALL)
SESSION = (ROOT.parents[1] / "docs" / "architecture" / "tool-session.md").read_text()


def test_the_agent_of_the_guide_passes_the_tests_of_the_guide(platform):
    program, tests = PROGRAMS

    platform.run("trial", program, tests=tests)

    told = [event for event in platform.events if event["event"] == "test"]
    assert [event["outcome"] for event in told] == ["passed"]
    assert platform.events[-1] == {"event": "finished"}


def test_the_agent_of_the_guide_has_no_findings(platform):
    program, tests = PROGRAMS

    platform.run("check", program, tests=tests)

    assert platform.findings["findings"] == []


def test_the_protocol_lists_the_tools_there_are():
    from p38._tool_names import TOOLS

    assert sorted(re.findall(r"^\| `(\w+\.\w+)` \|", SESSION, re.MULTILINE)) == sorted(TOOLS)
