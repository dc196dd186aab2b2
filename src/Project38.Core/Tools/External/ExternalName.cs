using System.Diagnostics.CodeAnalysis;

namespace Project38.Core.Tools.External;

/// <summary>The name of a tool of a tool server, as agents are granted it: <c>external.github.create_issue</c>.</summary>
/// <param name="Server">Of the server.</param>
/// <param name="Tool">Of its tool; it may have dots.</param>
public sealed record ExternalName(string Server, string Tool)
{
    /// <summary>Characters of a server's name.</summary>
    public const int MaxServer = 32;

    /// <summary>Characters of a tool's name.</summary>
    public const int MaxTool = 64;

    private const string Root = "external.";

    /// <summary>The full name.</summary>
    public override string ToString() => $"{Root}{Server}.{Tool}";

    /// <summary>Reads a full name.</summary>
    public static bool TryParse(string name, [NotNullWhen(true)] out ExternalName? parsed)
    {
        parsed = null;
        if (
            name.StartsWith(Root, StringComparison.Ordinal)
            && name[Root.Length..].Split('.', 2) is [var server, var tool]
            && WhyNotServer(server) is null
            && IsTool(tool)
        )
        {
            parsed = new ExternalName(server, tool);
        }

        return parsed is not null;
    }

    /// <summary>What is wrong with the name of a server, and what to write; null when nothing is.</summary>
    public static string? WhyNotServer(string name) =>
        name.Length is > 0 and <= MaxServer
        && char.IsAsciiLetterLower(name[0])
        && name.All(character =>
            char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '_' or '-'
        )
            ? null
            : "'name' of a tool server is a small letter, then small letters, digits, '_' and '-', at most "
                + $"{MaxServer}: github.";

    /// <summary>Whether a tool of this name can be called: a program names it, and it stands in grants, rules and records.</summary>
    public static bool IsTool(string name) =>
        name.Length is > 0 and <= MaxTool
        && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or '.');
}
