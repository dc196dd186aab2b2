"""``p38.testing``: a world that treats an agent as the platform would."""

from __future__ import annotations

import asyncio
import inspect
from datetime import datetime

import p38
import pytest
from p38 import Response, ToolError, handoff, tools
from p38._signatures import signatures
from p38.testing import Approval, World


def play(world: World, action, config: dict | None = None):
    """Run an agent whose ``execute`` is a function of the test, until it succeeds or not."""

    class Agent:
        def __init__(self, config: dict) -> None:
            self.config = config

        async def execute(self) -> dict:
            result = action(self)
            return {
                "status": "success",
                "result": await result if inspect.isawaitable(result) else result,
            }

    return asyncio.run(world.run(Agent, config))


class Counter:
    """Counts its runs, and fails when told to."""

    def __init__(self, config: dict) -> None:
        self.fail = config.get("fail")

    async def initialize(self) -> None:
        handoff.state["start"] = handoff.state.get("start", 0) + 1

    async def execute(self) -> dict:
        handoff.state["n"] = handoff.state.get("n", 0) + 1
        handoff.observe(f"n {handoff.state['n']}")
        if self.fail:
            raise ValueError("told to")
        return {"status": "success", "result": [handoff.run_number, len(handoff.observations)]}


def test_state_goes_from_run_to_run_and_a_failed_run_keeps_none():
    world = World()

    runs = [asyncio.run(world.run(Counter, {"fail": fail})) for fail in (True, False, True, False)]

    assert [run.status for run in runs] == ["error", "success", "error", "success"]
    assert world.state == {"start": 1, "n": 2}
    assert runs[3].result == [4, 3]
    assert isinstance(runs[0].exception, ValueError)
    assert runs[2].observations == ["n 2"]


def test_time_stands_still_until_it_is_moved():
    world = World(now="2026-11-22T08:00:00Z")
    now = lambda agent: datetime.now(tz=None).isoformat()  # noqa: E731

    first, second = play(world, now), None
    world.advance(hours=2)
    second = play(world, now)

    assert (first.result, second.result) == ("2026-11-22T08:00:00", "2026-11-22T10:00:00")
    assert datetime.now().year != 1970
    assert type(datetime(2026, 1, 1)) is datetime


def test_real_time_cannot_be_moved():
    with pytest.raises(ValueError, match="real time"):
        World().advance(hours=1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: tools.filesystem.read_text("gone.csv"), "There is no file 'gone.csv'."),
        (lambda: tools.filesystem.read_text("/etc/passwd"), "outside the workspace"),
        (lambda: tools.filesystem.read_text("a/../../b"), "outside the workspace"),
        (lambda: tools.filesystem.read_text("raw"), "not UTF-8"),
        (lambda: tools.filesystem.read_text("folder"), "is a folder"),
        (lambda: tools.filesystem.write_text("folder", "x"), "is a folder"),
        (
            lambda: tools.filesystem.write_bytes("big", b"x" * (10 * 1024 * 1024 + 1)),
            "at most 10 MB",
        ),
        (lambda: tools.filesystem.list("none"), "There is no folder"),
        (lambda: tools.filesystem.move("none", "b"), "There is no file"),
        (lambda: tools.filesystem.delete("."), "cannot be deleted"),
        (lambda: tools.http.get("https://nobody.example.com"), "Nothing answers"),
        (lambda: tools.http.get("https://down.example.com"), "connection refused"),
        (lambda: tools.http.get_json("https://text.example.com"), "did not answer with JSON"),
        (lambda: tools.http.get_text("https://busy.example.com"), "status 503"),
        (lambda: tools.notifications.send("x", channel="ops"), "no channel 'ops'"),
        (lambda: tools.llm.ask("Who?"), "There is no model"),
        (lambda: tools.notifications.send(object()), "holds object"),
    ],
)
def test_stand_ins_refuse_as_the_tools_do(call, message):
    world = World(
        files={"raw": b"\xff", "folder/a.txt": "a"},
        http={
            "https://down.example.com": OSError("connection refused"),
            "https://text.example.com": "hello",
            "https://busy.example.com": 503,
        },
    )

    run = play(world, lambda agent: call())

    assert isinstance(run.exception, ToolError)
    assert message in run.error


