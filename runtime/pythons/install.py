"""Makes a Python image: a venv with packages, of wheels alone. A sidecar: a line of JSON each way.

``{"folder": "/…/pythons/.new", "packages": ["requests"], "find_links": null}`` gives
``{"error": null, "leave": true}``, or in ``error`` what failed and what to do. What was made by
then is the caller's to throw away.
"""

from __future__ import annotations

import compileall
import json
import os
import py_compile
import subprocess
import sys

PYTHON = "/usr/bin/python3"
SEEN_AT = "/python"  # where a run sees the packages

# pip's own settings, and the way to an index. Nothing else of the server: its keys are there too.
PASSED_ON = {"PATH", "HOME", "LANG", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"}
PASSED_ON_ENDINGS = ("_proxy", "_PROXY")


class NotMadeError(Exception):
    """What failed and what to do, in sentences."""


def install(folder: str, packages: list[str], find_links: str | None) -> None:
    """Make a venv, and put packages into it.

    Args:
        folder: Where, and there is nothing yet.
        packages: Requirements, each a name with or without versions.
        find_links: A folder of wheels to take them from; None: pip's index.
    """
    _run([PYTHON, "-I", "-m", "venv", "--without-pip", folder])
    pip = [PYTHON, "-I", "-m", "pip", "--python", os.path.join(folder, "bin", "python")]
    pip += ["--disable-pip-version-check", "--no-input", "--retries", "2", "install", "--quiet"]
    # A package that comes as a wheel is unpacked; any other would run its setup as this user.
    pip += ["--only-binary", ":all:", "--no-compile", "--no-cache-dir"]
    if find_links is not None:
        pip += ["--no-index", "--find-links", find_links]
    _run([*pip, "--", *packages])
    _compile(os.path.join(folder, "lib", "python{}.{}".format(*sys.version_info), "site-packages"))


def _compile(site: str) -> None:
    """Compile what was installed, so that no run has to; it is never written to again.

    A package may come with files that no Python takes: those are left, as pip leaves them.
    """
    compileall.compile_dir(
        site,
        quiet=2,
        force=True,
        stripdir=site,
        prependdir=SEEN_AT,
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )


def _run(command: list[str]) -> None:
    environment = {
        name: value
        for name, value in os.environ.items()
        if name in PASSED_ON or name.startswith("PIP_") or name.endswith(PASSED_ON_ENDINGS)
    }
    done = subprocess.run(  # noqa: S603  (the words that are not ours come after "--")
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if done.returncode != 0:
        raise NotMadeError(_explain(command, (done.stdout + done.stderr).strip()))


def _explain(command: list[str], said: str) -> str:
    for module in ("venv", "pip"):
        if f"No module named {module}" in said:
            return f"This machine's Python has no {module}. Do: apt-get install python3-{module}"
    program = command[command.index("-m") + 1]
    lines = said.splitlines()
    told = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    why = " ".join(f"{line.rstrip('.')}." for line in told) or "\n".join(lines[-5:])
    advice = (
        "Is the name right, and does it come as a wheel for this Python? The server must reach a "
        "package index, by pip's own settings; without one, name a folder of wheels with "
        "--find-links."
    )
    return f"{program} failed: {why} {advice if program == 'pip' else ''}".strip()


def main() -> None:
    """Answer one question."""
    question = json.loads(sys.stdin.readline())
    error = None
    try:
        install(question["folder"], question["packages"], question["find_links"])
    except NotMadeError as failed:
        error = str(failed)
    print(json.dumps({"error": error, "leave": True}), flush=True)


if __name__ == "__main__":
    main()
