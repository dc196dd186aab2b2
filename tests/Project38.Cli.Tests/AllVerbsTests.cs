using System.Text.Json;

namespace Project38.Cli.Tests;

/// <summary>What holds for every verb: its exit codes, and that <c>--json</c> is JSON.</summary>
public sealed class AllVerbsTests(AllVerbsTests.Named named) : IClassFixture<AllVerbsTests.Named>
{
    private const string Name = "Drink water";
    private const string Mistyped = "Drink wter";
    private const string AGENT = "AGENT";

    /// <summary>The verbs that take an agent.</summary>
    private static readonly string[][] _ofAgents =
    [
        ["show", AGENT],
        ["run", AGENT],
        ["tasks", AGENT],
        ["logs", AGENT],
        ["retry", AGENT],
        ["cancel", AGENT],
        ["files", AGENT],
        ["schedule", AGENT],
        ["usage", AGENT],
        ["hook", "list", AGENT],
        ["config", AGENT, "text=more water"],
        ["handoff", AGENT],
        ["handoff", AGENT, "reset", "--yes"],
        ["edit", AGENT, "also remind me on Saturday"],
        ["versions", AGENT],
        ["diff", AGENT],
        ["backtest", AGENT],
        ["rollback", AGENT],
        ["activate", AGENT, "1"],
        ["pause", AGENT],
        ["resume", AGENT],
        ["delete", AGENT, "--yes"],
    ];

    /// <summary>The others that need a server.</summary>
    private static readonly string[][] _ofServers =
    [
        ["list"],
        ["create", "Remind me every day at 9 to stretch"],
        ["import", "agent.py", "--lenient"],
        ["check", "agent.py"],
        ["sandbox"],
        ["sandbox", "run", "agent.py"],
        ["inbox"],
        ["approvals"],
        ["replay", "1"],
        ["usage", "--zone", "Asia/Jerusalem"],
        ["schedule", "--cron", "30 9 * * 1-5", "--zone", "Asia/Jerusalem"],
        ["channels"],
        ["channels", "set", "ops", "--kind", "webhook", "--setting", "url=https://example.org"],
        ["channels", "test", "inbox"],
        ["channels", "remove", "ops", "--yes"],
        ["tool-servers"],
        ["tool-servers", "list"],
        ["tool-servers", "add", "notes", "--url", "https://example.org/mcp"],
        ["tool-servers", "show", "notes"],
        ["tool-servers", "check", "notes"],
        ["tool-servers", "agree", "notes", "--yes"],
        ["tool-servers", "remove", "notes", "--yes"],
        ["secrets", "list"],
        ["python", "list"],
        ["python", "add", "data", "no package"],
        ["python", "remove", "data", "--yes"],
        ["secrets", "delete", "NAME", "--yes"],
    ];

    /// <summary>Those that need none.</summary>
    private static readonly string[][] _alone =
    [
        ["token"],
        ["completion", "bash"],
        ["man"],
    ];

    /// <summary>Those with tests of their own for all of this: they are servers, or start their own.</summary>
    private static readonly string[] _servers = ["doctor", "up", "eval", "mcp"];

    public static TheoryData<string[]> OfAgents => Data(_ofAgents);

    public static TheoryData<string[]> NeedServer =>
        Data(
            _ofAgents,
            _ofServers,
            [
                ["up"],
            ]
        );

    public static TheoryData<string[]> Alone => Data(_alone);

    public static TheoryData<string[]> All =>
        Data(
            _ofAgents,
            _ofServers,
            _alone,
            [
                ["doctor"],
                ["up"],
                ["eval", "."],
            ]
        );

    // Without the one that would take the agent away from the others.
    public static TheoryData<string[]> Asking =>
        Data(
            _ofAgents.Where(verb => verb[0] != "delete"),
            _ofServers,
            _alone,
            [
                ["doctor"],
            ]
        );

    [Fact]
    public void Tables_HaveEveryVerb() =>
        _ofAgents
            .Concat(_ofServers)
            .Concat(_alone)
            .Select(verb => verb[0])
            .Concat(_servers)
            .Distinct()
            .ShouldBe(
                CommandLine.Create().Subcommands.Where(verb => !verb.Hidden).Select(verb => verb.Name),
                ignoreOrder: true
            );

