using System.Globalization;
using System.Text.Json;
using Project38.Core.Secrets;
using Project38.Core.Tools.Http;

namespace Project38.Core.Tools.Notifications.Channels;

/// <summary>Where and how a channel sends: texts by key, which <see cref="ChannelKinds"/> has checked.</summary>
internal sealed class ChannelSettings(IReadOnlyDictionary<string, string> values)
{
    public const string AllowPrivate = "allow_private";
    public const string Buttons = "buttons";
    public const string AnswerersKey = "answerers";

    public static ChannelSettings Of(Channel channel) => new(Read(channel));

    /// <summary>The settings of a channel, by key.</summary>
    public static IReadOnlyDictionary<string, string> Read(Channel channel) =>
        JsonSerializer.Deserialize<SortedDictionary<string, string>>(channel.Settings)
        ?? new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>A value; null: it was left out.</summary>
    public string? this[string key] => values.GetValueOrDefault(key);

    /// <summary>A value that every channel of its kind has.</summary>
    public string Required(string key) =>
        values.TryGetValue(key, out var value)
            ? value
            : throw new InvalidOperationException($"A channel was stored without '{key}'.");

    /// <summary>Whether it may lead to the network of whoever runs the service.</summary>
    public bool MayBePrivate => this[AllowPrivate] == "true";

    /// <summary>Whether questions that go there have buttons to answer by.</summary>
    public bool HasButtons => this[Buttons] == "true";

    /// <summary>The numbers of the Telegram users whose answers count; empty: everybody's who is in the chat.</summary>
    public IReadOnlyList<long> Answerers =>
        [
            .. (this[AnswerersKey] ?? "")
                .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(user => long.Parse(user, CultureInfo.InvariantCulture)),
        ];

    /// <summary>Its mail addresses, parted by commas.</summary>
    public IReadOnlyList<string> Recipients =>
        Required("to").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

/// <summary>One setting of a kind of channel.</summary>
/// <param name="Key">Its name.</param>
/// <param name="IsRequired">Whether it must be there.</param>
/// <param name="WhyNot">What is wrong with a value, and what to write; null when nothing is.</param>
internal sealed record ChannelSetting(string Key, bool IsRequired, Func<string, string?> WhyNot)
{
    private const int MaxText = 200;
    private const int MostRecipients = 20;

    /// <summary>Whether it names a secret, and not a value.</summary>
    public bool NamesSecret => Key.EndsWith("secret", StringComparison.Ordinal);

    public static ChannelSetting Secret(string key, bool required = true) =>
        new(
            key,
            required,
            value =>
                SecretName.WhyNot(value) is null
                    ? null
                    : "is the name of a secret, not its value: put the value first with p38 secrets set NAME"
        );

    public static ChannelSetting Text(string key, bool required, string what, Func<string, bool> fits) =>
        new(key, required, value => value.Length is > 0 and <= MaxText && fits(value) ? null : $"must be {what}");

    public static ChannelSetting Url(string key, bool required = true) => new(key, required, WhyNotUrl);

    public static ChannelSetting Private { get; } = Flag(ChannelSettings.AllowPrivate);

    public static ChannelSetting Flag(string key) =>
        Text(key, required: false, "true or false", value => value is "true" or "false");

    public static ChannelSetting Mail(string key) =>
        Text(key, required: true, "a mail address such as alerts@example.org", MailAddress.Fits);

    public static ChannelSetting Mails(string key) =>
        new(
            key,
            IsRequired: true,
            value =>
            {
                var all = value.Split(',', StringSplitOptions.TrimEntries);
                return all.Length <= MostRecipients && all.All(MailAddress.Fits)
                    ? null
                    : $"must be 1 to {MostRecipients} mail addresses, parted by commas";
            }
        );

    private static string? WhyNotUrl(string value)
    {
        if (!Uri.TryCreate(value, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            return "must be a URL that begins with https://";
        }
        try
        {
            EgressPolicy.CheckUrl(value, [EgressPolicy.HostKey(uri)]);
            return null;
        }
        catch (ToolRefusedException refusal)
        {
            return $"is refused: {refusal.Message}";
        }
    }
}

/// <summary>Mail addresses as SMTP takes them without any quoting.</summary>
internal static class MailAddress
{
    private const int MaxLength = 200;

    public static bool Fits(string address)
    {
        var at = address.LastIndexOf('@');
        return address.Length <= MaxLength
            && at > 0
            && at < address.Length - 1
            && address.All(character => char.IsAsciiLetterOrDigit(character) || "@._+-'=/".Contains(character))
            && address.IndexOf('@') == at
            && DomainOf(address).All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-');
    }

    public static string DomainOf(string address) => address[(address.LastIndexOf('@') + 1)..];
}
