using System.Text.Json;
using System.Text.Json.Nodes;
using Project38.Core.Tools.Notifications.Channels;

namespace Project38.Core.Tools.Notifications.Sending;

/// <summary>Mail by <c>mail/send</c> of SendGrid's API: plain text, and nothing in it counted or rewritten.</summary>
internal sealed class SendGridSender(ChannelHttp http, ChannelSecrets secrets) : IChannelSender
{
    /// <summary>Where it is, unless somebody says otherwise.</summary>
    public const string Api = "https://api.sendgrid.com";

    /// <inheritdoc/>
    public ChannelKind Kind => ChannelKind.EmailSendgrid;

    /// <inheritdoc/>
    public async Task<SendResult> SendAsync(
        ChannelSettings settings,
        OutgoingMessage message,
        CancellationToken cancellationToken
    )
    {
        var key = await secrets.GetAsync(settings.Required("key_secret"), cancellationToken);
        var from = settings.Required("from");
        var body = new JsonObject
        {
            // One of its own for each: nobody learns who else is told.
            ["personalizations"] = new JsonArray([
                .. settings.Recipients.Select(to => new JsonObject { ["to"] = new JsonArray(Address(to)) }),
            ]),
            ["from"] = Address(from),
            ["subject"] = message.Title,
            ["content"] = new JsonArray(new JsonObject { ["type"] = "text/plain", ["value"] = message.Text }),
            ["headers"] = new JsonObject { ["Message-ID"] = $"<{message.SendId}@{MailAddress.DomainOf(from)}>" },
            ["tracking_settings"] = new JsonObject
            {
                ["click_tracking"] = new JsonObject { ["enable"] = false },
                ["open_tracking"] = new JsonObject { ["enable"] = false },
            },
        };
        var answer = await http.PostAsync(
            settings,
            $"{(settings["base_url"] ?? Api).TrimEnd('/')}/v3/mail/send",
            JsonSerializer.SerializeToUtf8Bytes(body, ToolAnswer.Json),
            [KeyValuePair.Create("Authorization", $"Bearer {key}")],
            cancellationToken
        );
        return ChannelHttp.ResultOf(answer, answer.Status < 300 ? "" : FirstError(answer.Body) ?? answer.Body);
    }

    private static string? FirstError(string body) =>
        ChannelHttp.ObjectOf(body) is { } said
        && said.TryGetProperty("errors", out var errors)
        && errors.ValueKind == JsonValueKind.Array
        && errors.GetArrayLength() > 0
            ? ChannelHttp.TextOf(errors[0], "message")
            : null;

    private static JsonObject Address(string address) => new() { ["email"] = address };
}
