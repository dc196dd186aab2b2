using System.CommandLine;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 approvals</c>: what agents ask people, and the answers.</summary>
internal static class ApprovalsVerb
{
    private static readonly ContractsJson Json = ContractsJson.Default;

    private static readonly Argument<long> Id = new("approval") { Description = "Number of a question" };
    private static readonly Option<bool> All = new("--all") { Description = "Those that are answered too" };
    private static readonly Option<int> Limit = LimitOption.Create();
    private static readonly Option<string> Note = new("--note")
    {
        Description = "What you say to it; the agent gets it",
    };

    /// <summary>The verb, with its own.</summary>
    public static Command Create() =>
        new Command("approvals", "List what agents ask you, and answer")
        {
            All,
            Limit,
            new Command("list", "List what agents ask you") { All, Limit }.Does(ListAsync),
            new Command("show", "Show one question") { Id }.Does(ShowAsync),
            new Command("approve", "Say yes; its task goes on") { Id, Note }.Does(
                (run, cancellationToken) => DecideAsync(run, approve: true, cancellationToken)
            ),
            new Command("reject", "Say no; its task goes on with that") { Id, Note }.Does(
                (run, cancellationToken) => DecideAsync(run, approve: false, cancellationToken)
            ),
        }.Does(ListAsync);

    private static async Task<int> ListAsync(VerbRun run, CancellationToken cancellationToken)
    {
        var api = await run.ConnectAsync(cancellationToken);
        var status = run.Get(All) ? null : "open";
        var approvals = await api.ApprovalsAsync(status, agentId: null, run.Get(Limit), cancellationToken);
        if (run.Screen.Json)
        {
            run.Screen.Result(approvals, Json.IReadOnlyListApprovalResponse);
            return ExitCode.Ok;
        }
        if (approvals.Count == 0)
        {
            run.Screen.Line(run.Get(All) ? "No agent has asked anything." : "No agent waits for an answer.");
            return ExitCode.Ok;
        }
        run.Screen.Table(
            ["APPROVAL", "AGENT", "TASK", "QUESTION", "STATUS", "UNTIL"],
            approvals.Select(one =>
                (IReadOnlyList<string>)
                    [
                        $"{one.Id}",
                        $"{one.AgentId}",
                        $"{one.TaskId}",
                        one.Question,
                        one.Status,
                        run.Screen.Time(one.ExpiresAt),
                    ]
            )
        );
        return ExitCode.Ok;
    }

    private static async Task<int> ShowAsync(VerbRun run, CancellationToken cancellationToken)
    {
        var api = await run.ConnectAsync(cancellationToken);
        Show(run, await api.ApprovalAsync(run.Get(Id), cancellationToken));
        return ExitCode.Ok;
    }

    private static async Task<int> DecideAsync(VerbRun run, bool approve, CancellationToken cancellationToken)
    {
        var api = await run.ConnectAsync(cancellationToken);
        var decided = await api.DecideAsync(run.Get(Id), approve, run.Get(Note), cancellationToken);
        if (run.Screen.Json)
        {
            run.Screen.Result(decided, Json.ApprovalResponse);
        }
        else
        {
            run.Screen.Line(
                $"Approval {decided.Id} is {decided.Status}. Follow its task: p38 logs {decided.TaskId} --follow"
            );
        }
        return ExitCode.Ok;
    }

    private static void Show(VerbRun run, ApprovalResponse one)
    {
        if (run.Screen.Json)
        {
            run.Screen.Result(one, Json.ApprovalResponse);
            return;
        }
        run.Screen.Line(one.Question);
        foreach (var line in one.Details?.Split('\n') ?? [])
        {
            run.Screen.Line($"  {line}");
        }
        run.Screen.Line();
        var until = one.Status == "open" ? $", until {run.Screen.Time(one.ExpiresAt)}" : "";
        var by = one.DecidedBy is { } who ? $" by {who}" : "";
        var at = one.DecidedAt is { } when ? $", {run.Screen.Time(when)}" : "";
        run.Screen.Faint($"agent {one.AgentId}, task {one.TaskId}, {one.Status}{by}{at}{until}");
        if (one.Note is { } note)
        {
            run.Screen.Line(note);
        }
        if (one.Status == "open")
        {
            run.Screen.Line($"Answer: p38 approvals approve {one.Id}, or: p38 approvals reject {one.Id}");
        }
    }
}
