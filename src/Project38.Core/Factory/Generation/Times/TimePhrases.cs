using Project38.Core.Factory.Generation.Sentences;

namespace Project38.Core.Factory.Generation.Times;

/// <summary>How people speak of time, in the languages we read: phrases, and what each says.</summary>
internal static class TimePhrases
{
    private static readonly TimePart.Impossible _whichWeekday = new(
        "Say which day of the week, for example “every Monday at 9”.",
        "יש לומר באיזה יום בשבוע, למשל “כל יום שני ב-9”."
    );

    private static readonly TimePart.Impossible _whichMonthDay = new(
        "Say which day of the month, for example “on the 1st of every month at 9”.",
        "יש לומר באיזה יום בחודש, למשל “ב-1 בכל חודש בשעה 9”."
    );

    private static readonly TimePart.Days _mondayToFriday = new(
        "*",
        "*",
        "1-5",
        "Monday to Friday",
        "בימים שני עד שישי"
    );

    // In Hebrew the working week is Israel's.
    private static readonly TimePart.Days _sundayToThursday = new(
        "*",
        "*",
        "0-4",
        "Sunday to Thursday",
        "בימים ראשון עד חמישי"
    );

    private static readonly TimePart.Days _weekend = new(
        "*",
        "*",
        "0,6",
        "every Saturday and Sunday",
        "בכל שבת ויום ראשון"
    );

    private static readonly TimePart.Days _hebrewWeekend = new(
        "*",
        "*",
        "5,6",
        "every Friday and Saturday",
        "בכל יום שישי ושבת"
    );

    private static readonly TimePart.Days _lastDay = TimePart.Days.OfMonth(
        "L",
        "on the last day of every month",
        "ביום האחרון של כל חודש"
    );

