using System.Globalization;
using Project38.Core.Storage;
using Project38.Core.Tools.Notifications.Sending;

namespace Project38.Core.Tools.Notifications.Channels;

/// <summary>What each kind of channel needs to know, and what it does.</summary>
internal static class ChannelKinds
{
    private const int MostSettings = 20;

    private static readonly Dictionary<ChannelKind, ChannelSetting[]> Settings = new()
    {
        [ChannelKind.Telegram] =
        [
            ChannelSetting.Secret("token_secret"),
            ChannelSetting.Text(
                "chat_id",
                required: true,
                "a number such as -1001234567890, or a public name such as @news",
                IsChat
            ),
            ChannelSetting.Url("base_url", required: false),
            ChannelSetting.Flag(ChannelSettings.Buttons),
            ChannelSetting.Text(
                ChannelSettings.AnswerersKey,
                required: false,
                "numbers of Telegram users, parted by commas, such as 5551234,5555678",
                AreUsers
            ),
            ChannelSetting.Private,
        ],
        [ChannelKind.N8n] =
        [
            ChannelSetting.Url("url"),
            ChannelSetting.Text("header", required: false, "the name of a header, such as X-Api-Key", IsHeader),
            ChannelSetting.Secret("header_secret", required: false),
            ChannelSetting.Private,
        ],
        [ChannelKind.Webhook] =
        [
            ChannelSetting.Url("url"),
            ChannelSetting.Secret("signing_secret"),
            ChannelSetting.Private,
        ],
        [ChannelKind.EmailSmtp] =
        [
            ChannelSetting.Text("host", required: true, "the name of a mail server, such as smtp.example.org", IsHost),
            ChannelSetting.Text("port", required: false, "a port from 1 to 65535", IsPort),
            ChannelSetting.Text(
                "tls",
                required: false,
                "starttls, implicit or none",
                value => value is "starttls" or "implicit" or "none"
            ),
            ChannelSetting.Text("user", required: false, "the name of an account", _ => true),
            ChannelSetting.Secret("password_secret", required: false),
            ChannelSetting.Mail("from"),
            ChannelSetting.Mails("to"),
            ChannelSetting.Private,
        ],
        [ChannelKind.EmailSendgrid] =
        [
            ChannelSetting.Secret("key_secret"),
            ChannelSetting.Mail("from"),
            ChannelSetting.Mails("to"),
            ChannelSetting.Url("base_url", required: false),
            ChannelSetting.Private,
        ],
    };

    /// <summary>All that is wrong with settings, by key; empty: nothing.</summary>
    public static IEnumerable<(string Key, string Complaint)> WhyNot(
        ChannelKind kind,
        IReadOnlyDictionary<string, string> given
    )
    {
        var known = Settings[kind];
        foreach (var key in given.Keys.Where(key => known.All(setting => setting.Key != key)).Take(MostSettings))
        {
            yield return (
                key,
                $"is no setting of {kind.ToWord()}. It has {string.Join(", ", known.Select(setting => setting.Key))}"
            );
        }
        foreach (var setting in known)
        {
            if (!given.TryGetValue(setting.Key, out var value))
            {
                if (setting.IsRequired)
                {
                    yield return (setting.Key, "is required");
                }
            }
            else if (value is null || LineText.FirstWrong(value) is not null)
            {
                yield return (setting.Key, "must be a text of one line");
            }
            else if (setting.WhyNot(value) is { } complaint)
            {
                yield return (setting.Key, complaint);
            }
        }
        foreach (var wrong in Together(kind, new ChannelSettings(given)))
        {
            yield return wrong;
        }
    }

    /// <summary>The settings that name a secret, with those names.</summary>
    public static IEnumerable<(string Key, string Name)> Secrets(
        ChannelKind kind,
        IReadOnlyDictionary<string, string> given
    ) =>
        Settings[kind]
            .Where(setting => setting.NamesSecret)
            // Null, which a text of JSON may be, is complained of where the others are.
            .Select(setting => (setting.Key, Name: given.GetValueOrDefault(setting.Key)!))
            .Where(named => named.Name is not null);

