using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Project38.Contracts;
using Project38.Core.Storage;
using Project38.Core.Tools.Notifications;
using Project38.Core.Tools.Notifications.Deliveries;
using Project38.Server.Http;
using Project38.Server.Http.OpenApi;

namespace Project38.Server.Api;

/// <summary>The inbox: what agents and the platform said.</summary>
internal static class InboxApi
{
    /// <summary>Maps <c>/api/inbox</c>.</summary>
    public static void MapInbox(this IEndpointRouteBuilder routes)
    {
        var inbox = routes.MapGroup("/api/inbox");
        inbox
            .MapGet("", ListAsync)
            .Says(
                "listInbox",
                "What agents and the platform said, newest first",
                new RouteFacts
                {
                    Query =
                    [
                        new QueryParameter("unread", "boolean", "Only what nobody has read.") { Default = false },
                        QueryParameter.AgentId,
                    ],
                    Paged = true,
                }
            );
        inbox.MapPost("/{id:long}/read", ReadAsync).Says("readMessage", "Marks a message as read");
    }

    private static async Task<Ok<IReadOnlyList<InboxMessageResponse>>> ListAsync(
        HttpContext context,
        InboxReader inbox,
        CancellationToken cancellationToken
    )
    {
        var query = new Query(context.Request);
        var (unread, agentId) = (query.Flag("unread"), query.Id("agent_id"));
        var paging = Paging.Of(query);
        query.ThrowIfWrong();

        var page = await inbox.ListAsync(unread, agentId, paging, cancellationToken);
        paging.Describe(context, page.Total);
        return TypedResults.Ok<IReadOnlyList<InboxMessageResponse>>([.. page.Messages.Select(Wire.Of)]);
    }

    private static async Task<Ok<InboxMessageResponse>> ReadAsync(
        long id,
        Body<EmptyRequest> _,
        InboxReader inbox,
        CancellationToken cancellationToken
    ) =>
        await inbox.MarkReadAsync(id, cancellationToken) is { } message
            ? TypedResults.Ok(Wire.Of(message))
            : throw new ProblemException(StatusCodes.Status404NotFound, $"There is no message {id}.");
}

/// <summary>A message, and how far it is on its way to its channel.</summary>
/// <param name="Message">It.</param>
/// <param name="Delivery">Null: it stays in the inbox.</param>
internal sealed record InboxLine(InboxMessage Message, Delivery? Delivery);

/// <summary>Some of the messages that a query names.</summary>
/// <param name="Messages">Newest first.</param>
/// <param name="Total">How many there are in all.</param>
internal sealed record InboxPage(IReadOnlyList<InboxLine> Messages, int Total);

/// <summary>Reads the inbox.</summary>
internal sealed class InboxReader(IDbContextFactory<ProductDb> databases)
{
    /// <summary>Messages, newest first.</summary>
    public async Task<InboxPage> ListAsync(
        bool unread,
        long? agentId,
        Paging paging,
        CancellationToken cancellationToken
    )
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var messages = db
            .Inbox.AsNoTracking()
            .Where(message => !unread || message.ReadAt == null)
            .Where(message => agentId == null || message.AgentId == agentId);
        var page = messages.OrderByDescending(message => message.Id).Skip(paging.Offset).Take(paging.Limit);
        return new InboxPage(
            await WithDeliveriesAsync(db, await page.ToListAsync(cancellationToken), cancellationToken),
            await messages.CountAsync(cancellationToken)
        );
    }

    /// <summary>What a task said, first message first.</summary>
    public async Task<IReadOnlyList<InboxLine>> OfTaskAsync(long taskId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var messages = await db
            .Inbox.AsNoTracking()
            .Where(message => message.TaskId == taskId)
            .OrderBy(message => message.Id)
            .ToListAsync(cancellationToken);
        return await WithDeliveriesAsync(db, messages, cancellationToken);
    }

    /// <summary>Marks a message as read; one that was read keeps its time.</summary>
    /// <returns>Null when there is no such message.</returns>
    public async Task<InboxLine?> MarkReadAsync(long id, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var message = await db.Inbox.SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
        if (message is { ReadAt: null })
        {
            message.ReadAt = await DatabaseClock.NowAsync(db, cancellationToken);
            await db.SaveChangesAsync(cancellationToken);
        }
        return message is null ? null : (await WithDeliveriesAsync(db, [message], cancellationToken))[0];
    }

    private static async Task<IReadOnlyList<InboxLine>> WithDeliveriesAsync(
        ProductDb db,
        IReadOnlyList<InboxMessage> messages,
        CancellationToken cancellationToken
    )
    {
        var sent = messages.Where(message => message.Channel is not null).Select(message => message.Id).ToList();
        // A question goes to several channels; the message names the first.
        var deliveries =
            sent.Count == 0
                ? []
                : await db
                    .Deliveries.AsNoTracking()
                    .Where(delivery =>
                        sent.Contains(delivery.MessageId) && delivery.Channel == delivery.Message.Channel
                    )
                    .ToDictionaryAsync(delivery => delivery.MessageId, cancellationToken);
        return [.. messages.Select(message => new InboxLine(message, deliveries.GetValueOrDefault(message.Id)))];
    }
}
