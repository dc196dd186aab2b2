using Project38.Core.Tools.Notifications.Channels;

namespace Project38.Core.Tools.Notifications.Sending;

/// <summary>Signed messages to any web server.</summary>
internal sealed class WebhookSender(ChannelHttp http, ChannelSecrets secrets, TimeProvider time) : IChannelSender
{
    /// <inheritdoc/>
    public ChannelKind Kind => ChannelKind.Webhook;

    /// <inheritdoc/>
    public async Task<SendResult> SendAsync(
        ChannelSettings settings,
        OutgoingMessage message,
        CancellationToken cancellationToken
    )
    {
        var secret = await secrets.GetAsync(settings.Required("signing_secret"), cancellationToken);
        var body = MessageJson.Of(message);
        var headers = WebhookSignature.Headers(secret, message.SendId, time.GetUtcNow(), body);
        var answer = await http.PostAsync(settings, settings.Required("url"), body, headers, cancellationToken);
        return ChannelHttp.ResultOf(answer, answer.Body);
    }
}

/// <summary>Messages to a workflow of n8n, which asks for a header where its webhook node is set to.</summary>
internal sealed class N8nSender(ChannelHttp http, ChannelSecrets secrets) : IChannelSender
{
    /// <inheritdoc/>
    public ChannelKind Kind => ChannelKind.N8n;

    /// <inheritdoc/>
    public async Task<SendResult> SendAsync(
        ChannelSettings settings,
        OutgoingMessage message,
        CancellationToken cancellationToken
    )
    {
        var headers = new Dictionary<string, string> { ["webhook-id"] = message.SendId };
        if (settings["header"] is { } header)
        {
            headers[header] = await secrets.GetAsync(settings.Required("header_secret"), cancellationToken);
        }
        var url = settings.Required("url");
        var answer = await http.PostAsync(settings, url, MessageJson.Of(message), headers, cancellationToken);
        return ChannelHttp.ResultOf(answer, answer.Body);
    }
}