    /// <summary>The server it leads to, without what in its address may be secret.</summary>
    public static string DestinationOf(ChannelKind kind, IReadOnlyDictionary<string, string> given) =>
        given.GetValueOrDefault("host")
        ?? HostOf(given.GetValueOrDefault("url") ?? given.GetValueOrDefault("base_url") ?? DefaultOf(kind));

    private static string DefaultOf(ChannelKind kind) =>
        kind == ChannelKind.Telegram ? TelegramBot.Api : SendGridSender.Api;

    /// <summary>What becomes of what is sent to a channel, for people.</summary>
    public static string Does(Channel channel)
    {
        var settings = ChannelSettings.Of(channel);
        return channel.Kind switch
        {
            ChannelKind.Telegram => $"writes to the Telegram chat {settings["chat_id"]}"
                + (settings.HasButtons ? ", which answers questions by buttons" : ""),
            ChannelKind.N8n => $"starts the n8n workflow at {HostOf(settings["url"])}",
            ChannelKind.Webhook => $"sends signed messages to {HostOf(settings["url"])}",
            ChannelKind.EmailSmtp => $"mails {settings["to"]} by {settings["host"]}",
            _ => $"mails {settings["to"]} by SendGrid",
        };
    }

    // What no setting can tell by itself.
    private static IEnumerable<(string Key, string Complaint)> Together(ChannelKind kind, ChannelSettings settings)
    {
        foreach (var key in new[] { "url", "base_url" })
        {
            if (
                settings[key] is { } url
                && url.StartsWith("http:", StringComparison.OrdinalIgnoreCase)
                && !settings.MayBePrivate
            )
            {
                yield return (
                    key,
                    "must begin with https://; http is for a server of your own network, with allow_private=true"
                );
            }
        }
        if (settings.HasButtons && settings["chat_id"] is ['@', ..])
        {
            yield return (
                ChannelSettings.Buttons,
                "is for a chat by its number: whoever finds a public one by its name could answer"
            );
        }
        if (settings.HasButtons && settings["chat_id"] is ['-', ..] && settings[ChannelSettings.AnswerersKey] is null)
        {
            yield return (
                ChannelSettings.AnswerersKey,
                "must name who may answer in a group or a channel: whoever reads along there could press"
            );
        }
        if (settings[ChannelSettings.AnswerersKey] is not null && !settings.HasButtons)
        {
            yield return (ChannelSettings.AnswerersKey, "goes with buttons=true: without buttons nobody answers there");
        }
        if (kind == ChannelKind.N8n && settings["header"] is null != settings["header_secret"] is null)
        {
            yield return ("header_secret", "goes with 'header': give both or neither");
        }
        if (kind == ChannelKind.EmailSmtp && settings["user"] is null != settings["password_secret"] is null)
        {
            yield return ("password_secret", "goes with 'user': give both or neither");
        }
        if (kind == ChannelKind.EmailSmtp && settings["tls"] == "none" && settings["user"] is not null)
        {
            yield return ("tls", "must be starttls or implicit where there is a password: it would go in the clear");
        }
        if (kind == ChannelKind.EmailSmtp && settings["tls"] == "none" && !settings.MayBePrivate)
        {
            yield return ("tls", "may be none only for a server of your own network, with allow_private=true");
        }
    }

    private static string HostOf(string? url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) ? uri.Authority : "";

    private static bool IsChat(string value) =>
        value.StartsWith('@')
            ? value.Length > 1 && value[1..].All(character => char.IsAsciiLetterOrDigit(character) || character == '_')
            : long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                && number.ToString(CultureInfo.InvariantCulture) == value;

    private static bool AreUsers(string value) =>
        value
            .Split(',', StringSplitOptions.TrimEntries)
            .All(user => long.TryParse(user, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0);

    private static bool IsHeader(string value) =>
        value.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_')
        && !value.StartsWith("Content-", StringComparison.OrdinalIgnoreCase)
        && !value.Equals("Host", StringComparison.OrdinalIgnoreCase)
        && !value.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase);

    private static bool IsHost(string value) =>
        Uri.CheckHostName(value) is UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6;

    private static bool IsPort(string value) => ushort.TryParse(value, out var port) && port > 0;
}
