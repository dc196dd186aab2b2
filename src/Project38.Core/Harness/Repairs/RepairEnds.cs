using Microsoft.EntityFrameworkCore;
using Project38.Core.Agents;
using Project38.Core.Agents.Versions;
using Project38.Core.Factory;
using Project38.Core.Factory.Generation;
using Project38.Core.Factory.History;
using Project38.Core.Storage;
using Project38.Core.Tools.Notifications;

namespace Project38.Core.Harness.Repairs;

/// <summary>Keeps what came of a repair: the version or none, its history, the owner's message, and that it has ended, in one commit.</summary>
internal sealed class RepairEnds(IDbContextFactory<ProductDb> databases, VersionRegister versions, RepairQueue queue)
{
    /// <summary>Who proposes.</summary>
    public const string Platform = "platform";

    /// <summary>Keeps it, unless somebody has meanwhile, perhaps this node by a commit whose answer never came.</summary>
    /// <param name="repair">It.</param>
    /// <param name="failed">The agent as it was stopped.</param>
    /// <param name="result">What the factory made of it.</param>
    /// <param name="cancellationToken">Then nothing was kept.</param>
    public async Task KeepAsync(
        Repair repair,
        FailedAgent failed,
        FactoryResult result,
        CancellationToken cancellationToken
    )
    {
        if (!await queue.IsOpenAsync(repair, cancellationToken))
        {
            return;
        }
        if (
            result is FactoryResult.Proved proved
            && !ExistingAgent.Of(failed.Agent, failed.Version).IsLike(proved.Agent)
        )
        {
            await ProposeAsync(repair, failed, proved, cancellationToken);
        }
        else
        {
            await RefuseAsync(repair, failed, WhyNot(result), result.Making, cancellationToken);
        }
    }

    private async Task ProposeAsync(
        Repair repair,
        FailedAgent failed,
        FactoryResult.Proved proved,
        CancellationToken cancellationToken
    )
    {
        var history = MakingHistory.Beside(MakingKind.Repair, failed.Failure.Error, proved.Making);
        var version = proved.ToVersion() with
        {
            Origin = "repair",
            MadeFrom = failed.Version.Number,
            Config = proved.Agent.Config.ToJsonString(),
            BaseConfig = failed.Agent.Config,
            Activate = false,
            Beside = async (db, added, token) =>
            {
                await history(db, added, token);
                db.Inbox.Add(RepairMessage.Proposed(repair, failed, proved, added));
                await RepairQueue.EndAsync(db, repair, token);
            },
        };
        if (await versions.AddAsync(failed.Agent.Id, version, Platform, cancellationToken) is AgentChange.NotFound)
        {
            await queue.DropAsync(repair, cancellationToken);
        }
    }

    private async Task RefuseAsync(
        Repair repair,
        FailedAgent failed,
        string why,
        Making making,
        CancellationToken cancellationToken
    )
    {
        await using var db = databases.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var now = await DatabaseClock.NowAsync(db, cancellationToken);
        if (making.Attempts.Count > 0)
        {
            await MakingHistory.AddAsync(
                db,
                failed.Agent,
                MakingKind.Repair,
                failed.Failure.Error,
                making,
                Platform,
                cancellationToken
            );
        }
        db.Inbox.Add(RepairMessage.NotFound(repair, failed, why, making, now));
        await RepairQueue.EndAsync(db, repair, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static string WhyNot(FactoryResult result) =>
        result switch
        {
            FactoryResult.Asked asked => "The model does not take the program for the cause, or has to know more:"
                + string.Concat(asked.Questions.Select(question => $"\n- {LineText.Clean(question)}")),
            FactoryResult.NotProved failed =>
                $"What a model wrote did not pass its checks and its trial. {failed.GaveUp}".TrimEnd(),
            FactoryResult.Refused refused => refused.Reason,
            _ => "The model gave back the program as it is.",
        };
}
