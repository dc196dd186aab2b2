using System.Text.Json.Nodes;
using Project38.Testing;

namespace Project38.Cli.Tests.Evaluation;

/// <summary>Answers to briefs of <c>eval/</c>, written by hand as a careful model would write them.</summary>
internal static class WrittenAnswers
{
    /// <summary>The briefs they answer, in order.</summary>
    public static readonly string[] Briefs =
    [
        "004-json-threshold",
        "005-json-source-fails",
        "014-reminder-dst",
        "018-json-above-he",
        "026-reminder-he",
        "030-restart-server",
    ];

    private const string Watch = """"
        """Tell when the price at an address goes above a number."""

        from p38 import ToolError, handoff, tools


        class Agent:
            """Watches one price, and tells once for each crossing."""

            def __init__(self, config: dict) -> None:
                """Read the address and the number."""
                self.url = config["url"]
                self.limit = config["limit"]

            async def execute(self) -> dict:
                """Look once."""
                try:
                    price = (await tools.http.get_json(self.url))["price"]
                except ToolError:
                    handoff.observe("the source did not answer")
                    return {"status": "success", "result": None}
                above = price > self.limit
                if above and not handoff.state.get("above"):
                    await tools.notifications.send(f"{price} > {self.limit}")
                handoff.state["above"] = above
                return {"status": "success", "result": price}

        """";

    private const string WatchTests = """"
        """Tests."""

        from agent import Agent
        from p38.testing import World

        CONFIG = {"url": "https://example.com/p", "limit": 100}


        async def test_tells_once_for_each_crossing():
            """The number itself is not above it, and arms it again."""
            world, told = World(), []
            for price in (99, 101, 102, 100, 101):
                world.http[CONFIG["url"]] = {"price": price}
                run = await world.run(Agent, CONFIG)
                told.append([note.text for note in run.notifications])
            assert told == [[], ["101 > 100"], [], [], ["101 > 100"]]

        """";

    private const string Remind = """"
        """Remind of one thing."""

        from p38 import tools


        class Agent:
            """Says its text on every run."""

            def __init__(self, config: dict) -> None:
                """Read the text."""
                self.text = config["text"]

            async def execute(self) -> dict:
                """Say it."""
                await tools.notifications.send(self.text)
                return {"status": "success", "result": self.text}

        """";

    private const string RemindTests = """"
        """Tests."""

        from agent import Agent
        from p38.testing import World


        async def test_says_its_text():
            """Word for word."""
            run = await World().run(Agent, {"text": "drink"})
            assert [note.text for note in run.notifications] == ["drink"]

        """";

    /// <summary>The answers: the first brief needs a repair, the last asks back.</summary>
    public static ModelReply[] All() =>
        [
            Watcher(Watch.Replace("price > self.limit", "price >= self.limit", StringComparison.Ordinal)),
            Watcher(Watch),
            Watcher(Watch),
            Reminder("0 9 * * *", "Europe/Berlin", "Time to water the plants."),
            Watcher(Watch),
            Reminder(
                "0 8 * * *",
                "Asia/Jerusalem",
                "\u05d4\u05d2\u05d9\u05e2 \u05d4\u05d6\u05de\u05df \u05dc\u05e7\u05d7\u05ea \u05ea\u05e8\u05d5\u05e4\u05d4"
            ),
            new AgentAnswer
            {
                Questions = ["I can watch the address, but no tool here can restart a server. Shall I only tell you?"],
            }.ToReply(),
        ];

    private static ClaudeReply Watcher(string code) =>
        new AgentAnswer
        {
            Code = code,
            Tests = WatchTests,
            Schedule = "*/5 * * * *",
            Timezone = "UTC",
            Config = $$"""{"url": "http://{{ModelStandIn.AddressPlace}}/price.json", "limit": 100}""",
            Tools = ["http.get_json", "notifications.send"],
            Hosts = [ModelStandIn.AddressPlace],
            Channels = ["inbox"],
        }.ToReply();

    private static ClaudeReply Reminder(string cron, string zone, string text) =>
        new AgentAnswer
        {
            Code = Remind,
            Tests = RemindTests,
            Schedule = cron,
            Timezone = zone,
            Config = new JsonObject { ["text"] = text }.ToJsonString(),
            Tools = ["notifications.send"],
            Channels = ["inbox"],
        }.ToReply();
}
