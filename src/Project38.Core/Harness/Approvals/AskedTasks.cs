using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Project38.Core.Approvals;
using Project38.Core.Execution;
using Project38.Core.Execution.Records;
using Project38.Core.Harness.Queue;
using Project38.Core.Storage;
using Project38.Core.Tools;

namespace Project38.Core.Harness.Approvals;

/// <summary>Tasks that ask a person: what they leave when they begin to wait, and what they go on from.</summary>
internal sealed class AskedTasks(RunRecords records)
{
    /// <summary>Writes the question, the message that tells it, and the record, in the transaction in which the task begins to wait.</summary>
    /// <param name="db">The caller's; it saves the rest.</param>
    /// <param name="ended">The run that asked.</param>
    /// <param name="question">What it asked.</param>
    /// <param name="run">Its row.</param>
    /// <param name="now">By the database's clock.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task AddAsync(
        ProductDb db,
        EndedRun ended,
        ApprovalQuestion question,
        AgentRun run,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        // The new one has all of the old one, if there was one.
        await RunRecords.ForgetAsync(db, run.TaskId, cancellationToken);
        var record =
            ended.Result.Trace.Record
            ?? throw new InvalidOperationException("A run that asked was not recorded: it cannot go on.");
        await records.AddAsync(db, run, record, now, cancellationToken);
        var approval = new Approval
        {
            TeamId = run.TeamId,
            AgentId = run.AgentId,
            TaskId = run.TaskId,
            RunNumber = run.Number,
            Question = question.Text,
            Details = question.Details,
            Status = ApprovalStatus.Open,
            CreatedAt = now,
            ExpiresAt = now + question.ExpiresAfter,
        };
        db.Approvals.Add(approval);
        // Its number is in the message.
        await db.SaveChangesAsync(cancellationToken);
        await QuestionMessage.AddAsync(db, ended.Agent, approval, now, cancellationToken);
    }

    /// <summary>What a task goes on from: the record of its run that asked, with the answer; null: it begins anew.</summary>
    /// <exception cref="Secrets.SecretException">The record does not open.</exception>
    /// <exception cref="InvalidOperationException">It is not answered.</exception>
    public async Task<OpenedRecord?> FindAsync(ProductDb db, long taskId, CancellationToken cancellationToken)
    {
        if (await records.FindAsync(db, taskId, cancellationToken) is not { } opened)
        {
            return null;
        }

        var (agent, number) = (opened.Row.AgentId, opened.Row.RunNumber);
        var approval = await db
            .Approvals.AsNoTracking()
            .SingleAsync(one => one.AgentId == agent && one.RunNumber == number, cancellationToken);
        var answer = approval.Answer ?? throw new InvalidOperationException($"Approval {approval.Id} is not answered.");
        var asked = opened.Run.Calls[^1] with
        {
            Outcome = "ok",
            Answer = JsonSerializer.SerializeToElement(
                new JsonObject { ["value"] = answer.ToValue() },
                ToolAnswer.Json
            ),
            Detail = null,
        };
        return opened with { Run = opened.Run with { Calls = [.. opened.Run.Calls.SkipLast(1), asked] } };
    }
}
