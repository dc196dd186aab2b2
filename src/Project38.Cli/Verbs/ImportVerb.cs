using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 import FILE.py</c>: a program that somebody wrote becomes an agent.</summary>
internal static class ImportVerb
{
    private static readonly Argument<string> Program = new("file")
    {
        Description = "A Python program with a class Agent",
    };
    private static readonly Option<string> Tests = new("--tests") { Description = "Its tests; without, a smoke trial" };
    private static readonly Option<string> Name = new("--name") { Description = "A name of your own" };
    private static readonly Option<string> Description = new("--description") { Description = "What it does" };
    private static readonly Option<string> Config = new("--config") { Description = "JSON, KEY=VALUE or @FILE" };
    private static readonly Option<string> Schedule = new("--schedule")
    {
        Description = "Cron, for example '0 8 * * *'",
    };
    private static readonly Option<string> Zone = ZoneOption.Create("IANA zone of the schedule; yours by default");
    private static readonly Option<bool> Run = new("--run") { Description = "Run it once, now" };
    private static readonly Option<bool> Lenient = new("--lenient") { Description = "Style and docstrings only warn" };
    private static readonly Option<bool> Accept = RiskQuestion.Option();
    private static readonly Option<string[]> Files = NewAgentOptions.Files();
    private static readonly Option<string[]> Folders = NewAgentOptions.Folders();

    /// <summary>The verb.</summary>
    public static Command Create() =>
        new Command("import", "Make an agent from a program somebody wrote")
        {
            Program,
            Tests,
            Name,
            Description,
            Config,
            Schedule,
            Zone,
            Files,
            Folders,
            Run,
            Accept,
            Lenient,
        }.Does(ImportAsync);

    private static async Task<int> ImportAsync(VerbRun run, CancellationToken cancellationToken)
    {
        var files = LocalFile.Check(run.Get(Files) ?? []);
        var request = new ImportAgentRequest
        {
            Code = await LocalFile.ReadProgramAsync(run.Get(Program), cancellationToken),
            Tests = run.Get(Tests) is { } tests ? await LocalFile.ReadProgramAsync(tests, cancellationToken) : null,
            Name = run.Get(Name) ?? Path.GetFileNameWithoutExtension(run.Get(Program)),
            Description = run.Get(Description),
            CreatedBy = LocalUser.Name,
            Config = await ReadConfigAsync(run, cancellationToken),
            StrictValidation = !run.Get(Lenient),
            AcceptRisks = run.Get(Accept),
            Folders = LocalFile.CheckFolders(run.Get(Folders) ?? []),
            Status = files.Count > 0 ? "paused" : null,
        };

        var api = await run.ConnectAsync(cancellationToken);
        var agent = await Making.AgentAsync(
            api.Agents.ImportAsync(
                request,
                step => run.Screen.Progress(step.Step, step.Text, step.Seconds),
                cancellationToken
            )
        );
        return await NewAgentSteps.FinishAsync(run, api, agent, files, run.Get(Run), cancellationToken);
    }

    private static async Task<JsonElement?> ReadConfigAsync(VerbRun run, CancellationToken cancellationToken)
    {
        var config = await ConfigArgument.ReadAsync(run.Get(Config), cancellationToken);
        if (run.Get(Schedule) is not { } cron)
        {
            return config;
        }

        var whole = config is { } given ? JsonObject.Create(given)! : [];
        whole["schedule"] = cron;
        whole["timezone"] ??= run.Get(Zone) ?? UserZone.Find();
        using var document = JsonDocument.Parse(whole.ToJsonString());
        return document.RootElement.Clone();
    }
}
