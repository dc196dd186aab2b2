using System.Text;
using Microsoft.EntityFrameworkCore;
using Project38.Core.Agents;
using Project38.Core.Approvals;
using Project38.Core.Storage;
using Project38.Core.Tools.Notifications;
using Project38.Core.Tools.Notifications.Channels;
using Project38.Core.Tools.Notifications.Deliveries;

namespace Project38.Core.Harness.Approvals;

/// <summary>How people hear of a question: in the inbox, and by every channel that the agent was granted.</summary>
internal static class QuestionMessage
{
    /// <summary>Adds the message, and its ways to the channels, to what the caller is about to save.</summary>
    /// <param name="db">The caller's.</param>
    /// <param name="agent">Who asks.</param>
    /// <param name="approval">What it asks; it has its number already.</param>
    /// <param name="now">By the database's clock.</param>
    /// <param name="cancellationToken">Then nothing was added.</param>
    public static async Task AddAsync(
        ProductDb db,
        Agent agent,
        Approval approval,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var granted = agent.Grant.Channels.Where(name => name != ChannelName.Inbox).ToList();
        var channels =
            granted.Count == 0
                ? []
                : await db
                    .Channels.AsNoTracking()
                    .Where(channel => channel.TeamId == agent.TeamId && granted.Contains(channel.Name))
                    .OrderBy(channel => channel.Name)
                    .ToListAsync(cancellationToken);
        var message = new InboxMessage
        {
            TeamId = agent.TeamId,
            AgentId = agent.Id,
            TaskId = approval.TaskId,
            Title = StoredText.Title($"{agent.Name} asks: {approval.Question}"),
            Text = Text(approval),
            Source = "platform",
            Channel = channels.Count > 0 ? channels[0].Name : null,
            IdempotencyKey = $"{approval.TaskId}:asked:{approval.RunNumber}",
            CreatedAt = now,
        };
        db.Inbox.Add(message);
        db.Deliveries.AddRange(channels.Select(channel => Delivery.Of(message, channel, now, approval.Id)));
    }

    private static string Text(Approval approval)
    {
        var text = new StringBuilder(approval.Question);
        if (approval.Details is { } details)
        {
            text.Append("\n\n").Append(details);
        }
        // The agent's words may say anything; these come last, and are the platform's.
        var how =
            $"\n\nTo answer: p38 approvals approve {approval.Id}, or: p38 approvals reject {approval.Id}. Without an answer by "
            + $"{approval.ExpiresAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC it is a no.";
        return StorableText.Cut(StoredText.Message(text.ToString()), 16 * 1024 / 4 - how.Length) + how;
    }
}
