using System.CommandLine;

namespace Project38.Cli.Verbs;

/// <summary><c>--timezone ZONE</c>, by any of its names.</summary>
internal static class ZoneOption
{
    /// <summary>An IANA zone.</summary>
    /// <param name="description">Of what, and what holds without it.</param>
    public static Option<string> Create(string description) =>
        new("--timezone", "--zone") { Description = description };
}
