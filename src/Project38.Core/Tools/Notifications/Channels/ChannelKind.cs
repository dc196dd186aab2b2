using Project38.Core.Storage;

namespace Project38.Core.Tools.Notifications.Channels;

/// <summary>What kind of destination a channel is. The inbox is none of them: it is always there.</summary>
public enum ChannelKind
{
    /// <summary>A chat, by a bot.</summary>
    Telegram,

    /// <summary>A webhook of an n8n workflow.</summary>
    N8n,

    /// <summary>Any web server, which can see by the signature that a message is ours.</summary>
    Webhook,

    /// <summary>Mail, by a mail server.</summary>
    EmailSmtp,

    /// <summary>Mail, by SendGrid's API.</summary>
    EmailSendgrid,
}

/// <summary>Kinds as people and the wire write them: <c>email-smtp</c>.</summary>
public static class ChannelKindWords
{
    /// <summary>All of them, in order.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Enum.GetValues<ChannelKind>().Select(ToWord)];

    /// <summary>The word for a kind.</summary>
    public static string ToWord(this ChannelKind kind) => kind.ToSnakeCase().Replace('_', '-');

    /// <summary>The kind that a word means; null: none.</summary>
    public static ChannelKind? TryParse(string word) => SnakeCase.TryParse<ChannelKind>(word.Replace('-', '_'));
}
