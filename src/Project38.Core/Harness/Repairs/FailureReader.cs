using Microsoft.EntityFrameworkCore;
using Project38.Core.Agents;
using Project38.Core.Execution;
using Project38.Core.Factory.Generation;
using Project38.Core.Handoffs;
using Project38.Core.Harness.Queue;
using Project38.Core.Secrets;
using Project38.Core.Storage;
using Project38.Core.Tools;

namespace Project38.Core.Harness.Repairs;

/// <summary>An agent that was stopped, with what a model needs to mend it.</summary>
/// <param name="Agent">It.</param>
/// <param name="Version">The version that failed.</param>
/// <param name="Failure">How.</param>
internal sealed record FailedAgent(Agent Agent, AgentVersion Version, AgentFailure Failure);

/// <summary>Puts together how an agent failed, without any secret that this process knows.</summary>
internal sealed class FailureReader(IDbContextFactory<ProductDb> databases, HandoffStore handoffs, KnownSecrets known)
{
    private const string Succeeded = "succeeded";

    /// <summary>Reads it all.</summary>
    /// <returns>Null when a person has touched the agent since it was stopped, which makes it theirs to mend; or the run is gone.</returns>
    public async Task<FailedAgent?> ReadAsync(Repair repair, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var agent = await db
            .Agents.AsNoTracking()
            .SingleOrDefaultAsync(
                one =>
                    one.Id == repair.AgentId
                    && one.Status == AgentStatus.Error
                    && one.UpdatedAt == repair.CreatedAt
                    && one.DeletedAt == null,
                cancellationToken
            );
        if (agent is null)
        {
            return null;
        }

        var runs = db.Runs.AsNoTracking().Where(run => run.AgentId == agent.Id);
        var failed = await runs.SingleOrDefaultAsync(
            run => run.TaskId == repair.TaskId && run.Fence == repair.Fence,
            cancellationToken
        );
        if (failed is null)
        {
            return null;
        }
        var succeeded = await runs.Where(run => run.Number < failed.Number && run.Outcome == Succeeded && !run.DryRun)
            .OrderByDescending(run => run.Number)
            .FirstOrDefaultAsync(cancellationToken);
        var version = await db
            .AgentVersions.AsNoTracking()
            .SingleAsync(one => one.Id == failed.VersionId, cancellationToken);
        return new FailedAgent(
            agent,
            version,
            new AgentFailure(
                known.Redact(failed.Error ?? ""),
                known.Redact(failed.Log),
                await InputAsync(db, failed, cancellationToken),
                succeeded is null ? null : await InputAsync(db, succeeded, cancellationToken)
            )
        );
    }

    private async Task<RunInput> InputAsync(ProductDb db, AgentRun run, CancellationToken cancellationToken)
    {
        var config = await db
            .Tasks.Where(task => task.Id == run.TaskId)
            .Select(task => task.Config)
            .SingleOrDefaultAsync(cancellationToken);
        var trigger = await db
            .TaskInputs.Where(input => input.TaskId == run.TaskId)
            .Select(input => input.Trigger)
            .SingleOrDefaultAsync(cancellationToken);
        var handoff = await handoffs.ReadAsync(db, run.AgentId, run.Number, run.StartedAt, cancellationToken);
        return new RunInput(
            run.StartedAt,
            Redacted(config),
            Redacted(trigger),
            Redacted(handoff is null ? null : RunFile.Handoff(handoff).ToJsonString(ToolAnswer.Json))
        );
    }

    private string? Redacted(string? text) => text is null ? null : known.Redact(text);
}
