using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Project38.Core.Agents;
using Project38.Core.Harness.Queue;
using Project38.Core.Storage;

namespace Project38.Core.Harness.Hooks;

/// <summary>What somebody sent to a hook.</summary>
/// <param name="Payload">JSON, or a text.</param>
/// <param name="Headers">Those that a run may see, by names in lower case.</param>
/// <param name="Key">Names the delivery: the same key is the same task. Null: each is one of its own.</param>
public sealed record HookDelivery(JsonNode? Payload, IReadOnlyDictionary<string, string> Headers, string? Key);

/// <summary>What came of a delivery.</summary>
public abstract record DeliveryAnswer
{
    private DeliveryAnswer() { }

    /// <summary>There is a task of it, made now or when it came before.</summary>
    public sealed record Accepted(long TaskId) : DeliveryAnswer;

    /// <summary>The agent is not active, and nothing would run.</summary>
    public sealed record NotActive(AgentStatus Status) : DeliveryAnswer;

    /// <summary>More tasks of the agent wait than it will come to.</summary>
    public sealed record TooMany(int Most) : DeliveryAnswer;
}

/// <summary>Makes tasks of deliveries.</summary>
public sealed class HookDeliveries
{
    // A sender gone wild must not fill the queue, whose every claim would pay for it.
    private const int MostOpen = 1000;
    private readonly IDbContextFactory<ProductDb> _databases;
    private readonly HarnessSignals _signals;

    internal HookDeliveries(IDbContextFactory<ProductDb> databases, HarnessSignals signals) =>
        (_databases, _signals) = (databases, signals);

    /// <summary>Makes the task of a delivery, due now, with the retries of its agent's config: nobody is there to start it again.</summary>
    public async Task<DeliveryAnswer> DeliverAsync(
        Hook hook,
        HookDelivery delivery,
        CancellationToken cancellationToken
    )
    {
        var cause = CauseOf(hook, delivery.Key);
        await using var db = _databases.CreateDbContext();
        if (await TaskInputs.TaskOfAsync(db, hook.AgentId, cause, cancellationToken) is { } before)
        {
            return new DeliveryAnswer.Accepted(before);
        }

        var agent = await db.Agents.AsNoTracking().SingleAsync(one => one.Id == hook.AgentId, cancellationToken);
        if (agent.Status != AgentStatus.Active)
        {
            return new DeliveryAnswer.NotActive(agent.Status);
        }
        var open = await db
            .Tasks.Where(task => task.AgentId == agent.Id && AgentTaskStatuses.Open.Contains(task.Status))
            .Take(MostOpen)
            .CountAsync(cancellationToken);
        if (open == MostOpen)
        {
            return new DeliveryAnswer.TooMany(MostOpen);
        }

        try
        {
            return new DeliveryAnswer.Accepted(await WriteAsync(db, hook, agent, cause, delivery, cancellationToken));
        }
        catch (DbUpdateException exception) when (StorageException.Explain(exception) is null)
        {
            // The same delivery came twice at once, and the index on the causes let one of the two in.
            db.ChangeTracker.Clear();
            return await TaskInputs.TaskOfAsync(db, hook.AgentId, cause, cancellationToken) is { } first
                ? new DeliveryAnswer.Accepted(first)
                : throw new InvalidOperationException("A delivery could not be written.", exception);
        }
    }

    private async Task<long> WriteAsync(
        ProductDb db,
        Hook hook,
        Agent agent,
        string cause,
        HookDelivery delivery,
        CancellationToken cancellationToken
    )
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var now = await DatabaseClock.NowAsync(db, cancellationToken);
        var trigger = new JsonObject
        {
            ["kind"] = "webhook",
            ["hook"] = hook.Name,
            ["payload"] = delivery.Payload?.DeepClone(),
            ["headers"] = new JsonObject(
                delivery.Headers.Select(one => KeyValuePair.Create(one.Key, (JsonNode?)one.Value))
            ),
        };
        var task = TaskInputs.Add(db, agent, TaskTrigger.Webhook, HarnessInstruments.TraceParent, now);
        await db.SaveChangesAsync(cancellationToken);
        TaskInputs.Give(db, task, cause, trigger);
        await db.SaveChangesAsync(cancellationToken);
        await db
            .Hooks.Where(one => one.Id == hook.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(one => one.LastUsedAt, now), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        _signals.Due();
        return task.Id;
    }

    // Hashed: a sender's key may have any length.
    private static string CauseOf(Hook hook, string? key) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"hook:{hook.Id}:{(key is null ? Guid.NewGuid().ToString("N") : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))))}"
        );
}