    /// <summary>All phrases; a phrase says one thing or more.</summary>
    public static IReadOnlyList<(Pattern Pattern, Func<PatternMatch, TimePart[]> Says)> All { get; } =
    [
        // Intervals.
        ("every|each <count>? second|seconds|sec|secs", m => [Interval(m, TimeUnit.Second)]),
        ("every|each <count>? minute|minutes|min|mins", m => [Interval(m, TimeUnit.Minute)]),
        ("every|each <count>? hour|hours|hr|hrs", m => [Interval(m, TimeUnit.Hour)]),
        ("twice an|per|every|each hour", _ => [new TimePart.Interval(30, TimeUnit.Minute)]),
        ("at|on the top|beginning|start of every|each|the hour", _ => [new TimePart.Interval(1, TimeUnit.Hour)]),
        ("every|each hour on the hour", _ => [new TimePart.Interval(1, TimeUnit.Hour)]),
        ("כל שעה עגולה", _ => [new TimePart.Interval(1, TimeUnit.Hour)]),
        ("פעמיים בשעה", _ => [new TimePart.Interval(30, TimeUnit.Minute)]),
        ("hourly", _ => [new TimePart.Interval(1, TimeUnit.Hour)]),
        ("once an|per|every|each hour", _ => [new TimePart.Interval(1, TimeUnit.Hour)]),
        ("every half an? hour", _ => [new TimePart.Interval(30, TimeUnit.Minute)]),
        ("every quarter of? an? hour", _ => [new TimePart.Interval(15, TimeUnit.Minute)]),
        ("כל|מדי <count>? שניה|שנייה|שניות", m => [Interval(m, TimeUnit.Second)]),
        ("כל|מדי <count>? דקה|דקות", m => [Interval(m, TimeUnit.Minute)]),
        ("כל|מדי <count>? שעה|שעות", m => [Interval(m, TimeUnit.Hour)]),
        ("כל שעתיים", _ => [new TimePart.Interval(2, TimeUnit.Hour)]),
        ("כל חצי שעה", _ => [new TimePart.Interval(30, TimeUnit.Minute)]),
        ("כל רבע שעה", _ => [new TimePart.Interval(15, TimeUnit.Minute)]),
        ("every|each other day|week|month|hour|minute", m => [NoCron(m)]),
        ("every|each <count> days|weeks|months|years", m => [NoCron(m)]),
        ("כל <count> ימים|שבועות|חודשים", m => [NoCron(m)]),
        ("כל יומיים|שבועיים|חודשיים", m => [NoCron(m)]),
        // Days.
        ("every|each single? day", _ => [TimePart.Days.Every]),
        ("daily|everyday", _ => [TimePart.Days.Every]),
        ("once a|per|every|each day", _ => [TimePart.Days.Every]),
        ("twice a|per|every|each day", _ => [TimePart.Days.Every, new TimePart.PerDay(2)]),
        ("twice daily", _ => [TimePart.Days.Every, new TimePart.PerDay(2)]),
        ("three times a|per|every|each day", _ => [TimePart.Days.Every, new TimePart.PerDay(3)]),
        ("פעמיים ביום", _ => [TimePart.Days.Every, new TimePart.PerDay(2)]),
        ("שלוש פעמים ביום", _ => [TimePart.Days.Every, new TimePart.PerDay(3)]),
        ("פעם אחת? ביום", _ => [TimePart.Days.Every]),
        ("כל|מדי יום", _ => [TimePart.Days.Every]),
        ("every|each|כל|בכל|מדי <names>", m => [TimePart.Days.Every, .. Clock(m)]),
        ("on? every|each weekday|workday", _ => [_mondayToFriday]),
        ("on? weekdays|workdays", _ => [_mondayToFriday]),
        ("on? every|each weekend", _ => [_weekend]),
        ("on? weekends", _ => [_weekend]),
        ("בסופי|בסוף|כל סוף? שבוע|השבוע", _ => [_hebrewWeekend]),
        ("כל|בכל? ימי|בימי חול|עבודה", _ => [_sundayToThursday]),
        ("כל|בכל יום חול|עבודה", _ => [_sundayToThursday]),
        ("on? every|each <days>", m => [TimePart.Days.Of(m.Get<DayOfWeek[]>("days")!)]),
        ("every|each day from <days>", m => [TimePart.Days.Of(m.Get<DayOfWeek[]>("days")!)]),
        ("weekly on <days>", m => [TimePart.Days.Of(m.Get<DayOfWeek[]>("days")!)]),
        ("every|each week on <days>", m => [TimePart.Days.Of(m.Get<DayOfWeek[]>("days")!)]),
        ("on? <days>", OnDays),
        ("next|this <day>", m => [new TimePart.OnceOn(m.Get<DayOfWeek>("day"))]),
        ("כל|בכל|לכל|מדי|בימי יום? <days>", m => [TimePart.Days.Of(m.Get<DayOfWeek[]>("days")!)]),
        ("ביום <day>", m => [new TimePart.OnceOn(m.Get<DayOfWeek>("day"))]),
        ("weekly", _ => [_whichWeekday]),
        ("every|each week", _ => [_whichWeekday]),
        ("once a|per|every|each week", _ => [_whichWeekday]),
        ("כל|מדי|בכל שבוע", _ => [_whichWeekday]),
        // Days of the month and of the year.
        ("on? the? <ordinal> day? of|in every|each|the month", m => [MonthDay(m.Get<int>("ordinal"))]),
        ("every|each|once|monthly a? month? on the? <ordinal> day?", m => [MonthDay(m.Get<int>("ordinal"))]),
        ("ביום האחרון של|בכל כל? ה? חודש", _ => [_lastDay]),
        ("on? the? last day of|in every|each|the month", _ => [_lastDay]),
        ("every|each|monthly month? on the? last day", _ => [_lastDay]),
        ("ב <count> בכל|לכל|כל חודש", m => [MonthDay(m.Get<int>("count"))]),
        ("ב <count> בחודש", m => [MonthDay(m.Get<int>("count"))]),
        ("כל|בכל <count> בחודש|לחודש", m => [MonthDay(m.Get<int>("count"))]),
        ("monthly", _ => [_whichMonthDay]),
        ("every|each month", _ => [_whichMonthDay]),
        ("once a|per|every|each month", _ => [_whichMonthDay]),
        ("כל|מדי|בכל חודש", _ => [_whichMonthDay]),
        ("every|each year on the? <date>", m => [new TimePart.OnDate(m.Get<CalendarDay>("date")!, EachYear: true)]),
        ("כל|בכל|מדי שנה ב? <date>", m => [new TimePart.OnDate(m.Get<CalendarDay>("date")!, EachYear: true)]),
        ("yearly|annually on the? <date>", m => [new TimePart.OnDate(m.Get<CalendarDay>("date")!, EachYear: true)]),
        ("on? every|each <date>", m => [new TimePart.OnDate(m.Get<CalendarDay>("date")!, EachYear: true)]),
        ("on|ב? the? <date>", m => [new TimePart.OnDate(m.Get<CalendarDay>("date")!, EachYear: false)]),
        // Once.
        ("today|היום", _ => [new TimePart.OnceInDays(0)]),
        ("tomorrow|מחר", _ => [new TimePart.OnceInDays(1)]),
        ("tomorrow <part>", m => [new TimePart.OnceInDays(1), new TimePart.Part(m.Get<DayPart>("part"))]),
        ("tonight|הערב", _ => [new TimePart.OnceInDays(0), new TimePart.Part(DayPart.Evening)]),
        ("in|בעוד|עוד <count> minutes|minute|דקות", m => [In(m, TimeSpan.FromMinutes(1))]),
        ("בעוד|עוד שעתיים", _ => [new TimePart.OnceIn(TimeSpan.FromHours(2))]),
        ("in|בעוד|עוד <count>? hours|hour|שעות|שעה", m => [In(m, TimeSpan.FromHours(1))]),
        ("in|בעוד|עוד <count> days|ימים", m => [new TimePart.OnceInDays(m.Get<int>("count"))]),
        // Times of day.
        ("at|@ <clocks>", Clock),
        ("at? <times>", Clock),
        ("ב|בשעה|בשעות <clocks>", Clock),
        ("בשעה? <attached>", Clock),
        ("<parts>", Clock),
        // Windows, for what comes back within a day.
        ("between|from the? hours? of? <clock> and|to|until|till|through <clock>", Window),
        ("between|from <clock> and|to|until|till|through <clock> only", Window),
        ("בין השעות? <clock> ל|לבין|עד|ועד <clock>", Window),
        ("בין השעות? <clock> עד? <to>", Window),
        ("מ|משעה|מהשעה <clock> עד|ועד|ל השעה|שעה? <clock>", Window),
        ("<from> עד|ועד השעה|שעה? <clock>", Window),
        // Days left out.
        ("except|excluding|besides|but for? on? <days>", Except),
        ("except|excluding for? on? weekends", _ => [new TimePart.Except([DayOfWeek.Sunday, DayOfWeek.Saturday])]),
        ("apart|aside|other from|than on? <days>", Except),
        ("with the exception of <days>", Except),
        ("but|and? not on <days>", Except),
        ("but not <days>", Except),
        ("but|and? not on weekends", _ => [new TimePart.Except([DayOfWeek.Sunday, DayOfWeek.Saturday])]),
        ("חוץ|פרט|מלבד|למעט|להוציא מ|ל|מן? יום|ימי|ביום|בימי? <days>", Except),
        ("אבל|אך לא ביום|בימי? <days>", Except),
        ("ולא ביום|בימי? <days>", Except),
        // Zones.
        ("in? <zone> time|timezone", m => [new TimePart.Zone(m.Get<string>("zone")!)]),
        ("in? <zone> time zone", m => [new TimePart.Zone(m.Get<string>("zone")!)]),
        ("in? <iana>", m => [new TimePart.Zone(m.Get<string>("iana")!)]),
        ("לפי? שעון ב? <zone>", m => [new TimePart.Zone(m.Get<string>("zone")!)]),
    ];

