using System.CommandLine;
using Project38.Cli.Api;
using Project38.Cli.Output;
using Project38.Client;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 handoff AGENT [show|reset]</c>: what its next run receives, what each run left, and a new beginning.</summary>
internal static class HandoffVerb
{
    private static readonly ContractsJson Json = ContractsJson.Default;
    private static readonly Argument<string> Agent = AgentArgument.Create();
    private static readonly Argument<string> Action = new("action")
    {
        Description = "show or reset",
        DefaultValueFactory = _ => "show",
    };
    private static readonly Option<bool> History = new("--history") { Description = "Show what each run left" };
    private static readonly Option<bool> Yes = Confirmation.Yes();
    private static readonly Option<int> Limit = LimitOption.Create("With --history: at most this many, newest first");

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        Action.AcceptOnlyFromAmong("show", "reset");
        return new Command("handoff", "Show what an agent's next run receives, or make it begin anew")
        {
            Agent,
            Action,
            History,
            Limit,
            Yes,
        }.Does(
            async (run, cancellationToken) =>
            {
                var reset = run.Get(Action) == "reset";
                if (reset && run.Get(History))
                {
                    throw new CliException(ExitCode.Usage, "--history is for 'show'; 'reset' keeps the history.");
                }

                var api = await run.ConnectAsync(cancellationToken);
                var agent = await api.FindAsync(run.Get(Agent), cancellationToken);
                if (run.Get(History))
                {
                    return await ShowHistoryAsync(run, api, agent, cancellationToken);
                }
                if (reset)
                {
                    await ResetAsync(run, api, agent, cancellationToken);
                }
                return await ShowAsync(run, api, agent, cancellationToken);
            }
        );
    }

    private static async Task ResetAsync(
        VerbRun run,
        P38Client api,
        AgentResponse agent,
        CancellationToken cancellationToken
    )
    {
        Confirmation.Demand(
            run,
            Yes,
            $"Let the next run of agent {agent.Id}, '{agent.Name}', begin anew, without what earlier runs left?",
            "Nothing was reset."
        );
        await api.Agents.ResetHandoffAsync(agent.Id, cancellationToken);
    }

    private static async Task<int> ShowAsync(
        VerbRun run,
        P38Client api,
        AgentResponse agent,
        CancellationToken cancellationToken
    )
    {
        var handoff = await api.Agents.HandoffAsync(agent.Id, cancellationToken);
        var screen = run.Screen;
        if (screen.Json)
        {
            screen.Result(handoff, Json.HandoffResponse);
            return ExitCode.Ok;
        }
        if (handoff.Fresh)
        {
            screen.Line($"Run {handoff.NextRun} of '{agent.Name}' begins anew: there is nothing to hand on.");
            return ExitCode.Ok;
        }

        screen.Part("next run", $"{handoff.NextRun}");
        screen.Part("state", JsonWords.Of(handoff.State));
        ShowEntries(screen, "saw", handoff.Observations);
        ShowEntries(screen, "did", handoff.Actions);
        if (handoff.Summary.Length > 0)
        {
            screen.Part("summary", handoff.Summary);
        }
        return ExitCode.Ok;
    }

    private static async Task<int> ShowHistoryAsync(
        VerbRun run,
        P38Client api,
        AgentResponse agent,
        CancellationToken cancellationToken
    )
    {
        var handoffs = await api.Agents.HandoffsAsync(agent.Id, before: null, run.Get(Limit), cancellationToken);
        var screen = run.Screen;
        if (screen.Json)
        {
            screen.Result(handoffs, Json.IReadOnlyListRunHandoffResponse);
            return ExitCode.Ok;
        }
        if (handoffs.Count == 0)
        {
            screen.Line($"No run of '{agent.Name}' has left anything yet.");
        }
        foreach (var one in handoffs)
        {
            screen.Faint($"{screen.Time(one.CreatedAt)}, beginning {one.Generation}");
            screen.Part(
                $"run {one.Run}",
                one.State is { } state ? JsonWords.Of(state) : "failed; its state does not count",
                good: one.Succeeded
            );
            ShowNotes(screen, "saw", one.Observations);
            ShowNotes(screen, "did", one.Actions);
            if (one.Summary is { Length: > 0 } summary)
            {
                screen.Part("summary", summary);
            }
            screen.Line();
        }
        return ExitCode.Ok;
    }

    private static void ShowEntries(Screen screen, string label, IReadOnlyList<HandoffEntryResponse> entries)
    {
        foreach (var entry in entries)
        {
            var failed = entry.Failed ? ", which failed" : "";
            screen.Part(label, $"{entry.Text}\nrun {entry.Run}{failed}, {screen.Time(entry.At)}", good: !entry.Failed);
        }
    }

    private static void ShowNotes(Screen screen, string label, IReadOnlyList<NoteResponse> notes)
    {
        foreach (var note in notes)
        {
            screen.Part(label, $"{note.Text}\n{screen.Time(note.At)}");
        }
    }

    private static string Route(AgentResponse agent) => $"/api/agents/{agent.Id}/handoff";
}
