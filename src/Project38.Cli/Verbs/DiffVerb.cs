using System.CommandLine;
using Project38.Cli.Api;
using Project38.Cli.Output;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 diff AGENT [FROM [TO]]</c>: what differs between two versions.</summary>
internal static class DiffVerb
{
    private static readonly Argument<string> Agent = new("agent") { Description = "Number or name" };
    private static readonly Argument<int?> From = VersionArgument.Create(
        "from",
        "A version; the one that the other was made from by default"
    );
    private static readonly Argument<int?> To = VersionArgument.Create("to", "Another; the current one by default");

    /// <summary>The verb.</summary>
    public static Command Create() =>
        new Command("diff", "Show what differs between two versions of an agent") { Agent, From, To }.Does(ShowAsync);

    /// <summary>What differs.</summary>
    /// <param name="api">The server.</param>
    /// <param name="agentId">Of which agent.</param>
    /// <param name="from">Null: the version that the other was made from.</param>
    /// <param name="to">Null: the current one.</param>
    /// <param name="cancellationToken">Cancelled is not failed: it throws.</param>
    public static Task<DiffResponse> OfAsync(
        ApiClient api,
        long agentId,
        int? from,
        int? to,
        CancellationToken cancellationToken
    )
    {
        string[] query = [from is null ? "" : $"from={from}", to is null ? "" : $"to={to}"];
        return api.GetAsync(
            $"/api/agents/{agentId}/diff?{string.Join('&', query.Where(part => part.Length > 0))}",
            ContractsJson.Default.DiffResponse,
            cancellationToken
        );
    }

    private static async Task<int> ShowAsync(VerbRun run, CancellationToken cancellationToken)
    {
        var api = await run.ConnectAsync(cancellationToken);
        var agent = await api.FindAsync(run.Get(Agent), cancellationToken);
        var diff = await OfAsync(api, agent.Id, run.Get(From), run.Get(To), cancellationToken);
        if (run.Screen.Json)
        {
            run.Screen.Result(diff, ContractsJson.Default.DiffResponse);
        }
        else
        {
            Diffs.Show(run.Screen, diff);
        }
        return ExitCode.Ok;
    }
}
