using Project38.Core.Agents;

namespace Project38.Core.Tools.Notifications.Channels;

/// <summary>What a channel may be called.</summary>
public static class ChannelName
{
    /// <summary>The channel that is always there.</summary>
    public const string Inbox = "inbox";

    /// <summary>In characters.</summary>
    public const int MaxLength = 64;

    /// <summary>Whether a grant names a channel beside the inbox, which only who has the API's token reads.</summary>
    public static bool AmongOthers(Manifest grant) => grant.Channels.Any(name => name != Inbox);

    /// <summary>What is wrong with a name, and what to write; null when nothing is.</summary>
    public static string? WhyNot(string name) =>
        name == Inbox ? "'inbox' is the channel that is always there. Give yours another name."
        : name.Length is > 0 and <= MaxLength
        && char.IsAsciiLetterLower(name[0])
        && name.All(character =>
            char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '_' or '-'
        )
            ? null
        : $"'name' of a channel is a small letter, then small letters, digits, '_' and '-', at most {MaxLength}: my-chat.";
}
