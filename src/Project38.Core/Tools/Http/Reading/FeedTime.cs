using System.Globalization;
using System.Text.RegularExpressions;

namespace Project38.Core.Tools.Http.Reading;

/// <summary>Times as feeds write them: RFC 3339 in Atom, RFC 822 in RSS, and what is near to either.</summary>
internal static partial class FeedTime
{
    private static readonly string[] s_months = "jan feb mar apr may jun jul aug sep oct nov dec".Split(' ');

    // RFC 822 has these; a zone that is not known is taken for UTC, as RFC 2822 says.
    private static readonly Dictionary<string, int> s_zones = new(StringComparer.OrdinalIgnoreCase)
    {
        ["EST"] = -5,
        ["EDT"] = -4,
        ["CST"] = -6,
        ["CDT"] = -5,
        ["MST"] = -7,
        ["MDT"] = -6,
        ["PST"] = -8,
        ["PDT"] = -7,
        ["CET"] = 1,
        ["CEST"] = 2,
        ["IST"] = 2,
        ["IDT"] = 3,
    };

    private static readonly string[] s_standard =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd'T'HH:mmK",
        "yyyy-MM-dd HH:mm:ssK",
        "yyyy-MM-dd HH:mm:ss K",
        "yyyy-MM-dd HH:mm",
        "yyyy-MM-dd",
        "yyyy-MM",
        "yyyy",
    ];

    /// <summary>Reads a time.</summary>
    /// <returns>ISO 8601 in UTC, such as <c>2026-11-22T08:00:00Z</c>; null where it is no time.</returns>
    public static string? Read(string? text)
    {
        text = text?.Trim();
        if (text is not { Length: > 0 and < 100 })
        {
            return null;
        }

        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParseExact(text, s_standard, CultureInfo.InvariantCulture, Utc, out var time)
            ? Shown(time.UtcDateTime)
            : Mail(text);
    }

    private static string? Mail(string text)
    {
        if (MailTime.Match(text) is not { Success: true } parts)
        {
            return null;
        }

        var month = Array.IndexOf(s_months, parts.Groups["month"].Value[..3].ToLowerInvariant()) + 1;
        var year = Number("year");
        // RFC 2822: two digits are of this century up to 49.
        year +=
            parts.Groups["year"].Length > 2 ? 0
            : year < 50 ? 2000
            : 1900;
        if (
            month == 0
            || year is < 1 or > 9998
            || Number("day") < 1
            || Number("day") > DateTime.DaysInMonth(year, month)
        )
        {
            return null;
        }

        if (Number("hour") > 23 || Number("minute") > 59 || Number("second") > 60)
        {
            return null;
        }

        var local = new DateTime(year, month, Number("day"), 0, 0, 0, DateTimeKind.Utc)
            .AddHours(Number("hour"))
            .AddMinutes(Number("minute"))
            .AddSeconds(Number("second"));
        return year == 1 ? null : Shown(local - Zone(parts.Groups["zone"].Value));

        int Number(string name) =>
            parts.Groups[name] is { Success: true } group
                ? int.Parse(group.ValueSpan, CultureInfo.InvariantCulture)
                : 0;
    }

    private static TimeSpan Zone(string zone)
    {
        if (zone.Length >= 5 && zone[0] is '+' or '-')
        {
            var hours = int.Parse(zone.AsSpan(1, 2), CultureInfo.InvariantCulture);
            var minutes = int.Parse(zone.AsSpan(zone.Length - 2), CultureInfo.InvariantCulture);
            return (zone[0] == '-' ? -1 : 1) * new TimeSpan(hours, minutes, 0);
        }

        return TimeSpan.FromHours(s_zones.GetValueOrDefault(zone));
    }

    private static string Shown(DateTime time) =>
        time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"^(?:[a-z]{2,9}\.?,?\s+)?(?<day>[0-9]{1,2})[\s-]+(?<month>[a-z]{3,9})\.?,?[\s-]+(?<year>[0-9]{2}|[0-9]{4})(?:\s+(?<hour>[0-9]{1,2}):(?<minute>[0-9]{2})(?::(?<second>[0-9]{2}))?(?:\s*(?<zone>[+-][0-9]{2}:?[0-9]{2}|[a-z]{1,5}))?)?(?:\s*\([^)]{0,20}\))?$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex MailTime { get; }
}
