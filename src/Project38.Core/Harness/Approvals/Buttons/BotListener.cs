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

    /// <summary>How long Telegram holds an answer back until there is something to hear.</summary>
    internal static readonly TimeSpan Hold = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Lease = Hold + Margin + TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Alone = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan SayLimit = TimeSpan.FromSeconds(5);

    /// <summary>Listens once.</summary>
    /// <param name="channel">One of the bot's channels.</param>
    /// <param name="cancellationToken">Stops listening; a press that was not carried out is heard again.</param>
    /// <returns>Whether to listen again at once; else somebody else does, or it failed.</returns>
    public async Task<bool> ListenAsync(Channel channel, CancellationToken cancellationToken)
    {
        var settings = ChannelSettings.Of(channel);
        var secret = settings.Required("token_secret");
        if (await bots.TakeAsync(secret, Lease, cancellationToken) is not { } next)
        {
            return false;
        }

        var begun = time.GetTimestamp();
        var heard = await CallAsync(settings, "getUpdates", Asked(next), Hold + Margin, MaxAnswer, cancellationToken);
        if (heard is not { Status: 200 } || UpdatesOf(heard) is not { } updates)
        {
            logger.BotNotHeard(channel.Name, heard?.Status ?? 0);
            var after = heard is null ? null : TelegramSender.AfterOf(ChannelHttp.ObjectOf(heard.Body));
            await bots.LeaveAsync(secret, next, Longer(after), cancellationToken);
            return false;
        }
        foreach (var update in updates)
        {
            if (ButtonPress.Read(update) is { } press)
            {
                await AnswerAsync(press, secret, cancellationToken);
            }
            next = Math.Max(next, (ButtonPress.NumberOf(update, "update_id") ?? 0) + 1);
        }
        await bots.LeaveAsync(secret, next, TimeSpan.Zero, cancellationToken);
        // Who answers at once with nothing does not hold back, and is not asked as fast as it answers.
        return updates.Count > 0 || time.GetElapsedTime(begun) > Hold / 2;
    }

    private async Task AnswerAsync(ButtonPress press, string secret, CancellationToken cancellationToken)
    {
        if (await bots.FindAsync(press.Button.Token, cancellationToken) is not { } asked)
        {
            return;
        }
        var settings = ChannelSettings.Of(asked.Channel);
        var said = WhyNot(press, settings, secret) ?? await DecideAsync(press, asked, cancellationToken);
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

    private Said? WhyNot(ButtonPress press, ChannelSettings settings, string secret)
    {
        if (
            !settings.HasButtons
            || settings["token_secret"] != secret
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

    private static JsonObject Asked(long next) =>
        new()
        {
            ["offset"] = next,
            ["limit"] = Most,
            ["timeout"] = (int)Hold.TotalSeconds,
            ["allowed_updates"] = new JsonArray("callback_query"),
        };

    private static IReadOnlyList<JsonElement>? UpdatesOf(PeerAnswer answer) =>
        ChannelHttp.ObjectOf(answer.Body) is { } said
        && said.TryGetProperty("result", out var updates)
        && updates.ValueKind == JsonValueKind.Array
            ? [.. updates.EnumerateArray().Take(Most)]
            : null;

    private static TimeSpan Longer(TimeSpan? after) => after > Alone ? after.Value : Alone;

    // IsOver: the buttons have done what they are for.
    private sealed record Said(string Text, bool IsOver);
}
