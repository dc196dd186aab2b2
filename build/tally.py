"""Adds up what every runner counted, prints coverage, and closes with one line: N passed, N failed.

A runner that was started and left no readable count is one failure: nothing passes by being absent.
"""

import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree

# Files of our own making, but read like any other: no entity of theirs is expanded by ElementTree's expat defaults.
TRX = "{http://microsoft.com/schemas/VisualStudio/TeamTest/2010}"


def count_trx(path):
    """Return (passed, failed) of one .NET test project."""
    counters = ElementTree.parse(path).getroot().find(f"{TRX}ResultSummary/{TRX}Counters").attrib
    total, passed = int(counters["total"]), int(counters["passed"])
    return passed, total - passed


def count_junit(path):
    """Return (passed, failed) of a pytest run; a skipped test did not pass."""
    suite = ElementTree.parse(path).getroot()
    suite = suite if suite.tag == "testsuite" else suite.find("testsuite")
    total = int(suite.get("tests"))
    bad = sum(int(suite.get(key, 0)) for key in ("failures", "errors", "skipped"))
    return total - bad, bad


def count_tap(path):
    """Return (passed, failed) of a run of Node's test runner."""
    counts = dict(re.findall(r"^# (tests|pass) (\d+)$", path.read_text(), re.MULTILINE))
    return int(counts["pass"]), int(counts["tests"]) - int(counts["pass"])


def print_failures(path):
    """Print every failed test of one .NET project with what it said, at most 40 lines each."""
    for result in ElementTree.parse(path).getroot().iter(f"{TRX}UnitTestResult"):
        if result.get("outcome") == "Passed":
            continue
        error = result.find(f"{TRX}Output/{TRX}ErrorInfo")
        said = "\n".join(part.text or "" for part in error) if error is not None else ""
        print(f"  {result.get('outcome')}: {result.get('testName')} ({result.get('duration')})")
        for line in said.splitlines()[:40]:
            print(f"    {line}")


def coverage(results):
    """Print the share of lines that tests reached, by project; a line reached by any test project counts once."""
    lines = {}
    for path in results.glob("*.cobertura.xml"):
        for package in ElementTree.parse(path).getroot().iter("package"):
            if "Project38." not in package.get("name") + "." and package.get("name") != "p38":
                continue
            if ".Test" in package.get("name"):
                continue
            reached = lines.setdefault(package.get("name"), {})
            for file in package.iter("class"):
                if "/Migrations/" in file.get("filename") or "/obj/" in file.get("filename"):
                    continue
                for line in file.iter("line"):
                    key = file.get("filename"), line.get("number")
                    reached[key] = reached.get(key, False) or int(line.get("hits")) > 0
    for name, reached in sorted(lines.items()):
        print(f"coverage {name:24} {sum(reached.values()) / max(1, len(reached)):6.1%} of {len(reached)} lines")


def main():
    """Add up, print, and exit 1 when anything failed; with the name of a .trx, only say what failed in it."""
    if sys.argv[1].endswith(".trx"):
        print_failures(sys.argv[1])
        return
    results = pathlib.Path(sys.argv[1])
    counters = ((".trx", count_trx), (".junit.xml", count_junit), (".tap", count_tap))
    passed = failed = 0
    for check in sorted(results.glob("*.check")):
        name = check.name.removesuffix(".check")
        check_passed = check.read_text().strip() == "passed"
        counted = [(results / f"{name}{end}", count) for end, count in counters if (results / f"{name}{end}").exists()]
        if counted:
            good, bad = counted[0][1](counted[0][0])
            # A runner that failed without a failed test (it crashed, or found none) is a failure of its own.
            bad += 0 if check_passed or bad else 1
        else:
            has_counter = name.endswith(".Tests") or name.startswith("runtime-")
            good, bad = (1, 0) if check_passed and not has_counter else (0, 1)
        print(f"{name:28} {good:5} passed {bad:3} failed")
        passed, failed = passed + good, failed + bad
    coverage(results)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


main()
