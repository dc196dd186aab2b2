using Microsoft.Extensions.Logging;
using Project38.Core.Storage;

namespace Project38.Core.Models.Calls;

/// <summary>Keeps a call that has ended. Nothing may stop it: the money is spent.</summary>
public delegate Task KeepCall(ModelCallRow call);

/// <summary>Keeps calls in the database.</summary>
internal sealed partial class ModelCallBook(
    ProductDbFactory databases,
    TimeProvider time,
    ILogger<ModelCallBook> logger
)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Keeps one. Where the database cannot, the log has the figures, and the answer that was paid is not lost with them.</summary>
    public async Task KeepAsync(ModelCallRow call)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            await using var db = databases.CreateDbContext();
            call.CreatedAt = await DatabaseClock.NowAsync(db, patience.Token);
            db.ModelCalls.Add(call);
            await db.SaveChangesAsync(patience.Token);
        }
        catch (Exception exception)
            when (StorageException.Explain(exception) is not null || patience.IsCancellationRequested)
        {
            NotKept(
                logger,
                call.Model,
                call.Outcome,
                call.InputTokens + call.CacheWriteTokens + call.CacheReadTokens,
                call.OutputTokens,
                call.CostMicroUsd,
                exception
            );
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "A call of {Model} is missing in the usage: it could not be stored. {Outcome}, {InputTokens} tokens in, "
            + "{OutputTokens} out, {CostMicroUsd} millionths of a USD"
    )]
    private static partial void NotKept(
        ILogger logger,
        string model,
        string outcome,
        long inputTokens,
        long outputTokens,
        long? costMicroUsd,
        Exception exception
    );
}
