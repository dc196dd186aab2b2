"""One thing a check has to say."""

from __future__ import annotations


def finding(rule: str, line: int | None, message: str, severity: str = "error") -> dict:
    """Make a finding.

    Args:
        rule: Stable name, for example ``syntax``.
        line: Counted from 1; None: the whole file.
        message: What is wrong, and what to do.
        severity: ``error`` or ``warning``.
    """
    return {"rule": rule, "severity": severity, "line": line, "message": message}
