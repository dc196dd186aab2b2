using System.Globalization;
using Project38.Core.Factory.Generation.Sentences;

namespace Project38.Core.Factory.Generation.Times;

/// <summary>Time zones as people name them: by city, by country where there is one, or by IANA name.</summary>
internal static class Zones
{
    // All zones at once, when the first city is asked for: a look-up that fails costs 0.1 ms, and a hostile sentence
    // can ask for thousands.
    private static readonly Lazy<Dictionary<string, string>> _cities = new(() =>
        TimeZoneInfo
            .GetSystemTimeZones()
            .Where(zone => zone.Id.Contains('/') && !zone.Id.StartsWith("Etc/", StringComparison.Ordinal))
            .GroupBy(zone => zone.Id[(zone.Id.LastIndexOf('/') + 1)..].Replace('_', ' ').ToLowerInvariant())
            .ToDictionary(city => city.Key, city => city.Select(zone => zone.Id).Order(StringComparer.Ordinal).First())
    );

    // Three-letter names such as EST and IST mean several zones, so they are not read.
    private static readonly Dictionary<string, string> _known = new()
    {
        ["utc"] = "UTC",
        ["gmt"] = "UTC",
        ["israel"] = "Asia/Jerusalem",
        ["tel aviv"] = "Asia/Jerusalem",
        ["ישראל"] = "Asia/Jerusalem",
        ["ירושלים"] = "Asia/Jerusalem",
        ["לונדון"] = "Europe/London",
        ["ניו יורק"] = "America/New_York",
        ["ברלין"] = "Europe/Berlin",
        ["פריז"] = "Europe/Paris",
        ["eastern"] = "America/New_York",
        ["central"] = "America/Chicago",
        ["mountain"] = "America/Denver",
        ["pacific"] = "America/Los_Angeles",
        ["uk"] = "Europe/London",
        ["germany"] = "Europe/Berlin",
        ["france"] = "Europe/Paris",
        ["india"] = "Asia/Kolkata",
        ["japan"] = "Asia/Tokyo",
    };

    /// <summary>A zone: its IANA name.</summary>
    public static (object Value, int Length)? Read(IReadOnlyList<Token> tokens, int at)
    {
        for (var length = Math.Min(3, tokens.Count - at); length >= 1; length--)
        {
            var words = tokens.Skip(at).Take(length).ToArray();
            if (words.All(token => token.Kind == TokenKind.Word) && Find(words) is { } zone)
            {
                return (zone, length);
            }
        }
        return null;
    }

    /// <summary>A zone that needs no word "time" behind it, since it can be nothing else: UTC, Asia/Jerusalem.</summary>
    public static (object Value, int Length)? ReadIana(IReadOnlyList<Token> tokens, int at) =>
        tokens[at].Text.Contains('/') || tokens[at].Is("utc") || tokens[at].Is("gmt") ? Read([tokens[at]], 0) : null;

    private static string? Find(Token[] words)
    {
        var name = string.Join(' ', words.Select(token => token.Text.ToLowerInvariant()));
        if (_known.TryGetValue(name, out var known))
        {
            return known;
        }
        if (name.Length > 40 || Token.IsHebrew(name[0]))
        {
            return null;
        }
        return name.Contains('/')
            ? words.Length == 1
                ? Canonical(name)
                : null
            : _cities.Value.GetValueOrDefault(name);
    }

    // Zone files are found by name, so the name must have the letters that the file has: Asia/Jerusalem.
    private static string? Canonical(string name)
    {
        var title = CultureInfo.InvariantCulture.TextInfo.ToTitleCase(name.Replace('_', ' ')).Replace(' ', '_');
        return TimeZoneInfo.TryFindSystemTimeZoneById(title, out var zone) && zone.Id == title ? title : null;
    }
}
