using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Project38.Core.Storage;
using Project38.Core.Tools.Notifications.Channels;

namespace Project38.Core.Tools.Notifications.Sending;

/// <summary>Messages to a chat, by <c>sendMessage</c> of Telegram's Bot API.</summary>
/// <remarks>
/// One POST, and no part of a message for another go: what is longer than a message may be is cut, with a note. Without a
/// <c>parse_mode</c>, so that nothing an agent wrote is markup, and without previews, for which Telegram would fetch what it names.
/// </remarks>
internal sealed partial class TelegramSender(ChannelHttp http, ChannelSecrets secrets) : IChannelSender
{
    /// <summary>Where it is, unless somebody says otherwise.</summary>
    public const string Api = "https://api.telegram.org";

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
        var name = settings.Required("token_secret");
        var token = await secrets.GetAsync(name, cancellationToken);
        if (!TokenPattern().IsMatch(token))
        {
            return new SendResult.Refused($"The secret {name} is no token of a bot: 123456:ABC…");
        }

        var url = $"{(settings["base_url"] ?? Api).TrimEnd('/')}/bot{token}/sendMessage";
        var body = new JsonObject
        {
            ["chat_id"] = settings.Required("chat_id"),
            ["text"] = TextOf(message),
            ["link_preview_options"] = new JsonObject { ["is_disabled"] = true },
        };
        var json = JsonSerializer.SerializeToUtf8Bytes(body, ToolAnswer.Json);
        var answer = await http.PostAsync(settings, url, json, [], cancellationToken);

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

    private static TimeSpan? AfterOf(JsonElement? said) =>
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

    [GeneratedRegex("^[0-9]{1,20}:[A-Za-z0-9_-]{1,100}$", RegexOptions.None, 1000)]
    private static partial Regex TokenPattern();
}
