using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Project38.Core.Factory;
using Project38.Core.Factory.Generation;
using Project38.Core.Harness.Queue;
using Project38.Core.Models;

namespace Project38.Core.Harness.Repairs;

/// <summary>Has a model mend agents that were stopped because they failed, and proposes what it wrote. Replaces nothing.</summary>
internal sealed class AgentRepairs(
    RepairQueue queue,
    FailureReader failures,
    RepairEnds ends,
    AgentFactory factory,
    LanguageModel model,
    IOptions<RepairOptions> options,
    IOptions<QueueOptions> saving,
    TimeProvider time,
    ILogger<AgentRepairs> logger
)
{
    private static readonly IProgress<FactoryProgress> Nobody = new Progress<FactoryProgress>();

    /// <summary>Does one repair, if there is one and a model to do it.</summary>
    /// <param name="cancellationToken">Ends it, and hands it to another node.</param>
    /// <returns>Whether there was one.</returns>
    public async Task<bool> WorkAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.Enabled || !await HasModelAsync(cancellationToken))
        {
            return false;
        }

        using var limit = new CancellationTokenSource(queue.Limit, time);
        if (await queue.TakeAsync(cancellationToken) is not { } repair)
        {
            return false;
        }
        if (await failures.ReadAsync(repair, cancellationToken) is not { } failed)
        {
            await queue.DropAsync(repair, cancellationToken);
            return true;
        }

        logger.RepairBegan(repair.AgentId, repair.TaskId, repair.Tries);
        try
        {
            var result = await MendAsync(repair, failed, limit.Token, cancellationToken);
            await SaveAsync(repair, token => ends.KeepAsync(repair, failed, result, token));
            logger.RepairEnded(repair.AgentId, result.GetType().Name);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await SaveAsync(repair, token => queue.HandBackAsync(repair, token));
            throw;
        }
        return true;
    }

    private async Task<FactoryResult> MendAsync(
        Repair repair,
        FailedAgent failed,
        CancellationToken limit,
        CancellationToken stop
    )
    {
        if (repair.Tries > options.Value.MaxTries)
        {
            return Nothing($"A repair was begun {options.Value.MaxTries} times, and the server went away over each.");
        }

        var agent = failed.Agent;
        var existing = ExistingAgent.Of(agent, failed.Version) with { Failure = failed.Failure };
        var brief = new AgentBrief(
            agent.Description,
            agent.Name,
            agent.TimeZone,
            RepairEnds.Platform,
            Existing: existing
        );
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit, stop);
        try
        {
            return await factory.MendAsync(brief, Nobody, either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return Nothing($"A repair was not done within {queue.Limit.TotalMinutes:0} minutes.");
        }
        catch (Exception exception)
            when (exception is not OperationCanceledException && !DutyLoop.IsDatabaseFailure(exception))
        {
            // One agent that the platform cannot deal with must not take the others with it.
            logger.RepairBroke(agent.Id, exception);
            return Nothing("The platform could not carry out a repair; its own log says why.");
        }
    }

    private static FactoryResult.Refused Nothing(string why) => new(why, []);

    // What is wrong with the setup p38 doctor says; who has no model yet may have one within the wait.
    private async Task<bool> HasModelAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await model.IsConfiguredAsync(cancellationToken);
        }
        catch (ModelSetupException)
        {
            return false;
        }
    }

    // Not the token of the stop: what was paid for is kept. If it cannot be, the lease ends by itself.
    private async Task SaveAsync(Repair repair, Func<CancellationToken, Task> save)
    {
        using var patience = new CancellationTokenSource(saving.Value.SaveLimit, time);
        try
        {
            await new DutyLoop("repair", time, logger).PersistAsync(
                async () =>
                {
                    await save(patience.Token);
                    return true;
                },
                patience.Token
            );
        }
        catch (Exception exception)
            when (patience.IsCancellationRequested
                && (exception is OperationCanceledException || DutyLoop.IsDatabaseFailure(exception))
            )
        {
            logger.RepairNotSaved(repair.AgentId, saving.Value.SaveLimit);
        }
    }
}
