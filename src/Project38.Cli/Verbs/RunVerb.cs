using System.CommandLine;
using System.Globalization;
using Project38.Cli.Api;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 run AGENT</c>: one run by hand, now.</summary>
internal static class RunVerb
{
    private const string Moment = "2026-12-24T08:00:00+02:00";

    private static readonly Argument<string> Agent = AgentArgument.Create();
    private static readonly Option<string> Config = new("--config")
    {
        Description = "JSON, KEY=VALUE or @FILE, laid over the agent's config for this run",
    };

    private static readonly Option<DateTimeOffset?> Clock = new("--clock")
    {
        Description = $"What the program takes for now, for example {Moment}; the real time by default",
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var clock))
            {
                return clock;
            }
            result.AddError(
                $"--clock is '{text}', which is no moment. Write one as {Moment}, or leave it out for now."
            );
            return null;
        },
    };

    private static readonly Option<bool> Dry = new("--dry")
    {
        Description = "Send, write and remember nothing; show what it would have done",
    };

    private static readonly Option<bool> Accept = RiskQuestion.Option();

    /// <summary>The verb.</summary>
    public static Command Create() =>
        new Command("run", "Run an agent now, and wait") { Agent, Config, Clock, Dry, Accept, Following.Option }.Does(
            RunAsync
        );

    private static async Task<int> RunAsync(VerbRun run, CancellationToken cancellationToken)
    {
        var request = new ExecuteAgentRequest
        {
            Config = await ConfigArgument.ReadAsync(run.Get(Config), cancellationToken),
            Clock = run.Get(Clock),
            DryRun = run.Get(Dry),
        };
        var api = await run.ConnectAsync(cancellationToken);
        var agent = await api.FindAsync(run.Get(Agent), cancellationToken);
        if (run.Get(Following.Option))
        {
            var task = await AskAsync(yes => api.Agents.StartAsync(agent.Id, yes, cancellationToken));
            return await Following.ShowAsync(api, task.Id, run.Screen, cancellationToken);
        }
        var execution = await AskAsync(yes => Execution.RunAsync(api, agent.Id, yes, cancellationToken));
        if (run.Screen.Json)
        {
            run.Screen.Result(execution, ContractsJson.Default.ExecutionResponse);
        }
        else
        {
            Execution.Show(run.Screen, execution);
        }
        return Execution.CodeOf(execution);

        Task<T> AskAsync<T>(Func<ExecuteAgentRequest, Task<T>> start) =>
            RiskQuestion.AskAsync(
                run.Get(Accept),
                yes => start(request with { AcceptRisks = yes }),
                $"Nobody said yes, so it was not run. To say it: p38 run {agent.Id}, on a terminal or with --accept-risks."
            );
    }
}
