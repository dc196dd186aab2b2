using System.CommandLine;
using Project38.Cli.Api;
using Project38.Client;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 create "SENTENCE"</c>: a sentence becomes an agent.</summary>
internal static class CreateVerb
{
    private static readonly Argument<string> Sentence = new("sentence")
    {
        Description = "What the agent does, and when",
    };
    private static readonly Option<string> Name = new("--name") { Description = "A name of your own" };
    private static readonly Option<string> Zone = ZoneOption.Create(
        "IANA zone of the times in the sentence; yours by default"
    );
    private static readonly Option<bool> Run = new("--run") { Description = "Run it once, now" };
    private static readonly Option<bool> Lenient = new("--lenient") { Description = "Style and docstrings only warn" };
    private static readonly Option<string> Config = new("--config")
    {
        Description = "JSON, KEY=VALUE or @FILE; wins over what the sentence says",
    };
    private static readonly Option<bool> Accept = RiskQuestion.Option();
    private static readonly Option<string[]> Files = NewAgentOptions.Files();
    private static readonly Option<string[]> Folders = NewAgentOptions.Folders();

    // What the API calls the description, a person here typed as a sentence.
    private static readonly Dictionary<string, string> Typed = new() { ["description"] = "The sentence" };

    /// <summary>The verb.</summary>
    public static Command Create() =>
        new Command("create", "Make an agent from a sentence")
        {
            Sentence,
            Files,
            Folders,
            Name,
            Zone,
            Config,
            Run,
            Accept,
            Lenient,
        }.Does(CreateAsync);

    private static async Task<int> CreateAsync(VerbRun run, CancellationToken cancellationToken)
    {
        var files = LocalFile.Check(run.Get(Files) ?? []);
        var request = new CreateAgentRequest
        {
            Description = run.Get(Sentence),
            Name = run.Get(Name),
            CreatedBy = LocalUser.Name,
            Timezone = run.Get(Zone) ?? UserZone.Find(),
            StrictValidation = !run.Get(Lenient),
            AcceptRisks = run.Get(Accept),
            Folders = LocalFile.CheckFolders(run.Get(Folders) ?? []),
            Config = await ConfigArgument.ReadAsync(run.Get(Config), cancellationToken),

            // A schedule must not fire before its files are there.
            Status = files.Count > 0 ? "paused" : null,
        };

        var api = await run.ConnectAsync(cancellationToken);
        CreatedAgentResponse agent;
        try
        {
            agent = await MakeAsync(run, api, request, cancellationToken);
        }
        catch (ApiException exception) when (exception.Problem.Questions is not null && !run.Screen.Json)
        {
            Questions.Show(run.Screen, exception.Problem, "p38 create", request.Description!);
            return ExitCode.Asked;
        }

        return await NewAgentSteps.FinishAsync(run, api, agent, files, run.Get(Run), cancellationToken);
    }

    private static async Task<CreatedAgentResponse> MakeAsync(
        VerbRun run,
        P38Client api,
        CreateAgentRequest request,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await Making.AgentAsync(
                api.Agents.CreateAsync(
                    request,
                    step => run.Screen.Progress(step.Step, step.Text, step.Seconds),
                    cancellationToken
                )
            );
        }
        catch (ApiException exception) when (exception.Errors.ContainsKey("description"))
        {
            throw exception.Calling(Typed);
        }
    }
}
