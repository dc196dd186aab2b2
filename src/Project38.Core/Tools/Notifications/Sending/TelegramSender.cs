using System.Text.Json;
using System.Text.Json.Nodes;
using Project38.Core.Storage;
using Project38.Core.Tools.Notifications.Channels;

namespace Project38.Core.Tools.Notifications.Sending;

/// <summary>Messages to a chat, by <c>sendMessage</c> of Telegram's Bot API.</summary>
/// <remarks>
/// One POST, and no part of a message for another go: what is longer than a message may be is cut, with a note. Without a
/// <c>parse_mode</c>, so that nothing an agent wrote is markup, and without previews, for which Telegram would fetch what it names.
/// </remarks>
internal sealed class TelegramSender(TelegramBot bot) : IChannelSender
{
    // Telegram counts UTF-16 units, as .NET does.
    private const int MaxText = 4096;

    /// <inheritdoc/>
    public ChannelKind Kind => ChannelKind.Telegram;

    /// <inheritdoc/>
    public async Task<SendResult> SendAsync(
        ChannelSettings settings,
        OutgoingMessage message,
        CancellationToken cancellationToken
    )
    {
        var body = new JsonObject
        {
            ["chat_id"] = settings.Required("chat_id"),
            ["text"] = TextOf(message),
            ["link_preview_options"] = new JsonObject { ["is_disabled"] = true },
        };
        if (message.AnswerToken is { } token)
        {
            body["reply_markup"] = AnswerButton.Markup(token);
        }
        var answer = await bot.CallAsync(settings, "sendMessage", body, cancellationToken);

        if (answer.Status < 300)
        {
            return ChannelHttp.ResultOf(answer, said: "");
        }
        var said = ChannelHttp.ObjectOf(answer.Body);
        return ChannelHttp.ResultOf(
            answer with
            {
                After = AfterOf(said) ?? answer.After,
            },
            ChannelHttp.TextOf(said, "description") ?? answer.Body
        );
    }

    /// <summary>How long it says to wait; null: nothing.</summary>
    internal static TimeSpan? AfterOf(JsonElement? said) =>
        said is { } answer
        && answer.TryGetProperty("parameters", out var parameters)
        && parameters.ValueKind == JsonValueKind.Object
        && parameters.TryGetProperty("retry_after", out var seconds)
        && seconds.ValueKind == JsonValueKind.Number
        && seconds.TryGetInt32(out var delay)
            ? TimeSpan.FromSeconds(delay)
            : null;

    /// <summary>Title and text, as long as a message may be.</summary>
    internal static string TextOf(OutgoingMessage message)
    {
        var text = message.Title == message.Text ? message.Text : $"{message.Title}\n\n{message.Text}";
        if (text.Length <= MaxText)
        {
            return text;
        }
        var note = $"\n(cut; the whole is in the inbox, message {message.Messages[0].Id})";
        return StorableText.Cut(text, MaxText - note.Length) + note;
    }
}