    /// <summary>What a phrase that was found says, with its words.</summary>
    public static IEnumerable<TimePart> Parts((Func<PatternMatch, TimePart[]> Says, PatternMatch Match) found) =>
        found.Says(found.Match).Select(part => part with { Words = found.Match.Text });

    private static TimePart.Interval Interval(PatternMatch match, TimeUnit unit) =>
        new(match.All<int>("count") is [var count, ..] ? count : 1, unit);

    private static TimePart.OnceIn In(PatternMatch match, TimeSpan unit) =>
        new(unit * (match.All<int>("count") is [var count, ..] ? count : 1));

    // A part of the day alone says which 8 is meant, wherever that stands; noon is an hour by itself.
    private static TimePart[] Clock(PatternMatch match)
    {
        var times = ((string[])["clocks", "times", "attached", "parts", "names"])
            .Select(match.Get<ClockTime[]>)
            .First(found => found is not null)!;
        return times is [{ Usual: { } part and not DayPart.Noon }]
            ? [new TimePart.Part(part)]
            : [new TimePart.Clock(times)];
    }

    private static TimePart[] Window(PatternMatch match)
    {
        ClockTime[] both =
        [
            .. match.All<ClockTime>("from"),
            .. match.All<ClockTime>("clock"),
            .. match.All<ClockTime>("to"),
        ];
        return [new TimePart.Window(both[0], both[1], match.Text)];
    }

    private static TimePart[] Except(PatternMatch match) => [new TimePart.Except(match.Get<DayOfWeek[]>("days")!)];

    // "on Mondays" comes back every week; "on Monday" is one day.
    private static TimePart[] OnDays(PatternMatch match) =>
        match.Get<DayOfWeek[]>("days") is [var day] && !match.Plural
            ? [new TimePart.OnceOn(day)]
            : [TimePart.Days.Of(match.Get<DayOfWeek[]>("days")!)];

    private static TimePart MonthDay(int day) =>
        day is >= 1 and <= 28
            ? TimePart.Days.OfMonth($"{day}", $"on day {day} of every month", $"ב-{day} בכל חודש")
            : new TimePart.Impossible(
                $"Not every month has a day {day}. Say a day from 1 to 28, or “on the last day of every month”.",
                $"לא בכל חודש יש יום {day}. אפשר לומר יום מ-1 עד 28."
            );

    private static TimePart.Impossible NoCron(PatternMatch match) =>
        new(
            $"“{match.Text}” cannot be written as a cron schedule. Say every day, a day of the week, or a day of the month.",
            $"את “{match.Text}” אי אפשר לכתוב כלוח זמנים של cron. אפשר לומר כל יום, יום בשבוע או יום בחודש."
        );
}
