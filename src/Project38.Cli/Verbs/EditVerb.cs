using System.CommandLine;
using Project38.Cli.Api;
using Project38.Cli.Output;
using Project38.Client;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 edit AGENT "WISH"</c>: a new version of an agent, from a sentence; shown, and current after a yes.</summary>
internal static class EditVerb
{
    // Fewer than a backtest takes by itself: somebody waits for a question.
    private const int BacktestedRuns = 10;

    private static readonly Argument<string> Agent = AgentArgument.Create();
    private static readonly Argument<string> Wish = new("wish") { Description = "What shall change" };
    private static readonly Option<bool> Yes = Confirmation.Yes("Make it current without asking");
    private static readonly Option<bool> Accept = RiskQuestion.Option();
    private static readonly Option<bool> Lenient = new("--lenient") { Description = "Style and docstrings only warn" };

    /// <summary>The verb.</summary>
    public static Command Create() =>
        new Command("edit", "Change an agent by a sentence") { Agent, Wish, Yes, Accept, Lenient }.Does(EditAsync);

    private static async Task<int> EditAsync(VerbRun run, CancellationToken cancellationToken)
    {
        var api = await run.ConnectAsync(cancellationToken);
        var agent = await api.FindAsync(run.Get(Agent), cancellationToken);
        var request = new EditAgentRequest
        {
            Wish = run.Get(Wish),
            Activate = run.Get(Yes),
            AcceptRisks = run.Get(Accept),
            StrictValidation = !run.Get(Lenient),
            Timezone = UserZone.Find(),
            CreatedBy = LocalUser.Name,
        };
        EditResponse edit;
        try
        {
            edit = await Making.EditAsync(
                api.Agents.EditAsync(
                    agent.Id,
                    request,
                    step => run.Screen.Progress(step.Step, step.Text, step.Seconds),
                    cancellationToken
                )
            );
        }
        catch (ApiException exception) when (exception.Problem.Questions is not null && !run.Screen.Json)
        {
            Questions.Show(run.Screen, exception.Problem, $"p38 edit {agent.Id}", request.Wish!);
            return ExitCode.Asked;
        }
        catch (ApiException exception) when (exception.Problem is { Question: not null, Version: { } kept })
        {
            // It is made and paid for: what is left is the question.
            var activated = await ActivateAsync(run, api, agent.Id, kept, cancellationToken);
            if (run.Screen.Json)
            {
                run.Screen.Result(activated, ContractsJson.Default.AgentResponse);
            }
            else
            {
                RollbackVerbs.Show(run, activated);
            }
            return ExitCode.Ok;
        }

        foreach (var line in edit.Findings.SelectMany(finding => Findings.Lines(finding)))
        {
            run.Screen.Note(line);
        }
        if (run.Screen.Json)
        {
            run.Screen.Result(edit, ContractsJson.Default.EditResponse);
            return ExitCode.Ok;
        }

        Diffs.Show(run.Screen, edit.Diff);
        run.Screen.Line();
        if (edit.Version.Current)
        {
            RollbackVerbs.Show(run, edit.Agent);
        }
        else if (!Console.IsInputRedirected && await IsWantedAsync(run, api, edit, cancellationToken))
        {
            var number = edit.Version.Number;
            RollbackVerbs.Show(run, await ActivateAsync(run, api, agent.Id, number, cancellationToken));
        }
        else
        {
            run.Screen.Line(
                $"Version {edit.Version.Number} is proposed; '{edit.Agent.Name}' stays at version {edit.Agent.Version}. "
                    + $"Make it current: p38 activate {agent.Id} {edit.Version.Number}"
            );
        }
        return ExitCode.Ok;
    }

    private static Task<AgentResponse> ActivateAsync(
        VerbRun run,
        P38Client api,
        long agentId,
        int number,
        CancellationToken cancellationToken
    ) =>
        RiskQuestion.AskAsync(
            run.Get(Accept),
            yes => api.Agents.ActivateAsync(agentId, number, ifMatch: null, yes, cancellationToken),
            $"Nobody said yes, so version {number} was kept and is not current. To say it: p38 activate {agentId} {number}, on a "
                + "terminal or with --accept-risks."
        );

    private static async Task<bool> IsWantedAsync(
        VerbRun run,
        P38Client api,
        EditResponse edit,
        CancellationToken cancellationToken
    )
    {
        await ShowBacktestAsync(run, api, edit, cancellationToken);
        var grants = edit.Diff.GrantsAdded.Count > 0 ? ", with what is new in what it may do" : "";
        return Confirmation.Given($"Make version {edit.Version.Number} current{grants}?");
    }

    // So that the yes is one to what it does. Where there is nothing to show, the diff is what there is.
    private static async Task ShowBacktestAsync(
        VerbRun run,
        P38Client api,
        EditResponse edit,
        CancellationToken cancellationToken
    )
    {
        var request = new BacktestRequest { Version = edit.Version.Number, Last = BacktestedRuns };
        try
        {
            Backtests.Show(run.Screen, await api.Agents.BacktestAsync(edit.Agent.Id, request, cancellationToken));
            run.Screen.Line();
        }
        catch (ApiException exception) when (exception.Status is 409 or 429 or >= 500) { }
    }
}
