"""The run that a fork server's scout rehearses ends, and is a run."""

import subprocess
import sys
from pathlib import Path

LIBRARY = Path(__file__).resolve().parents[1]

PROGRAM = f"""
import sys
sys.path.insert(0, {str(LIBRARY)!r})
sys.dont_write_bytecode = True
from p38 import _strict
encode, sent = _strict.encode, []
_strict.encode = lambda message: sent.append(message) or encode(message)
import p38._rehearsal
print([message["method"] for message in sent if "method" in message], sent[-1]["params"]["outcome"])
"""


def test_rehearsal_ends_by_itself(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={"HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout == "['initialize', 'notifications/initialized', 'p38/finish'] success\n"
