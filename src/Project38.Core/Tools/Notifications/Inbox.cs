using Microsoft.EntityFrameworkCore;
using Project38.Core.Agents;
using Project38.Core.Storage;

namespace Project38.Core.Tools.Notifications;

/// <summary>A message for the inbox, before it is stored.</summary>
public sealed record NewInboxMessage
{
    /// <summary>Whose inbox.</summary>
    public required string TeamId { get; init; }

    /// <summary>The agent it is from or about; null: the platform itself.</summary>
    public required long? AgentId { get; init; }

    /// <summary>The task it came from, or null.</summary>
    public required long? TaskId { get; init; }

    /// <summary>At most 200 characters; null or empty: the agent's name, or <c>Project38</c>.</summary>
    public required string? Title { get; init; }

    /// <summary>At most 16 KB of UTF-8.</summary>
    public required string Text { get; init; }

    /// <summary><c>agent</c> or <c>platform</c>.</summary>
    public required string Source { get; init; }

    /// <summary>The same key is the same message, stored once.</summary>
    public required string IdempotencyKey { get; init; }
}

/// <summary>The channel that needs no account: messages in the database, for people to read.</summary>
public sealed class Inbox(IDbContextFactory<ProductDb> databases)
{
    /// <summary>Stores a message, once for each key.</summary>
    /// <returns>Its id; that of the first one, where the key was used before.</returns>
    /// <exception cref="ToolException">The message is empty or too large.</exception>
    public async Task<long> SendAsync(NewInboxMessage message, CancellationToken cancellationToken)
    {
        var text = MessageText.Body(message.Text);
        var title = MessageText.Title(message.Title ?? "");

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await FindAsync(db, message, cancellationToken) is { } sent)
        {
            return sent;
        }

        var row = new InboxMessage
        {
            TeamId = message.TeamId,
            AgentId = message.AgentId,
            TaskId = message.TaskId,
            Title = title.Length > 0 ? title : await NameAsync(db, message.AgentId, cancellationToken),
            Text = text,
            Source = message.Source,
            IdempotencyKey = message.IdempotencyKey,
            CreatedAt = await DatabaseClock.NowAsync(db, cancellationToken),
        };
        _ = db.Inbox.Add(row);
        try
        {
            _ = await db.SaveChangesAsync(cancellationToken);
            return row.Id;
        }
        catch (DbUpdateException)
        {
            // Another run of the same task was faster: the unique key decides.
            db.ChangeTracker.Clear();
            if (await FindAsync(db, message, cancellationToken) is { } first)
            {
                return first;
            }

            throw;
        }
    }

    private static Task<long?> FindAsync(ProductDb db, NewInboxMessage message, CancellationToken cancellationToken) =>
        db
            .Inbox.Where(row => row.TeamId == message.TeamId && row.IdempotencyKey == message.IdempotencyKey)
            .Select(row => (long?)row.Id)
            .FirstOrDefaultAsync(cancellationToken);

    private static async Task<string> NameAsync(ProductDb db, long? agentId, CancellationToken cancellationToken)
    {
        var name = agentId is null
            ? null
            : await db.Set<Agent>()
                .Where(agent => agent.Id == agentId)
                .Select(agent => agent.Name)
                .FirstOrDefaultAsync(cancellationToken);
        return StorableText.Cut(name ?? "Project38", MessageText.MaxTitle);
    }
}
