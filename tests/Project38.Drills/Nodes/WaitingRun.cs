using System.Data.Common;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Project38.Core.Execution;
using Project38.Core.Handoffs;
using Project38.Core.Storage;
using Project38.Core.Tools.Notifications;

namespace Project38.Drills.Nodes;

/// <summary>
/// A run without a sandbox: it waits, sends one message as the tool would, and counts itself in the handoff. Each time it is
/// carried out is written down, outside of everything that could be undone.
/// </summary>
internal sealed class WaitingRun(ProductDbFactory databases, Inbox inbox, NodeSettings settings)
{
    public async Task<RunResult> ExecuteAsync(RunRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await RunAsync(request, cancellationToken);
        }
        catch (Exception exception) when (exception is DbException || exception.InnerException is DbException)
        {
            // To an agent a tool whose database is away is a call that failed.
            return new RunResult.Failed("The tool failed.", Retry: true) { Trace = RunTrace.None };
        }
    }

    private async Task<RunResult> RunAsync(RunRequest request, CancellationToken cancellationToken)
    {
        if (!settings.Counted)
        {
            await Task.Delay(settings.Run, cancellationToken);
            return new RunResult.Succeeded(JsonElement.Parse("null")) { Trace = RunTrace.None };
        }
        await using (var db = databases.CreateDbContext())
        {
            await db.Database.ExecuteSqlAsync(
                $"INSERT INTO drill_executions (task_id) VALUES ({request.TaskId})",
                cancellationToken
            );
        }
        await Task.Delay(settings.Run, cancellationToken);

        // As every tool call: the fence first, and a key that makes the same call the same message.
        if (await request.Lease.IsHeldAsync(cancellationToken))
        {
            await inbox.SendAsync(
                new NewInboxMessage
                {
                    TeamId = request.TeamId,
                    AgentId = request.AgentId,
                    TaskId = request.TaskId,
                    Title = "run",
                    Text = "One run.",
                    Source = "agent",
                    IdempotencyKey = $"{request.TaskId}:1:message",
                },
                cancellationToken
            );
        }
        var before = request.Handoff?.State.GetProperty("runs").GetInt32() ?? 0;
        var state = JsonSerializer.SerializeToElement(new { runs = before + 1 });
        return new RunResult.Succeeded(JsonElement.Parse("null"))
        {
            Trace = new RunTrace { Handoff = new HandoffDraft(state, [], [], Summary: null) },
        };
    }
}
