"""The container's files, as far as they can be tried without an engine: what they name is there, and what they set is read."""

import pathlib
import re
import subprocess

import pytest
import yaml

ROOT = pathlib.Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "compose.yml").read_text())


def instructions() -> list[tuple[str, str]]:
    """Give the Dockerfile's instructions as (word, rest), with continued lines joined."""
    text = re.sub(r"\\\n", "", (ROOT / "Dockerfile").read_text())
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [tuple(line.split(maxsplit=1)) for line in lines]


def rests(word: str) -> list[str]:
    """Give what stands after each instruction of a kind."""
    return [rest for found, rest in instructions() if found == word]


def read_by_the_product() -> set[str]:
    """Give the variables that server and command read."""
    sources = [*ROOT.glob("src/Project38.Server/*.cs"), *ROOT.glob("src/Project38.Cli/**/*.cs")]
    read = re.compile(r'(?:[eE]nvironment|GetEnvironmentVariable)\("([A-Z0-9_]+)"\)')
    return {name for source in sources for name in read.findall(source.read_text())}


def test_every_instruction_is_one_of_the_engine() -> None:
    known = set("FROM WORKDIR COPY RUN USER ENV VOLUME EXPOSE HEALTHCHECK ENTRYPOINT CMD".split())
    assert {word for word, _ in instructions()} <= known


def test_every_image_is_named_with_a_tag() -> None:
    images = [rest.split()[0] for rest in rests("FROM")]
    images += [service["image"] for service in COMPOSE["services"].values() if "image" in service]
    assert all(re.fullmatch(r"[\w./-]+:[\w.-]+", image) for image in images)
    assert not [image for image in images if image.endswith(":latest")]


@pytest.mark.parametrize("copy", rests("COPY"))
def test_every_source_of_a_copy_is_there(copy: str) -> None:
    *options, source, _ = copy.split()
    if not options:
        assert (ROOT / source).exists()
        return
    assert options == ["--from=build"]
    # What the build makes is where the scripts that it calls say it is; the rest is in the repository.
    made = {"/src/artifacts/p38": 'product="$root/artifacts/p38"'}
    if source in made:
        assert made[source] in (ROOT / "build/product.sh").read_text()
    else:
        assert (ROOT / pathlib.PurePath(source).relative_to("/src")).exists()


@pytest.mark.parametrize("run", rests("RUN"))
def test_every_command_parses_and_calls_what_the_scripts_have(run: str) -> None:
    subprocess.run(["bash", "-n", "-c", run], check=True)
    script = re.search(r"bash -euc '([^']*)'", run)
    if script is None:
        return
    subprocess.run(["bash", "-n", "-c", script[1]], check=True)
    calls = [part.split()[0] for part in script[1].split(";") if part.split()[0] not in ("source", "rm")]
    scripts = "".join((ROOT / "build" / name).read_text() for name in ("needs.sh", "product.sh"))
    assert calls
    assert not [call for call in calls if f"\n{call}() {{" not in scripts]


def test_the_build_is_that_of_a_clone() -> None:
    clone = [line for line in (ROOT / "p38").read_text().splitlines() if re.fullmatch(r"[a-z_]+", line)]
    build = rests("RUN")[0]
    assert clone == ["need_to_run", "install_missing", "install_ruff", "build_product"]
    assert all(step in build for step in clone[1:])


def test_every_variable_is_read_by_the_product() -> None:
    image = [pair.split("=")[0] for rest in rests("ENV") for pair in rest.split()]
    assert image
    assert set(image) <= read_by_the_product()
    assert set(COMPOSE["services"]["p38"]["environment"]) <= read_by_the_product()


def test_health_is_asked_where_the_server_answers() -> None:
    (check,) = rests("HEALTHCHECK")
    port = re.search(r"DefaultPort = (\d+)", (ROOT / "src/Project38.Server/ServerOptions.cs").read_text())[1]
    path = re.search(rf"http://127\.0\.0\.1:{port}(/[\w/]+)'", check)[1]
    assert f'MapGet("{path}"' in (ROOT / "src/Project38.Server/Api/HealthApi.cs").read_text()
    assert rests("EXPOSE") == [port]
    assert COMPOSE["services"]["p38"]["ports"] == [f"127.0.0.1:{port}:{port}"]


def test_the_process_is_unprivileged_and_owns_its_home() -> None:
    words = [word for word, _ in instructions()]
    assert words.index("USER") < words.index("CMD")
    assert rests("USER") == ["p38"]
    assert rests("VOLUME") == ["/data"]
    assert "P38_HOME=/data" in rests("ENV")[0].split()


def test_compose_names_only_what_is_there() -> None:
    services = COMPOSE["services"]
    assert (ROOT / services["p38"]["build"] / "Dockerfile").is_file()
    for service in services.values():
        assert set(service["secrets"]) <= set(COMPOSE["secrets"])
        assert {volume.split(":")[0] for volume in service["volumes"]} <= set(COMPOSE["volumes"])
        assert set(service.get("depends_on", {})) <= set(services)
        assert service["restart"] == "unless-stopped"


def test_secrets_are_files_that_no_commit_and_no_image_holds() -> None:
    named = [pathlib.PurePath(secret["file"]) for secret in COMPOSE["secrets"].values()]
    assert named
    assert all(path.parent.name == "secrets" for path in named)
    assert "/secrets/" in (ROOT / ".gitignore").read_text().splitlines()
    assert "secrets" in (ROOT / ".dockerignore").read_text().splitlines()
    made = (ROOT / "compose.yml").read_text().split("services:")[0]
    assert all(f"secrets/{path.name}" in made for path in named)


def test_the_engine_leaves_what_bubblewrap_needs() -> None:
    p38 = COMPOSE["services"]["p38"]
    assert {"seccomp=unconfined", "apparmor=unconfined", "systempaths=unconfined"} <= set(p38["security_opt"])
    assert not p38.get("privileged")
    assert p38["cap_drop"] == ["ALL"]


def test_a_stop_takes_longer_than_a_drain() -> None:
    command_line = (ROOT / "src/Project38.Cli/CommandLine.cs").read_text()
    limit = re.search(r"StopLimit \{ get; \} = TimeSpan.FromSeconds\((\d+)\)", command_line)
    grace = COMPOSE["services"]["p38"]["stop_grace_period"]
    assert int(grace.removesuffix("s")) > int(limit[1])
