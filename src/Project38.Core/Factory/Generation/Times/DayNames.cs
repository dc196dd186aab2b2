using Project38.Core.Factory.Generation.Sentences;

namespace Project38.Core.Factory.Generation.Times;

/// <summary>Days of the week by name, alone, as a list or as a range.</summary>
internal static class DayNames
{
    // "sat" and "sun" are words of their own too; "tues" and "thurs" are how people shorten. Hebrew counts its days,
    // and calls them so only behind the word "day", which the patterns ask for.
    private static readonly string[][] _names =
    [
        ["sunday", "sundays", "sun", "ראשון"],
        ["monday", "mondays", "mon", "שני"],
        ["tuesday", "tuesdays", "tue", "tues", "שלישי"],
        ["wednesday", "wednesdays", "wed", "רביעי"],
        ["thursday", "thursdays", "thu", "thur", "thurs", "חמישי"],
        ["friday", "fridays", "fri", "שישי"],
        ["saturday", "saturdays", "sat", "שבת"],
    ];

    private static readonly string[] _hebrew =
    [
        "יום ראשון",
        "יום שני",
        "יום שלישי",
        "יום רביעי",
        "יום חמישי",
        "יום שישי",
        "שבת",
    ];

    /// <summary>One day: a <see cref="DayOfWeek"/>.</summary>
    public static (object Value, int Length)? ReadOne(IReadOnlyList<Token> tokens, int at) =>
        Find(tokens, at) is { } day ? (day, 1) : null;

    /// <summary>Monday; Mon, Wed and Fri; Monday to Friday; Sun-Thu: a sorted <see cref="DayOfWeek"/> array.</summary>
    public static (object Value, int Length)? ReadMany(IReadOnlyList<Token> tokens, int at)
    {
        if (Find(tokens, at) is not { } first)
        {
            return null;
        }

        var days = new SortedSet<DayOfWeek> { first };
        var last = first;
        var next = at + 1;
        while (next < tokens.Count)
        {
            var joined = tokens[next].Is("and") || tokens[next].Is("יום") || tokens[next].Is("ימי");
            var ranged = tokens[next].Is("to") || tokens[next].Is("through") || tokens[next].Is("עד");
            var place = joined || ranged ? next + 1 : next;
            place = place < tokens.Count && ranged && tokens[place].Is("יום") ? place + 1 : place;
            if (place >= tokens.Count || Find(tokens, place) is not { } day)
            {
                break;
            }
            if (ranged || tokens[place].Dashed)
            {
                for (var between = last; between != day; between = (DayOfWeek)(((int)between + 1) % 7))
                {
                    days.Add(between);
                }
            }
            days.Add(day);
            last = day;
            next = place + 1;
        }
        return (days.ToArray(), next - at);
    }

    /// <summary>Days for a person: Monday, Wednesday and Friday.</summary>
    public static string Show(IReadOnlyList<DayOfWeek> days, Language language)
    {
        var names = days.Select(day => language.Say(day.ToString(), _hebrew[(int)day])).ToArray();
        return names.Length == 1
            ? names[0]
            : language.Say(
                $"{string.Join(", ", names[..^1])} and {names[^1]}",
                $"{string.Join(", ", names[..^1])} ו{names[^1]}"
            );
    }

    private static DayOfWeek? Find(IReadOnlyList<Token> tokens, int at)
    {
        var index = Array.FindIndex(_names, names => names.Any(tokens[at].Is));
        return index < 0 ? null : (DayOfWeek)index;
    }
}
