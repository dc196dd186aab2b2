using System.CommandLine;
using Project38.Cli.Api;
using Project38.Cli.Output;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 tasks [AGENT]</c>: what ran, and what is due.</summary>
internal static class TasksVerb
{
    private static readonly Argument<string?> Agent = AgentArgument.Optional("all agents by default");
    private static readonly Option<string> Status = new("--status") { Description = "Only of this status" };
    private static readonly Option<int> Limit = LimitOption.Create();

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        Status.AcceptOnlyFromAmong(
            "pending",
            "running",
            "waiting",
            "completed",
            "failed",
            "timeout",
            "cancelled",
            "skipped",
            "missed"
        );
        return new Command("tasks", "List tasks, newest first") { Agent, Status, Limit }.Does(ListAsync);
    }

    /// <summary>Shows tasks as a table.</summary>
    public static void Show(Screen screen, IReadOnlyList<TaskResponse> tasks)
    {
        if (tasks.Count == 0)
        {
            screen.Line("No tasks yet.");
            return;
        }

        screen.Table(
            ["TASK", "AGENT", "DUE", "STATUS", "TOOK", "RESULT"],
            tasks.Select(task =>
                (IReadOnlyList<string>)
                    [
                        $"{task.Id}",
                        $"{task.AgentId}",
                        screen.ShortTime(task.ScheduledAt),
                        Words(task.Status, task.Fires),
                        task is { StartedAt: { } start, CompletedAt: { } end }
                            ? Times.Took((end - start).TotalSeconds)
                            : "-",
                        OneLine.Of(task.Error ?? task.Result ?? "", 60),
                    ]
            )
        );
    }

    /// <summary>A status, with the number of fires that share it.</summary>
    public static string Words(string status, int fires) => fires > 1 ? $"{status} x{fires}" : status;

    private static async Task<int> ListAsync(VerbRun run, CancellationToken cancellationToken)
    {
        var api = await run.ConnectAsync(cancellationToken);
        var agent = run.Get(Agent) is { } idOrName ? await api.FindAsync(idOrName, cancellationToken) : null;
        var tasks = await api
            .Tasks.ListAsync(agent?.Id, run.Get(Status), run.Get(Limit), cancellationToken)
            .ToListAsync(cancellationToken);
        if (run.Screen.Json)
        {
            run.Screen.Result(tasks, ContractsJson.Default.IReadOnlyListTaskResponse);
        }
        else
        {
            Show(run.Screen, tasks);
        }
        return ExitCode.Ok;
    }
}
