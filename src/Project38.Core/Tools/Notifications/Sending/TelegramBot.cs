using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Project38.Core.Tools.Notifications.Channels;

namespace Project38.Core.Tools.Notifications.Sending;

/// <summary>Calls of Telegram's Bot API, by the bot whose token a channel names.</summary>
internal sealed partial class TelegramBot(ChannelHttp http, ChannelSecrets secrets)
{
    /// <summary>Where it is, unless somebody says otherwise.</summary>
    public const string Api = "https://api.telegram.org";

    /// <summary>Makes a call.</summary>
    /// <param name="settings">Of the channel.</param>
    /// <param name="method">For example <c>sendMessage</c>.</param>
    /// <param name="body">Its arguments.</param>
    /// <param name="cancellationToken">Gives it up; nobody knows then whether it was made.</param>
    /// <param name="maxAnswer">The most bytes of its answer that are read. Default: 16 KB.</param>
    /// <exception cref="ToolRefusedException">The secret is no token of a bot, or the address may not be dialled.</exception>
    /// <exception cref="Secrets.SecretException">There is no such secret, or it cannot be opened.</exception>
    public async Task<PeerAnswer> CallAsync(
        ChannelSettings settings,
        string method,
        JsonObject body,
        CancellationToken cancellationToken,
        int maxAnswer = ChannelHttp.MaxBody
    )
    {
        var name = settings.Required("token_secret");
        var token = await secrets.GetAsync(name, cancellationToken);
        if (!TokenPattern().IsMatch(token))
        {
            throw new ToolRefusedException($"The secret {name} is no token of a bot: 123456:ABC…");
        }
        var url = $"{(settings["base_url"] ?? Api).TrimEnd('/')}/bot{token}/{method}";
        var json = JsonSerializer.SerializeToUtf8Bytes(body, ToolAnswer.Json);
        return await http.PostAsync(settings, url, json, [], cancellationToken, maxAnswer);
    }

    [GeneratedRegex("^[0-9]{1,20}:[A-Za-z0-9_-]{1,100}$", RegexOptions.None, 1000)]
    private static partial Regex TokenPattern();
}