    [Theory]
    [MemberData(nameof(OfAgents))]
    public async Task Verb_EndsWithNotFoundAndWhatWasMeant_WhenThereIsNoSuchAgent(string[] verb)
    {
        var ended = await named.P38.RunAsync(Of(verb, Mistyped));

        ended.ExitCode.ShouldBe(ExitCode.NotFound, ended.Error);
        ended.Error.ShouldContain($"There is no agent '{Mistyped}'. Did you mean '{Name}' (");
        ended.Output.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(NeedServer))]
    public async Task Verb_EndsWithServer_WhenThereIsNone(string[] verb)
    {
        await using var alone = named.Alone();
        alone.Environment["P38_SERVER"] = "/no/such/server.dll";

        var ended = await alone.RunAsync(Of(verb, Name));

        ended.ExitCode.ShouldBe(ExitCode.Server, ended.Error);
        ended.Error.ShouldStartWith("p38: There is no server program at /no/such/server.dll. ");
        ended.Output.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Alone))]
    public async Task Verb_NeedsNoServer_WhenItAsksNone(string[] verb)
    {
        await using var alone = named.Alone();
        alone.Environment["P38_SERVER"] = "/no/such/server.dll";

        (await alone.RunAsync(verb)).ExitCode.ShouldBe(ExitCode.Ok);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Verb_EndsWithUsage_WhenAnOptionIsUnknown(string[] verb)
    {
        var ended = await named.P38.RunAsync([.. Of(verb, Name), "--jsn"]);

        ended.ExitCode.ShouldBe(ExitCode.Usage, ended.Error);
        ended.Error.ReplaceLineEndings(" ").ShouldContain("There is no option '--jsn' of ");
        ended.Error.ReplaceLineEndings(" ").ShouldContain("Did you mean '--json'?");
        ended.Output.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Asking))]
    public async Task Verb_WritesOneJsonValueAndNothingElse_WhenJsonIsAskedFor(string[] verb)
    {
        var ended = await named.P38.RunAsync([.. Of(verb, Name), "--json", "--quiet"]);

        if (ended.Output.Length > 0)
        {
            JsonElement.Parse(ended.Output);
            ended.ExitCode.ShouldBeOneOf([ExitCode.Ok, ExitCode.Refused, ExitCode.FailedRun], ended.Error);
        }
        else
        {
            var detail = JsonElement.Parse(ended.Error).GetProperty("detail").GetString();
            ended.ExitCode.ShouldBeOneOf([ExitCode.Refused, ExitCode.NotFound], detail);
        }
    }

    [Theory]
    [InlineData("lst", "There is no verb 'lst'. Did you mean 'list'?")]
    [InlineData("shcedule", "There is no verb 'shcedule'. Did you mean 'schedule'?")]
    [InlineData("xyzzy", "There is no verb 'xyzzy'. See 'p38 --help'.")]
    public async Task Verb_IsOffered_WhenItIsMistyped(string verb, string says)
    {
        var ended = await named.P38.RunAsync(verb);

        ended.ExitCode.ShouldBe(ExitCode.Usage);
        ended.Error.ShouldContain(says);
    }

    private static TheoryData<string[]> Data(params IEnumerable<string[]>[] parts)
    {
        var data = new TheoryData<string[]>();
        foreach (var verb in parts.SelectMany(part => part))
        {
            data.Add(verb);
        }
        return data;
    }

    private static string[] Of(string[] verb, string agent) => [.. verb.Select(word => word == AGENT ? agent : word)];

    /// <summary>The service, with one agent that ran.</summary>
    public sealed class Named : IAsyncLifetime
    {
        private readonly Service _service = new();

        internal P38 P38 => _service.P38;

        internal P38 Alone()
        {
            var alone = new P38();
            alone.NewFile("agent.py", Programs.Plain);
            return alone;
        }

        public async ValueTask InitializeAsync()
        {
            await _service.InitializeAsync();
            P38.NewFile("agent.py", Programs.Plain);
            await P38.DoneAsync("create", "Remind me every day at 8 to drink", "--name", Name, "--run");
        }

        public ValueTask DisposeAsync() => _service.DisposeAsync();
    }
}
