using System.Net;

namespace Project38.Cli.Evaluation.Worlds;

/// <summary>The part of an address behind the question mark.</summary>
internal static class QueryText
{
    /// <summary>Its parameters, unescaped, in order.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Read(string text) =>
        [
            .. text.Split('&', StringSplitOptions.RemoveEmptyEntries)
                .Select(part => part.Split('=', 2))
                .Select(pair =>
                    KeyValuePair.Create(
                        WebUtility.UrlDecode(pair[0]),
                        pair.Length > 1 ? WebUtility.UrlDecode(pair[1]) : ""
                    )
                ),
        ];
}
