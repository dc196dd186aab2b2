using System.Buffers;

namespace Project38.Core.Tools.Http;

/// <summary>Which headers an agent may send.</summary>
internal static class RequestHeaders
{
    private const int MaxCount = 50;
    private const int MaxCharacters = 16 * 1024;

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    );

    // What the connection is made of, or who the platform says it is.
    private static readonly HashSet<string> Forbidden = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host",
        "Content-Length",
        "Transfer-Encoding",
        "Connection",
        "Keep-Alive",
        "Upgrade",
        "TE",
        "Trailer",
        "Expect",
        "Accept-Encoding",
        "User-Agent",
    };

    /// <summary>Throws when one of them may not be sent.</summary>
    /// <exception cref="ToolException">It is forbidden, no header, or too much.</exception>
    public static void Check(IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        if (headers.Count > MaxCount || headers.Sum(header => header.Key.Length + header.Value.Length) > MaxCharacters)
        {
            throw new ToolException($"At most {MaxCount} headers of 16 KB in all.");
        }

        foreach (var (name, value) in headers)
        {
            if (name.Length is 0 or > 100 || name.AsSpan().ContainsAnyExcept(NameCharacters))
            {
                throw new ToolException("One of the headers has a name that no header can have.");
            }

            if (Forbidden.Contains(name) || name.StartsWith("Proxy-", StringComparison.OrdinalIgnoreCase))
            {
                throw new ToolException($"The header '{name}' is the platform's to set. Leave it out.");
            }

            if (value.Any(c => c is (< ' ' and not '\t') or > '~'))
            {
                throw new ToolException($"The header '{name}' has a value that is not printable ASCII.");
            }
        }
    }

    /// <summary>Whether a header cannot hold a key: keys travel in headers of any name, so the ones that never do are listed.</summary>
    public static bool IsHarmless(string name) =>
        name.Equals("Accept", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("Accept-", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase);
}
