using System.Globalization;

namespace Project38.Cli.Evaluation.Judging;

/// <summary>A cron expression as the sets of seconds, minutes, hours, days, months and weekdays it fires on.</summary>
/// <remarks>So <c>0/5</c> and <c>*/5</c> are one schedule, and so are <c>mon-fri</c> and <c>1,2,3,4,5</c>.</remarks>
internal sealed class CronSets
{
    private static readonly (int Least, int Most)[] s_fields = [(0, 59), (0, 59), (0, 23), (1, 31), (1, 12), (0, 7)];
    private static readonly string[] s_months =
    [
        "jan",
        "feb",
        "mar",
        "apr",
        "may",
        "jun",
        "jul",
        "aug",
        "sep",
        "oct",
        "nov",
        "dec",
    ];
    private static readonly string[] s_days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private readonly SortedSet<int>[] _sets;

    private CronSets(string text, SortedSet<int>[] sets)
    {
        Text = text;
        _sets = sets;
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>Reads 5 fields, 6 with seconds first, or a nickname.</summary>
    /// <returns>Null when it is none.</returns>
    public static CronSets? Parse(string text)
    {
        var parts = Nickname(text.Trim().ToLowerInvariant())
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length is not (5 or 6))
        {
            return null;
        }
        string[] whole = parts.Length == 6 ? parts : ["0", .. parts];
        var sets = whole.Select((part, index) => Field(part, index)).ToArray();
        return sets.Any(set => set is null) ? null : new CronSets(text, sets!);
    }

    /// <summary>Whether two fire at the same times, in one zone.</summary>
    public bool IsSame(CronSets other) => _sets.Zip(other._sets).All(pair => pair.First.SetEquals(pair.Second));

    /// <summary>Whether a moment is a fire of it. One that a clock change left out fires when the gap is over.</summary>
    public bool Fires(DateTimeOffset moment, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(moment, zone).DateTime;
        if (Has(local))
        {
            return true;
        }
        var before = TimeZoneInfo.ConvertTime(moment.AddMinutes(-1), zone).DateTime;
        for (var skipped = before.AddMinutes(1); skipped < local; skipped = skipped.AddMinutes(1))
        {
            if (Has(skipped))
            {
                return true;
            }
        }
        return false;
    }

    private bool Has(DateTime local) =>
        _sets[0].Contains(local.Second)
        && _sets[1].Contains(local.Minute)
        && _sets[2].Contains(local.Hour)
        && _sets[4].Contains(local.Month)
        && _sets[3].Contains(local.Day)
        && _sets[5].Contains((int)local.DayOfWeek);

    private static string Nickname(string text) =>
        text switch
        {
            "@every_second" => "* * * * * *",
            "@every_minute" => "* * * * *",
            "@hourly" => "0 * * * *",
            "@daily" or "@midnight" => "0 0 * * *",
            "@weekly" => "0 0 * * 0",
            "@monthly" => "0 0 1 * *",
            "@yearly" or "@annually" => "0 0 1 1 *",
            _ => text,
        };

    private static SortedSet<int>? Field(string text, int index)
    {
        var set = new SortedSet<int>();
        foreach (var part in text.Split(','))
        {
            if (!Add(part, index, set))
            {
                return null;
            }
        }
        if (index == 5 && set.Remove(7))
        {
            set.Add(0);
        }
        return set;
    }

    private static bool Add(string part, int index, SortedSet<int> set)
    {
        var (least, most) = s_fields[index];
        var bySlash = part.Split('/');
        var step = 1;
        if (
            bySlash.Length > 2
            || (bySlash.Length == 2 && (!int.TryParse(bySlash[1], CultureInfo.InvariantCulture, out step) || step < 1))
        )
        {
            return false;
        }
        int from,
            to;
        var ends = bySlash[0].Split('-');
        if (bySlash[0] is "*" or "?")
        {
            (from, to) = (least, index == 5 ? 6 : most);
        }
        else if (ends.Length == 1 && Value(ends[0], index) is { } one)
        {
            (from, to) = (one, bySlash.Length == 2 ? (index == 5 ? 6 : most) : one);
        }
        else if (ends.Length == 2 && Value(ends[0], index) is { } first && Value(ends[1], index) is { } last)
        {
            (from, to) = (first, last);
        }
        else
        {
            return false;
        }

        // A range that runs over the end, as fri-mon.
        var length = index == 5 ? 7 : most - least + 1;
        for (var value = from; value <= (to < from ? to + length : to); value += step)
        {
            set.Add(value > most ? value - length : value);
        }
        return true;
    }

    private static int? Value(string text, int index)
    {
        var names = index switch
        {
            4 => s_months,
            5 => s_days,
            _ => [],
        };
        var named = Array.IndexOf(names, text);
        var (least, most) = s_fields[index];
        return named >= 0 ? named + (index == 4 ? 1 : 0)
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            && value >= least
            && value <= most
                ? value
            : null;
    }
}
