using Project38.Core.Factory.Generation.Sentences;

namespace Project38.Core.Factory.Generation.Times;

/// <summary>Takes what a sentence says about time out of it, and makes one schedule of it or says why it cannot.</summary>
/// <param name="now">The moment the sentence is said, for "tomorrow" and "in 5 minutes".</param>
/// <param name="ownZone">The user's own IANA zone.</param>
internal sealed class TimeReader(DateTimeOffset now, string ownZone)
{
    // What "every day" means where no hour is given.
    private static readonly ClockTime _defaultClock = new(8, 0, "8");

    /// <summary>Takes all phrases of time.</summary>
    /// <param name="sentence">What is left of the sentence; what was understood is taken out.</param>
    /// <param name="clockAlone">What "at 8" means without a day: true: the next 8 o'clock, once; false: every day.</param>
    public TimeReading Take(Sentence sentence, bool clockAlone) =>
        Combine([.. sentence.TakeAll(TimePhrases.All).SelectMany(TimePhrases.Parts)], sentence.Language, clockAlone);

    /// <summary>One schedule out of all that was said.</summary>
    public TimeReading Combine(IReadOnlyList<TimePart> parts, Language language, bool clockAlone)
    {
        parts = [.. parts.Distinct()];
        var zones = parts.OfType<TimePart.Zone>().Select(zone => zone.Name).Distinct().ToArray();
        var zone = zones.FirstOrDefault() ?? ownZone;
        var problems = parts.OfType<TimePart.Impossible>().Select(p => language.Say(p.English, p.Hebrew)).ToList();
        var dayPart = parts.OfType<TimePart.Part>().FirstOrDefault();
        var clocks = parts
            .OfType<TimePart.Clock>()
            .SelectMany(part => part.Times)
            .Select(time => Settle(time, dayPart))
            .ToArray();
        problems.AddRange(
            clocks
                .Where(clock => !clock.Possible)
                .Select(clock =>
                    language.Say(
                        $"“{clock.Written}” is no clear time of day. Write each as 8:30, 20:30 or 8 pm.",
                        $"“{clock.Written}” אינה שעה ברורה ביממה. אפשר לכתוב כל אחת כמו 8:30 או 20:30."
                    )
                )
        );

        var dates = parts.Where(IsDay).ToArray();
        var intervals = parts.OfType<TimePart.Interval>().ToArray();
        var windows = parts.OfType<TimePart.Window>().ToArray();
        var without = parts
            .OfType<TimePart.Except>()
            .SelectMany(except => except.Weekdays)
            .Distinct()
            .Order()
            .ToArray();
        if (without.Length > 0 && (dates.Length > 0 || intervals.Length > 0 || clocks.Length > 0))
        {
            var of = dates.Length == 0 ? TimePart.Days.Every : dates[0] as TimePart.Days;
            if (of?.Without(without) is { } left)
            {
                dates = [left, .. dates.Skip(1)];
            }
            else
            {
                problems.Add(
                    language.Say(
                        $"There is no {DayNames.Show(without, language)} to leave out of the days it names.",
                        $"אי אפשר להוציא את {DayNames.Show(without, language)} מהימים שבמשפט."
                    )
                );
            }
        }
        if (
            intervals.Length == 0 && dates.Length == 0 && clocks.Length == 0 && Narrows(parts)
            || Unpaced(windows, intervals)
        )
        {
            problems.Add(
                language.Say(
                    "It says when not, or only about when, but not how often. Say it, for example “every hour between 9 "
                        + "and 17”, “every day at 8 except Saturday” or “every evening at 8”.",
                    "לא נאמר באיזו תדירות. למשל “כל שעה בין 9 ל-17”, “כל יום ב-8 חוץ משבת” או “כל ערב ב-8”."
                )
            );
        }
        if (
            windows.Length > 1
            || zones.Length > 1
            || dates.Length > 1
            || intervals.Length > 1
            || Contradict(parts, intervals, clocks)
        )
        {
            var words = Quoted(parts.Where(part => part is not TimePart.Zone).Select(part => part.Words));
            problems.Add(
                language.Say(
                    $"The sentence names several times that do not go together: {words}. Say one, for example “every "
                        + "day at 8”, or make an agent for each.",
                    $"במשפט יש כמה זמנים שאינם מתיישבים: {words}. אפשר לומר אחד, למשל “כל יום ב-8”, או ליצור סוכן לכל אחד."
                )
            );
        }
        else if (clocks.Length > 1 && clocks.All(clock => clock.Possible) && !Repeating.CanSay(clocks))
        {
            var words = Quoted(clocks.Select(clock => clock.Written));
            problems.Add(
                language.Say(
                    $"One cron schedule cannot say {words} together. Say hours with the same minutes, for example “8:00 "
                        + "and 20:00”, or make an agent for each.",
                    $"אי אפשר לומר {words} בלוח זמנים אחד של cron. אפשר לומר שעות עם אותן דקות, למשל “8:00 ו-20:00”, או "
                        + "ליצור סוכן לכל אחת."
                )
            );
        }
        else if (clocks.Length > 1 && dates.Length == 0 && clockAlone)
        {
            var words = Quoted(clocks.Select(clock => clock.Written));
            problems.Add(
                language.Say(
                    $"It says {words}, but not on which days. Say it, for example “every day at 8 and 20”; for one time "
                        + "each, make an agent for each.",
                    $"נאמר {words}, אבל לא באילו ימים. למשל “כל יום ב-8 וב-20”; לפעם אחת בכל שעה, אפשר ליצור סוכן לכל אחת."
                )
            );
        }
        if (parts.OfType<TimePart.PerDay>().Any(day => day.Count != clocks.Length))
        {
            problems.Add(
                language.Say(
                    "Say at which hours, for example “twice a day, at 8:00 and 20:00”.",
                    "יש לומר באילו שעות, למשל “פעמיים ביום, ב-8:00 וב-20:00”."
                )
            );
        }
        if (problems.Count > 0)
        {
            return new TimeReading(null, problems, zone);
        }
        if (intervals.Length == 0 && dates.Length == 0 && clocks.Length == 0)
        {
            return new TimeReading(null, [], zone);
        }

        clocks =
            clocks.Length > 0 ? clocks
            : dayPart is null ? [_defaultClock]
            : [DayParts.Usual(dayPart.Of, dayPart.Words)];
        var built = intervals is [var interval]
            ? Intervals.Build(interval, dates.OfType<TimePart.Days>().FirstOrDefault(), zone, windows.FirstOrDefault())
            : dates.FirstOrDefault() switch
            {
                TimePart.Days days => Repeating.Build(days, clocks, zone),
                null when !clockAlone => Repeating.Build(TimePart.Days.Every, clocks, zone),
                TimePart.OnDate { EachYear: true, Day.Possible: true } date => Repeating.BuildYearly(
                    date.Day,
                    clocks,
                    zone
                ),
                var once => new Once(now, zone).Build(once, clocks[0]),
            };
        return built.When is null
            ? new TimeReading(null, [language.Say(built.English, built.Hebrew)], zone)
            : new TimeReading(built.When, [], zone);
    }