def test_files_are_kept_and_found():
    world = World(files={"reports/2026.csv": "a\n"})

    async def work(agent):
        files = tools.filesystem
        await files.write_text("out/x.txt", "one")
        await files.append_text("out/x.txt", "two")
        await files.append_text("new.txt", "זה")
        await files.write_bytes("raw", b"\xff")
        await files.make_folder("empty")
        await files.move("out", "moved")
        gone = [await files.delete("raw"), await files.delete("raw"), await files.info("raw")]
        names = [[one["name"], one["kind"], one["size"]] for one in await files.list()]
        return [
            names,
            await files.glob("**/*.csv"),
            await files.glob("*"),
            gone,
            await files.read_text("moved/x.txt"),
        ]

    assert play(world, work).result == [
        [
            ["empty", "folder", 0],
            ["moved", "folder", 0],
            ["new.txt", "file", 4],
            ["reports", "folder", 0],
        ],
        ["reports/2026.csv"],
        ["new.txt"],
        [True, False, None],
        "onetwo",
    ]
    assert world.files["moved/x.txt"] == "onetwo"


def test_the_clock_is_that_of_the_world():
    world = World(now="2026-11-27T22:30:00Z")

    assert play(world, lambda agent: tools.clock.now("Asia/Jerusalem")).result == {
        "utc": "2026-11-27T22:30:00Z",
        "local": "2026-11-28T00:30:00+02:00",
        "timezone": "Asia/Jerusalem",
        "weekday": "Saturday",
    }
    assert "Unknown time zone" in play(world, lambda agent: tools.clock.now("Mars/Base")).error


def test_what_was_noted_and_written_is_found():
    world = World(files={"prices.txt": "gold 2400"}, now="2026-11-27T08:00:00Z")

    async def note(agent):
        p38.handoff.observe("The price of gold is high")
        return None

    async def look(agent):
        found = await tools.memory.search("gold price", limit=5)
        return [[one["source"], one["run"], one["path"]] for one in found]

    play(world, note)

    assert play(world, look).result == [
        ["observation", 1, None],
        ["file", None, "prices.txt"],
    ]


def test_the_model_answers_as_it_was_told():
    world = World(llm=lambda asked: {"n": 1} if asked.schema else asked.data or "alone")

    async def work(agent):
        schema = {"type": "object", "properties": {"n": {"type": "integer"}}}
        return [
            await tools.llm.ask("Who?"),
            await tools.llm.ask("Who?", data="a page"),
            await tools.llm.ask("How many?", schema=schema),
        ]

    assert play(world, work).result == ["alone", "a page", {"n": 1}]
    assert [(one.question, one.data) for one in world.questions] == [
        ("Who?", None),
        ("Who?", "a page"),
        ("How many?", None),
    ]


def test_tools_of_tool_servers_answer_as_they_were_told():
    def create(asked):
        return {"number": 7, "title": asked.arguments["title"]}

    world = World(external={"github.create_issue": create, "notes.read": "a note"})

    async def work(agent):
        made = await tools.external.call("github", "create_issue", {"title": "x"})
        read = await tools.external.call("notes", "read")
        return [made["data"], read]

    assert play(world, work).result == [
        {"number": 7, "title": "x"},
        {"text": "a note", "data": None},
    ]
    assert [(one.server, one.tool, one.arguments) for one in world.called] == [
        ("github", "create_issue", {"title": "x"}),
        ("notes", "read", {}),
    ]


@pytest.mark.parametrize(
    ("external", "message"),
    [({}, "external=…"), ({"github.list": OSError("busy")}, "busy")],
)
def test_tools_of_tool_servers_fail_as_they_were_told(external, message):
    run = play(World(external=external), lambda agent: tools.external.call("github", "list"))

    assert isinstance(run.exception, ToolError)
    assert message in run.error


@pytest.mark.parametrize(
    ("llm", "message"), [({"n": 1}, "answers a text"), (OSError("busy"), "busy")]
)
def test_the_model_fails_as_it_was_told(llm, message):
    run = play(World(llm=llm), lambda agent: tools.llm.ask("Who?"))

    assert isinstance(run.exception, ToolError)
    assert message in run.error


@pytest.mark.parametrize(
    ("approvals", "expected"),
    [
        (True, [True, "approved", "a person"]),
        (False, [False, "rejected", "a person"]),
        (Approval(False, "expired"), [False, "expired", None]),
        (lambda asked: asked.details == "cheap", [True, "approved", "a person"]),
    ],
)
def test_people_answer_as_they_were_told(approvals, expected):
    world = World(approvals=approvals)

    async def work(agent):
        answer = await tools.approval.ask("Buy?", details="cheap")
        return [bool(answer), answer.status, answer.by]

    assert play(world, work).result == expected
    assert [(one.question, one.details) for one in world.asked] == [("Buy?", "cheap")]


