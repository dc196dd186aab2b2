namespace Project38.Cli.Tests;

public sealed class ChannelsVerbTests(Service service) : IClassFixture<Service>
{
    private P38 P38 => service.P38;

    [Fact]
    public async Task Channel_IsSetChangedTriedAndRemoved()
    {
        string[] kind = ["--kind", "email-smtp", "--setting", "host=127.0.0.1", "--setting", "port=1"];
        string[] mail = ["--setting", "from=a@example.org", "--setting", "to=dana@example.org"];
        var set = await P38.DoneAsync(["channels", "set", "mail", .. kind, .. mail, "--digest", "30m"]);
        var hours = await P38.JsonAsync("channels", "set", "mail", "--quiet-hours", "22:00-07:00", "--digest", "none");
        var off = await P38.JsonAsync("channels", "set", "mail", "--off", "--unset", "port");
        var listed = await P38.DoneAsync("channels");
        var tested = await P38.RunAsync("channels", "test", "mail");
        var inbox = await P38.DoneAsync("channels", "test", "inbox");
        var removed = await P38.DoneAsync("channels", "remove", "mail", "--yes");
        var gone = await P38.RunAsync("channels", "remove", "mai", "--yes");

        set.ShouldContain("mails dana@example.org by 127.0.0.1");
        hours.GetProperty("quiet_hours").GetString().ShouldBe("22:00-07:00");
        hours.GetProperty("digest").GetString().ShouldBeNull();
        hours.GetProperty("settings").GetProperty("port").GetString().ShouldBe("1");
        off.GetProperty("enabled").GetBoolean().ShouldBeFalse();
        off.GetProperty("quiet_hours").GetString().ShouldBe("22:00-07:00");
        off.GetProperty("settings").TryGetProperty("port", out _).ShouldBeFalse();
        listed.ShouldContain("inbox");
        listed.ShouldContain("not 22:00-07:00");
        tested.ExitCode.ShouldBe(ExitCode.Refused);
        tested.Error.ShouldContain("allow_private=true");
        inbox.ShouldContain("Channel inbox works");
        removed.ShouldContain("is gone");
        gone.ExitCode.ShouldBe(ExitCode.NotFound);
    }

    [Theory]
    [InlineData(ExitCode.Usage, "--kind", "channels", "set", "new")]
    [InlineData(ExitCode.Usage, "--on and --off", "channels", "set", "new", "--on", "--off")]
    [InlineData(ExitCode.Usage, "KEY=VALUE", "channels", "set", "new", "--kind", "n8n", "--setting", "url")]
    [InlineData(ExitCode.Refused, "--setting url is required", "channels", "set", "new", "--kind", "n8n")]
    [InlineData(
        ExitCode.Refused,
        "--quiet-hours must be",
        "channels",
        "set",
        "new",
        "--kind",
        "n8n",
        "--quiet-hours",
        "22"
    )]
    [InlineData(ExitCode.Refused, "small letter", "channels", "set", "New", "--kind", "n8n")]
    [InlineData(ExitCode.NotFound, "Did you mean 'inbox'?", "channels", "test", "inbx")]
    public async Task Verb_SaysWhatIsWrong(int exitCode, string message, params string[] verb)
    {
        var ended = await P38.RunAsync(verb);

        ended.ExitCode.ShouldBe(exitCode, ended.Error);
        ended.Error.ReplaceLineEndings(" ").ShouldContain(message);
    }

    [Fact]
    public async Task Agent_IsMadeWithAWarning_WhenItsChannelIsNotSetUp()
    {
        P38.NewFile(
            "telling.py",
            """"
            """Tells something."""

            from p38 import tools


            class Agent:
                """Tells something."""

                def __init__(self, config: dict) -> None:
                    """Nothing to keep."""

                async def execute(self) -> dict:
                    """Tell it."""
                    await tools.notifications.send("x", channel="nobodys")
                    return {"status": "success", "result": None}
            """"
        );

        var made = await P38.RunAsync("import", "telling.py", "--lenient");

        made.ExitCode.ShouldBe(ExitCode.Ok, made.Error);
        made.Error.ReplaceLineEndings(" ").ShouldContain("p38 channels set nobodys");
    }
}