    private static bool Narrows(IReadOnlyList<TimePart> parts) =>
        parts.Any(part => part is TimePart.Except or TimePart.Part);

    private static bool Unpaced(TimePart.Window[] windows, TimePart.Interval[] intervals) =>
        windows.Length > 0 && intervals.Length == 0;

    private static bool IsDay(TimePart part) =>
        part is TimePart.Days or TimePart.OnDate or TimePart.OnceOn or TimePart.OnceIn or TimePart.OnceInDays;

    private static bool Contradict(IReadOnlyList<TimePart> parts, TimePart.Interval[] intervals, ClockTime[] clocks) =>
        (intervals.Length > 0 && (clocks.Length > 0 || parts.Any(part => IsDay(part) && part is not TimePart.Days)))
        || (intervals.Length > 0 && parts.Any(part => part is TimePart.Part))
        || (parts.Any(part => part is TimePart.OnceIn) && clocks.Length > 0)
        || parts.OfType<TimePart.Part>().Count() > 1
        || parts.OfType<TimePart.Clock>().Count() > 1
        || (clocks.Length > 1 && parts.Any(IsOnce));

    private static bool IsOnce(TimePart part) =>
        IsDay(part) && part is not (TimePart.Days or TimePart.OnDate { EachYear: true });

    private static ClockTime Settle(ClockTime clock, TimePart.Part? part) =>
        part is not null && clock.Possible ? DayParts.Settle(clock, part.Of, $"{clock.Written} {part.Words}") : clock;

    private static string Quoted(IEnumerable<string> words) =>
        string.Join(", ", words.Where(one => one.Length > 0).Distinct().Select(one => $"“{one}”"));
}

/// <summary>A schedule, or why there is none.</summary>
internal readonly record struct Built(When? When, string English, string Hebrew)
{
    public static implicit operator Built(When when) => new(when, "", "");
}