def test_people_say_yes_by_themselves():
    assert play(World(), lambda agent: _say(tools.approval.ask("Buy?"))).result is True


async def _say(asking):
    return bool(await asking)


def test_the_web_answers_as_it_was_told():
    world = World(
        http={
            "https://a": {"n": 1},
            "https://b": Response(404, "nothing"),
            "https://c": lambda request: (
                f"{request.method} {request.body} {request.headers['content-type']}"
            ),
            "https://d": Response(
                200, "שלום".encode("iso-8859-8"), {"Content-Type": "text/plain; charset=iso-8859-8"}
            ),
        }
    )

    async def work(agent):
        missing = await tools.http.get("https://b")
        return [
            await tools.http.get_json("https://a"),
            [missing.status, missing.ok, missing.text, missing.url],
            (await tools.http.post("https://c", json={"a": 1})).text,
            await tools.http.get_text("https://d"),
        ]

    assert play(world, work).result == [
        {"n": 1},
        [404, False, "nothing", "https://b"],
        'POST {"a": 1} application/json',
        "שלום",
    ]
    assert [request.method for request in world.requests] == ["GET", "GET", "POST", "GET"]


def test_bytes_cross_as_they_are_whether_or_not_they_are_text():
    bodies = [b"", b"\xef\xbb\xbfmark", "שלום 👋\r\n\t\x01".encode(), b"\x00\xff", b"\xd7"]
    world = World(http={f"https://{n}": Response(200, body) for n, body in enumerate(bodies)})

    async def work(agent):
        got = [(await tools.http.get(f"https://{n}")).content for n in range(len(bodies))]
        return got == bodies

    assert play(world, work).result is True


def test_pages_and_feeds_are_given_as_they_are_read():
    world = World(
        http={
            "https://page": "# News\n\nAll is well.",
            "https://list": lambda request: ["/a", "/b"] if request.attribute else [request.css],
            "https://feed": [{"title": "One", "id": "1"}, {"title": "Two"}, {"title": "Three"}],
            "https://json": {"got": 1},
        }
    )

    async def work(agent):
        return [
            await tools.http.get_readable("https://page", links=True),
            await tools.http.select("https://list", "h2 > a"),
            await tools.http.select("https://list", "a", attribute="href", limit=1),
            [(one["title"], one["id"]) for one in await tools.http.get_feed("https://feed", limit=2)],
            await tools.http.post_json("https://json", {"n": 1}),
        ]

    assert play(world, work).result == [
        "# News\n\nAll is well.",
        ["h2 > a"],
        ["/a"],
        [("One", "1"), ("Two", None)],
        {"got": 1},
    ]
    assert world.requests[-1].body == '{"n": 1}'


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: tools.http.get_readable("https://html"), "no HTML"),
        (lambda: tools.http.get_readable("https://down"), "status 404"),
        (lambda: tools.http.select("https://html", "a"), "list of texts"),
        (lambda: tools.http.select("https://feed", "a", limit=0), "'limit'"),
        (lambda: tools.http.get_feed("https://html"), "list of entries"),
        (lambda: tools.http.get_feed("https://feed"), "'body'"),
    ],
)
def test_a_page_that_is_not_given_as_read_is_an_error(call, message):
    world = World(http={"https://html": "<p>", "https://down": 404, "https://feed": [{"body": ""}]})

    run = play(world, lambda agent: call())

    assert message in run.error


def test_a_run_knows_what_it_told():
    world = World(channels=("inbox", "ops"))

    play(world, lambda agent: tools.notifications.send("one"))
    run = play(world, lambda agent: tools.notifications.send("two", title="t", channel="ops"))

    assert [(one.text, one.title, one.channel) for one in run.notifications] == [
        ("two", "t", "ops")
    ]
    assert len(world.notifications) == 2


def test_outside_a_world_there_are_no_tools():
    with pytest.raises(ToolError, match=r"p38\.testing\.World"):
        asyncio.run(tools.notifications.send("x"))


def test_library_and_stand_ins_take_the_same():
    for tool, taken in signatures().items():
        assert list(taken["library"]) == list(taken["stand_in"]), tool
        assert [one["required"] for one in taken["library"].values()] == [
            one["required"] for one in taken["stand_in"].values()
        ], tool


def test_everything_an_agent_imports_is_documented():
    for thing in (p38, *(getattr(tools, name) for name in tools.__all__)):
        for name, value in vars(thing).items():
            if not name.startswith("_") and (inspect.isfunction(value) or inspect.isclass(value)):
                assert value.__doc__, name
