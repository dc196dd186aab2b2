namespace Project38.Cli.Tests;

/// <summary><c>p38 schedule</c> and <c>p38 handoff</c>, against the service.</summary>
public sealed class ScheduleAndHandoffVerbsTests(Service service) : IClassFixture<Service>
{
    private const string Counting = """
        from p38 import handoff


        class Agent:
            def __init__(self, config):
                self.config = config

            async def execute(self):
                handoff.state["ספירה"] = handoff.state.get("ספירה", 0) + 1
                handoff.observe("counted once more")
                return {"status": "success", "result": {}}

        """;

    private readonly P38 _p38 = service.P38;

    [Fact]
    public async Task Schedule_ShowsWhatComes_AndHowTheLastFiresWent()
    {
        var program = _p38.NewFile("often.py", Programs.Plain);
        await _p38.DoneAsync("import", program, "--lenient", "--name", "Often", "--schedule", "* * * * * *");
        while ((await _p38.JsonAsync("tasks", "Often", "--status", "completed")).GetArrayLength() == 0) { }
        await _p38.DoneAsync("config", "Often", "schedule=0 8 * * *", "timezone=Europe/Berlin");

        var shown = await _p38.DoneAsync("schedule", "Often", "--limit", "3");
        var json = await _p38.JsonAsync("schedule", "Often", "--limit", "3");

        shown.ShouldStartWith("schedule     0 8 * * * (Europe/Berlin)\nnext         ");
        shown.ShouldContain(" 08:00 in Europe/Berlin)");
        shown.ShouldContain("completed");
        json.GetProperty("next").GetArrayLength().ShouldBe(3);
    }

    [Fact]
    public async Task Schedule_PreviewsOneThatNobodyHas()
    {
        var shown = await _p38.DoneAsync("schedule", "--cron", "30 9 * * 1-5", "--zone", "Asia/Jerusalem");

        shown.ShouldStartWith("schedule     30 9 * * 1-5 (Asia/Jerusalem)\nnext         ");
        shown.Split('\n').Count(line => line.EndsWith(" 09:30", StringComparison.Ordinal)).ShouldBe(10);
    }

    [Fact]
    public async Task Schedule_SaysThatEachAgentHasItsOwn_WhenItIsSpread()
    {
        var shown = await _p38.DoneAsync("schedule", "--cron", "H 8 * * *", "--zone", "UTC");

        shown.ShouldStartWith("schedule     H 8 * * * (UTC)\nnext         'H' is chosen when an agent is made");
    }

    [Theory]
    [InlineData(ExitCode.Usage, "takes an agent, or --cron")]
    [InlineData(ExitCode.Usage, "takes an agent, or --cron", "1", "--cron", "@daily")]
    [InlineData(ExitCode.Usage, "--timezone is for --cron", "1", "--zone", "UTC")]
    [InlineData(
        ExitCode.Usage,
        "--limit is '101'. Write a number from 1 to 100.",
        "--cron",
        "@daily",
        "--limit",
        "101"
    )]
    [InlineData(ExitCode.Refused, "is no cron expression", "--cron", "whenever")]
    [InlineData(
        ExitCode.Refused,
        "p38: Unknown time zone 'Mars/X'. Use an IANA name such as 'Asia/Jerusalem', or 'UTC'.\n",
        "--cron",
        "@daily",
        "--zone",
        "Mars/X"
    )]
    public async Task Schedule_SaysWhatIsWrong(int exitCode, string says, params string[] arguments)
    {
        var ended = await _p38.RunAsync(["schedule", .. arguments]);

        ended.ExitCode.ShouldBe(exitCode, ended.Error);
        ended.Error.ShouldContain(says);
    }

    [Fact]
    public async Task Handoff_ShowsWhatTheNextRunReceives_UntilItIsReset()
    {
        var program = _p38.NewFile("counting.py", Counting);
        await _p38.DoneAsync("import", program, "--lenient", "--name", "Counting");
        var before = await _p38.DoneAsync("handoff", "Counting");
        await _p38.DoneAsync("run", "Counting");
        await _p38.DoneAsync("run", "Counting");

        var shown = await _p38.DoneAsync("handoff", "Counting");
        var unsure = await _p38.RunAsync("handoff", "Counting", "reset");
        var reset = await _p38.DoneAsync("handoff", "Counting", "reset", "--yes");
        var history = await _p38.DoneAsync("handoff", "Counting", "--history");

        before.ShouldContain("Run 1 of 'Counting' begins anew");
        shown.ShouldContain("next run     3\nstate        {\"ספירה\":2}\n");
        shown.ShouldContain("saw          counted once more\n             run 2, ");
        unsure.ExitCode.ShouldBe(ExitCode.Refused);
        unsure.Error.ShouldContain("Nothing was reset. Answer 'y', or use --yes.");
        reset.ShouldContain("Run 3 of 'Counting' begins anew");
        history.ShouldContain("run 2        {\"ספירה\":2}");
        history.ShouldContain("run 1        {\"ספירה\":1}");
    }
}
