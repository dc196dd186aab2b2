using System.Text.Json;
using Project38.Core.Tools.Notifications.Sending;

namespace Project38.Core.Harness.Approvals.Buttons;

/// <summary>Somebody pressed one of our buttons: a <c>callback_query</c> of Telegram's Bot API.</summary>
/// <param name="QueryId">What it is answered by.</param>
/// <param name="UserId">Who pressed.</param>
/// <param name="UserName">As they call themselves; null: they do not.</param>
/// <param name="ChatId">Where the button is.</param>
/// <param name="MessageId">Under which message.</param>
/// <param name="Button">Which one.</param>
internal sealed record ButtonPress(
    string QueryId,
    long UserId,
    string? UserName,
    long ChatId,
    long MessageId,
    AnswerButton Button
)
{
    /// <summary>Reads an update; null: it is something else, or not in a form that Telegram documents.</summary>
    public static ButtonPress? Read(JsonElement update)
    {
        if (
            Of(update, "callback_query") is { } query
            && TextOf(query, "id") is { Length: <= 100 } id
            && TextOf(query, "data") is { } data
            && AnswerButton.Read(data) is { } button
            && Of(query, "from") is { } from
            && NumberOf(from, "id") is { } user
            && Of(query, "message") is { } message
            && NumberOf(message, "message_id") is { } messageId
            && Of(message, "chat") is { } chat
            && NumberOf(chat, "id") is { } chatId
        )
        {
            return new ButtonPress(id, user, NameOf(from), chatId, messageId, button);
        }
        return null;
    }

    /// <summary>A number of an object; null: there is none.</summary>
    public static long? NumberOf(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object
        && json.TryGetProperty(name, out var number)
        && number.ValueKind == JsonValueKind.Number
        && number.TryGetInt64(out var value)
            ? value
            : null;

    private static JsonElement? Of(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object
        && json.TryGetProperty(name, out var found)
        && found.ValueKind == JsonValueKind.Object
            ? found
            : null;

    private static string? TextOf(JsonElement json, string name) => ChannelHttp.TextOf(json, name);

    // 32 of these is the most that Telegram gives out.
    private static string? NameOf(JsonElement from) =>
        TextOf(from, "username") is { Length: > 0 and <= 64 } name
        && name.All(character => char.IsAsciiLetterOrDigit(character) || character == '_')
            ? name
            : null;
}
