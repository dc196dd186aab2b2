using System.Globalization;
using System.Text.RegularExpressions;

namespace Project38.Core.Agents;

/// <summary>The <c>H</c> of cron: a value hashed from the agent, so that a thousand agents do not fire in one minute.</summary>
/// <remarks>
/// As Jenkins writes it: <c>H</c>, <c>H/15</c>, <c>H(0-29)</c>, <c>H(0-29)/10</c>, also in lists. Cronos has an <c>H</c> too, and
/// it is not used: it knows no ranges, and a seed for it would move <c>@daily</c> away from midnight.
/// </remarks>
internal static partial class CronSpread
{
    // Days up to the 28th: every month has them.
    private static readonly Field[] s_fields =
    [
        new("second", 0, 59, 59),
        new("minute", 0, 59, 59),
        new("hour", 0, 23, 23),
        new("day of the month", 1, 28, 31),
        new("month", 1, 12, 12),
        new("day of the week", 0, 6, 6),
    ];

    /// <summary>Whether one of the fields, or of the things in its list, is an <c>H</c>.</summary>
    public static bool IsIn(IReadOnlyList<string> fields) => fields.Any(field => field.Split(',').Any(IsSpread));

    /// <summary>The expression with numbers in the place of each <c>H</c>.</summary>
    /// <param name="fields">Five, or six with seconds.</param>
    /// <param name="agentId">Whose numbers.</param>
    /// <param name="error">What is wrong, or null.</param>
    public static string? Resolve(IReadOnlyList<string> fields, long agentId, out string? error)
    {
        error = WhyNot(fields);
        var resolved = new List<string>();
        for (var i = 0; error is null && i < fields.Count; i++)
        {
            var kind = i + s_fields.Length - fields.Count;
            var hash = StableHash.Of(agentId, kind);
            var parts = new List<string>();
            foreach (var part in fields[i].Split(','))
            {
                parts.Add(IsSpread(part) ? ResolveOne(part, s_fields[kind], hash, ref error) : part);
            }
            resolved.Add(string.Join(',', parts));
        }
        return error is null ? string.Join(' ', resolved) : null;
    }

    // What is left out would fire for some agents, and never for others: '31 H', or the weekday of '5W'.
    private static string? WhyNot(IReadOnlyList<string> fields) =>
        fields[^2].Split(',').Any(IsSpread) ? "'H' is no month; write the month, or '*'."
        : fields[^1].Split(',').Any(IsSpread) && fields[^3] is not ("*" or "?")
            ? "'H' as day of the week needs '*' as day of the month."
        : null;

    private static string ResolveOne(string part, Field field, ulong hash, ref string? error)
    {
        var form = Form().Match(part);
        var (low, high) = form.Groups["low"].Success
            ? (Number(form.Groups["low"]), Number(form.Groups["high"]))
            : (field.Low, field.High);
        var step = form.Groups["step"].Success ? Number(form.Groups["step"]) : (int?)null;
        if (!form.Success || low < field.Low || high > field.Most || low > high || step < 1 || step > high - low + 1)
        {
            error ??=
                $"'{part}' is no {field.Name}. Write H, H/{Math.Min(field.High, 15)}, H({field.Low}-{field.Most / 2}) or "
                + $"H({field.Low}-{field.Most / 2})/{Math.Max(2, field.Most / 6)}, from {field.Low} to {field.Most}.";
            return part;
        }

        var first = low + (int)(hash % (ulong)(step ?? (high - low + 1)));
        return step is null || first + step > high
            ? string.Create(CultureInfo.InvariantCulture, $"{first}")
            : string.Create(CultureInfo.InvariantCulture, $"{first}-{high}/{step}");
    }

    // No name of a month or a weekday begins with an H.
    private static bool IsSpread(string part) => part.StartsWith('H') || part.StartsWith('h');

    private static int Number(Group digits) => int.Parse(digits.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"^H(\((?<low>[0-9]{1,2})-(?<high>[0-9]{1,2})\))?(/(?<step>[0-9]{1,2}))?\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Form();

    /// <summary>A field of cron.</summary>
    /// <param name="Name">For people.</param>
    /// <param name="Low">Its least value.</param>
    /// <param name="High">Where a bare <c>H</c> ends.</param>
    /// <param name="Most">Its greatest value.</param>
    private sealed record Field(string Name, int Low, int High, int Most);
}
