using Microsoft.EntityFrameworkCore;
using Project38.Core.Agents;
using Project38.Core.Storage;
using Project38.Core.Tools.Notifications.Channels;
using Project38.Core.Tools.Notifications.Deliveries;

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

    /// <summary>Where it goes beside the inbox; null or <c>inbox</c>: nowhere.</summary>
    public string? Channel { get; init; }

    /// <summary>The same key is the same message, stored once.</summary>
    public required string IdempotencyKey { get; init; }
}

/// <summary>The channel that needs no account: messages in the database, for people to read. All others begin here too.</summary>
public sealed class Inbox(IDbContextFactory<ProductDb> databases, NewDeliveries news)
{
    /// <summary>Stores a message, once for each key; in the same commit, its way to another channel.</summary>
    /// <returns>Its id; that of the first one, where the key was used before.</returns>
    /// <exception cref="ToolRefusedException">There is no such channel.</exception>
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

        var channel = await ChannelAsync(db, message.Channel, cancellationToken);
        var now = await DatabaseClock.NowAsync(db, cancellationToken);
        var row = new InboxMessage
        {
            TeamId = message.TeamId,
            AgentId = message.AgentId,
            TaskId = message.TaskId,
            Title = title.Length > 0 ? title : await NameAsync(db, message.AgentId, cancellationToken),
            Text = text,
            Source = message.Source,
            Channel = channel?.Name,
            IdempotencyKey = message.IdempotencyKey,
            CreatedAt = now,
        };
        _ = db.Inbox.Add(row);
        if (channel is not null)
        {
            _ = db.Deliveries.Add(Delivery.Of(row, channel, now));
        }
        try
        {
            _ = await db.SaveChangesAsync(cancellationToken);
            if (channel is not null)
            {
                news.Tell();
            }
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

    /// <summary>Looks whether a channel is there, for a dry run, which refuses what the call would.</summary>
    /// <exception cref="ToolRefusedException">Nobody has set it up.</exception>
    internal void CheckChannel(string name)
    {
        using var db = databases.CreateDbContext();
        if (name != ChannelName.Inbox && !db.Channels.Any(one => one.TeamId == Team.Default && one.Name == name))
        {
            throw NotSetUp(name);
        }
    }

    private static async Task<Channel?> ChannelAsync(ProductDb db, string? name, CancellationToken cancellationToken) =>
        name is null or ChannelName.Inbox
            ? null
            : await ChannelBook.FindAsync(db, name, cancellationToken) ?? throw NotSetUp(name);

    private static ToolRefusedException NotSetUp(string channel) =>
        new(
            $"The channel '{channel}' is granted, but no destination is set up for it. A person can set it up: "
                + $"p38 channels set {channel} --kind … Until then, use 'inbox'."
        );

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
