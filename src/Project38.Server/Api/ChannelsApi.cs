using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Project38.Contracts;
using Project38.Core.Storage;
using Project38.Core.Tools.Notifications;
using Project38.Core.Tools.Notifications.Channels;
using Project38.Core.Tools.Notifications.Sending;
using Project38.Server.Http;
using Project38.Server.Http.OpenApi;

namespace Project38.Server.Api;

/// <summary>Channels: where notifications go. People set them up; an agent only names one that it was granted.</summary>
internal static class ChannelsApi
{
    private const string Inbox = ChannelName.Inbox;

    /// <summary>Maps <c>/api/channels</c>.</summary>
    public static void MapChannels(this IEndpointRouteBuilder routes)
    {
        var channels = routes.MapGroup("/api/channels");
        channels.MapGet("", ListAsync).Says("listChannels", "Where notifications can go");
        channels.MapGet("/{name}", GetAsync).Says("getChannel", "One channel");
        channels.MapPut("/{name}", PutAsync).Says("putChannel", "Sets a channel up, new or anew", Refuses(409));
        channels.MapDelete("/{name}", RemoveAsync).Says("removeChannel", "Takes a channel away", Refuses(409));
        channels
            .MapPost("/{name}/test", TestAsync)
            .Says("testChannel", "Sends a test now, and says what the peer said");
    }

    private static RouteFacts Refuses(params int[] statuses) => new() { Refuses = statuses };

    private static async Task<Ok<IReadOnlyList<ChannelResponse>>> ListAsync(
        ChannelBook channels,
        CancellationToken cancellationToken
    ) =>
        TypedResults.Ok<IReadOnlyList<ChannelResponse>>([
            OfInbox(),
            .. (await channels.ListAsync(cancellationToken)).Select(Of),
        ]);

    private static async Task<Ok<ChannelResponse>> GetAsync(
        string name,
        ChannelBook channels,
        CancellationToken cancellationToken
    ) => TypedResults.Ok(name == Inbox ? OfInbox() : Of(await FindAsync(channels, name, cancellationToken)));

    private static async Task<Ok<ChannelResponse>> PutAsync(
        string name,
        Body<PutChannelRequest> body,
        ChannelBook channels,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        RefuseInbox(name);
        var request = body.Value;
        var wish = new NewChannel
        {
            Name = name,
            Kind = request.Kind!,
            Settings = request.Settings ?? new Dictionary<string, string>(),
            QuietHours = request.QuietHours?.Trim(),
            Digest = request.Digest?.Trim(),
            TimeZone = request.Timezone ?? "UTC",
            Enabled = request.Enabled ?? true,
        };
        switch (await channels.PutAsync(wish, Who(context), cancellationToken))
        {
            case ChannelAnswer.Kept(var channel):
                return TypedResults.Ok(Of(channel));
            case ChannelAnswer.Wrong(var complaints):
                var errors = new FieldErrors();
                foreach (var (field, complaint) in complaints)
                {
                    errors.Add(field, complaint);
                }
                throw errors.ToException();
            case ChannelAnswer.TooMany(var most):
                throw new ProblemException(
                    StatusCodes.Status409Conflict,
                    $"There are {most} channels, and may be no more. Remove one that nobody uses."
                );
            default:
                throw new System.Diagnostics.UnreachableException("An answer of a kind unknown here.");
        }
    }

    private static async Task<NoContent> RemoveAsync(
        string name,
        ChannelBook channels,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        RefuseInbox(name);
        return await channels.RemoveAsync(name, Who(context), cancellationToken)
            ? TypedResults.NoContent()
            : throw NoSuchChannel(name);
    }

    private static async Task<Ok<ChannelTestResponse>> TestAsync(
        string name,
        Body<EmptyRequest> _,
        ChannelBook channels,
        ChannelSender sender,
        Inbox inbox,
        IDbContextFactory<ProductDb> databases,
        TimeProvider time,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        var channel = name == Inbox ? null : await FindAsync(channels, name, cancellationToken);
        await channels.NoteTestAsync(name, Who(context), cancellationToken);
        var started = time.GetTimestamp();
        var result = channel is null
            ? await WriteAsync(inbox, cancellationToken)
            : await sender.TestAsync(channel, await NowAsync(databases, cancellationToken), cancellationToken);
        var said = result switch
        {
            SendResult.Delivered(var words) => words,
            SendResult.Refused(var why) => why,
            SendResult.Failed(var why, _) => why,
            _ => "",
        };
        return TypedResults.Ok(
            new ChannelTestResponse(
                result is SendResult.Delivered,
                said,
                Math.Round(time.GetElapsedTime(started).TotalSeconds, 3)
            )
        );
    }

    private static async Task<SendResult> WriteAsync(Inbox inbox, CancellationToken cancellationToken)
    {
        var id = await inbox.SendAsync(
            new NewInboxMessage
            {
                TeamId = Team.Default,
                AgentId = null,
                TaskId = null,
                Title = "Project38: a test",
                Text = "This is a test of the inbox.",
                Source = "platform",
                IdempotencyKey = $"test:{Guid.NewGuid():N}",
            },
            cancellationToken
        );
        return new SendResult.Delivered($"message {id}");
    }

    private static async Task<DateTimeOffset> NowAsync(
        IDbContextFactory<ProductDb> databases,
        CancellationToken cancellationToken
    )
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await DatabaseClock.NowAsync(db, cancellationToken);
    }

    private static async Task<Channel> FindAsync(
        ChannelBook channels,
        string name,
        CancellationToken cancellationToken
    ) => await channels.FindAsync(name, cancellationToken) ?? throw NoSuchChannel(name);

    private static void RefuseInbox(string name)
    {
        if (name == Inbox)
        {
            throw new ProblemException(
                StatusCodes.Status409Conflict,
                "The inbox is always there, as it is. Set up a channel of another name beside it."
            );
        }
    }

    private static ProblemException NoSuchChannel(string name) =>
        new(
            StatusCodes.Status404NotFound,
            ChannelName.WhyNot(name) ?? $"There is no channel {name}. GET /api/channels lists those there are."
        );

    private static string Who(HttpContext context) => context.User.Identity!.Name!;

    private static ChannelResponse OfInbox() =>
        new()
        {
            Name = Inbox,
            Does = "keeps what agents and the platform say: p38 inbox",
            Kind = Inbox,
            Settings = new Dictionary<string, string>(),
            QuietHours = null,
            Digest = null,
            Timezone = "UTC",
            Enabled = true,
            FailingSince = null,
            LastError = null,
            ChangedBy = null,
            ChangedAt = null,
        };

    private static ChannelResponse Of(Channel channel) =>
        new()
        {
            Name = channel.Name,
            Does = ChannelBook.Does(channel),
            Kind = channel.Kind.ToWord(),
            Settings = ChannelBook.SettingsOf(channel),
            QuietHours = channel.QuietHours,
            Digest = channel.Digest,
            Timezone = channel.TimeZone,
            Enabled = channel.Enabled,
            FailingSince = channel.FailingSince,
            LastError = channel.LastError,
            ChangedBy = channel.ChangedBy,
            ChangedAt = channel.ChangedAt,
        };
}
