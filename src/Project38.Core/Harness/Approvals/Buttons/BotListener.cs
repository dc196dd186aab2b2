using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Project38.Core.Approvals;
using Project38.Core.Secrets;
using Project38.Core.Tools;
using Project38.Core.Tools.Notifications.Channels;
using Project38.Core.Tools.Notifications.Sending;

namespace Project38.Core.Harness.Approvals.Buttons;

/// <summary>Hears, by a bot, what people answer with the buttons under questions, and carries it out.</summary>
/// <remarks>
/// By <c>getUpdates</c>, so that nothing need be reachable from outside. A press counts only in the chat that the question's channel
/// names now, by a user that the channel names if it names any; what it says is the token of one delivery, which nobody can guess.
/// </remarks>
internal sealed class BotListener(
    AskedBots bots,
    TelegramBot telegram,
    ApprovalDesk desk,
    TimeProvider time,
    ILogger<BotListener> logger
)
{
    // Of one answer: 10 updates, each with the message that the button is under, of 4,096 characters as \uXXXX, and what is around it.
    private const int Most = 10;
    private const int MaxAnswer = 2 * 1024 * 1024;

    // Behind all that is there but the last: what cannot be read is dropped with it, or nobody would be heard again.
    private const long Last = -1;

    /// <summary>How long Telegram holds an answer back until there is something to hear.</summary>
    internal static readonly TimeSpan Hold = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan SayLimit = TimeSpan.FromSeconds(5);

    // As long as the poll, and the calls that each press takes.
    private static readonly TimeSpan Lease = Hold + Margin + ((Most + 1) * 2 * SayLimit);
    private static readonly TimeSpan Alone = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestAlone = TimeSpan.FromHours(1);

    /// <summary>Listens once.</summary>
    /// <param name="channel">One of the bot's channels.</param>
    /// <param name="cancellationToken">Stops listening; a press that was not carried out is heard again.</param>
    /// <returns>Whether to listen again at once; else somebody else does, or it failed.</returns>
    public async Task<bool> ListenAsync(Channel channel, CancellationToken cancellationToken)
    {
        var settings = ChannelSettings.Of(channel);
        var secret = settings.Required("token_secret");
        if (await bots.TakeAsync(secret, Lease, cancellationToken) is not { } taken)
        {
            return false;
        }

        var heard = new Heard(Again: false, TimeSpan.Zero);
        try
        {
            heard = await HearAsync(channel, settings, cancellationToken);
            return heard.Again;
        }
        finally
        {
            // Also when it is stopped: the next node need not wait for the lease's end.
            await bots.LeaveAsync(secret, taken, heard.AloneFor, CancellationToken.None);
        }
    }

    // Without an offset: all that was not confirmed. None is kept, since Telegram's numbers do not only go up: after a week
    // without any, the next one is a random one. What is heard twice is answered once.
    private async Task<Heard> HearAsync(Channel channel, ChannelSettings settings, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        var asked = Asked(null, Hold);
        var answer = await CallAsync(settings, "getUpdates", asked, Hold + Margin, MaxAnswer, cancellationToken);
        if (answer is not { Status: 200 })
        {
            logger.BotNotHeard(channel.Name, answer?.Status ?? 0);
            var after = answer is null ? null : TelegramSender.AfterOf(ChannelHttp.ObjectOf(answer.Body));
            return new Heard(Again: false, Bounded(after));
        }
        if (UpdatesOf(answer) is not { } updates)
        {
            logger.BotUnreadable(channel.Name);
            await ConfirmAsync(settings, Last, cancellationToken);
            return new Heard(Again: false, Alone);
        }
        if (updates.Count == 0)
        {
            // Who answers at once with nothing does not hold back, and is not asked as fast as it answers.
            return new Heard(time.GetElapsedTime(begun) > Hold / 2, TimeSpan.Zero);
        }

        foreach (var update in updates)
        {
            if (ButtonPress.Read(update) is { } press)
            {
                await TryAnswerAsync(channel, press, cancellationToken);
            }
        }
        var next = ButtonPress.NumberOf(updates[^1], "update_id")!.Value + 1;
        return new Heard(await ConfirmAsync(settings, next, cancellationToken), TimeSpan.Zero);
    }

    private async Task TryAnswerAsync(Channel channel, ButtonPress press, CancellationToken cancellationToken)
    {
        try
        {
            await AnswerAsync(press, cancellationToken);
        }
#pragma warning disable CA1031 // The wall: one press that nobody foresaw would be heard again for ever, and none behind it.
        catch (Exception fault) when (fault is not OperationCanceledException && !DutyLoop.IsDatabaseFailure(fault))
#pragma warning restore CA1031
        {
            logger.ListeningBroke(channel.Name, fault);
        }
    }

    // Telegram forgets what is before that number.
    private async Task<bool> ConfirmAsync(ChannelSettings settings, long next, CancellationToken cancellationToken)
    {
        var asked = Asked(next, TimeSpan.Zero);
        asked["limit"] = 1;
        var said = await CallAsync(settings, "getUpdates", asked, SayLimit, ChannelHttp.MaxBody, cancellationToken);
        return said is { Status: 200 };
    }

    private async Task AnswerAsync(ButtonPress press, CancellationToken cancellationToken)
    {
        if (await bots.FindAsync(press.Button.Token, cancellationToken) is not { } asked)
        {
            return;
        }
        var settings = ChannelSettings.Of(asked.Channel);
        var said = WhyNot(press, asked.Channel, settings) ?? await DecideAsync(press, asked, cancellationToken);
        if (said.IsOver)
        {
            await CallAsync(
                settings,
                "editMessageReplyMarkup",
                new JsonObject { ["chat_id"] = press.ChatId, ["message_id"] = press.MessageId },
                SayLimit,
                ChannelHttp.MaxBody,
                cancellationToken
            );
        }
        await CallAsync(
            settings,
            "answerCallbackQuery",
            new JsonObject { ["callback_query_id"] = press.QueryId, ["text"] = said.Text },
            SayLimit,
            ChannelHttp.MaxBody,
            cancellationToken
        );
    }

    private Said? WhyNot(ButtonPress press, Channel channel, ChannelSettings settings)
    {
        if (
            !channel.Enabled
            || !settings.HasButtons
            || settings["chat_id"] != press.ChatId.ToString(CultureInfo.InvariantCulture)
        )
        {
            logger.PressedElsewhere(press.UserId);
            return new Said("This chat answers no questions any more.", IsOver: false);
        }
        return settings.Answerers is { Count: > 0 } answerers && !answerers.Contains(press.UserId)
            ? new Said("Only those whom the channel names may answer.", IsOver: false)
            : null;
    }

    private async Task<Said> DecideAsync(ButtonPress press, AskedDelivery asked, CancellationToken cancellationToken)
    {
        var name = press.UserName is { } user ? $" @{user}" : "";
        var who = $"{asked.Channel.Name}: Telegram user {press.UserId}{name}";
        // Not to be broken off: of a commit that was, nobody knows whether it answered.
        var result = await desk.DecideAsync(
            asked.ApprovalId,
            press.Button.Approve,
            note: null,
            who,
            CancellationToken.None
        );
        cancellationToken.ThrowIfCancellationRequested();
        return result switch
        {
            DecisionResult.Decided { Approval.Status: ApprovalStatus.Approved } => new Said("Approved.", IsOver: true),
            DecisionResult.Decided => new Said("Rejected.", IsOver: true),
            DecisionResult.Refused(var reason) => new Said(reason, IsOver: true),
            _ => new Said("There is no such question any more.", IsOver: true),
        };
    }

    // Null: no answer came. What goes wrong on the way to a peer takes nothing from what was decided.
    private async Task<PeerAnswer?> CallAsync(
        ChannelSettings settings,
        string method,
        JsonObject body,
        TimeSpan atMost,
        int maxAnswer,
        CancellationToken cancellationToken
    )
    {
        using var limit = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await telegram.CallAsync(settings, method, body, either.Token, maxAnswer);
        }
        catch (Exception fault)
            when (!cancellationToken.IsCancellationRequested
                && fault
                    is HttpRequestException
                        or IOException
                        or SocketException
                        or OperationCanceledException
                        or ToolException
                        or SecretException
            )
        {
            // Not its words: they may hold an address with the token in it.
            logger.BotCallFailed(method, fault.GetType());
            return null;
        }
    }

    private static JsonObject Asked(long? offset, TimeSpan hold)
    {
        var asked = new JsonObject
        {
            ["limit"] = Most,
            ["timeout"] = (int)hold.TotalSeconds,
            ["allowed_updates"] = new JsonArray("callback_query"),
        };
        if (offset is not null)
        {
            asked["offset"] = offset;
        }
        return asked;
    }

    // Null: it is no list of updates, each with its number.
    private static IReadOnlyList<JsonElement>? UpdatesOf(PeerAnswer answer) =>
        ChannelHttp.ObjectOf(answer.Body) is { } said
        && said.TryGetProperty("result", out var updates)
        && updates.ValueKind == JsonValueKind.Array
        && updates.EnumerateArray().All(update => ButtonPress.NumberOf(update, "update_id") is not null)
            ? [.. updates.EnumerateArray().Take(Most)]
            : null;

    private static TimeSpan Bounded(TimeSpan? after) =>
        after > LongestAlone ? LongestAlone
        : after > Alone ? after.Value
        : Alone;

    private sealed record Heard(bool Again, TimeSpan AloneFor);

    // IsOver: the buttons have done what they are for.
    private sealed record Said(string Text, bool IsOver);
}
