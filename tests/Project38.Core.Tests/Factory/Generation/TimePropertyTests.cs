using CsCheck;

namespace Project38.Core.Tests.Factory.Generation;

public sealed class TimePropertyTests
{
    private static readonly string[] _hours =
    [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
    ];

    /// <summary>The hours of a clock face in Hebrew words, from one.</summary>
    internal static readonly string[] HebrewHours =
    [
        "אחת",
        "שתיים",
        "שלוש",
        "ארבע",
        "חמש",
        "שש",
        "שבע",
        "שמונה",
        "תשע",
        "עשר",
        "אחת עשרה",
        "שתים עשרה",
    ];

    private static readonly (string Words, int Minutes)[] _minutes =
    [
        ("at {0}", 0),
        ("at {0} fifteen", 15),
        ("at {0} thirty", 30),
        ("at half past {0}", 30),
        ("at quarter past {0}", 15),
        ("at quarter to {0}", -15),
        ("at ten to {0}", -10),
        ("at twenty five past {0}", 25),
    ];

    private static readonly (string Words, int Minutes)[] _hebrewMinutes =
    [
        ("ב{0}", 0),
        ("ב{0} וחצי", 30),
        ("ב{0} ורבע", 15),
        ("ברבע ל{0}", -15),
        ("בעשרה ל{0}", -10),
        ("ב{0} ועשרים", 20),
    ];

    private static readonly (string English, string Cron)[] _days =
    [
        ("every day", "*"),
        ("weekdays", "1-5"),
        ("every day except Saturday", "0,1,2,3,4,5"),
        ("every day except Monday and Friday", "0,2,3,4,6"),
        ("every Tuesday", "2"),
    ];

    private static readonly (string Hebrew, string Cron)[] _hebrewDays =
    [
        ("כל יום", "*"),
        ("כל יום שלישי", "2"),
        ("כל יום חוץ משבת", "0,1,2,3,4,5"),
        ("כל יום פרט ליום שישי", "0,1,2,3,4,6"),
    ];

    [Fact]
    public void Choose_ReadsBackTheHourAndTheDays_WhenTheyAreSaidInEnglishWords()
    {
        Gen.Select(Gen.Int[1, 12], Gen.OneOf(_minutes), Gen.OneOf(_days), Gen.Bool, Gen.Bool)
            .Sample(
                (hour, minutes, days, evening, daysFirst) =>
                {
                    var clock = string.Format(null, minutes.Words, _hours[hour - 1]) + (evening ? " pm" : " am");
                    var time = daysFirst ? $"{days.English} {clock}" : $"{clock} {days.English}";

                    return Reading.Line($"Remind me {time} to drink")
                        == $"reminder [{Cron(hour % 12 + (evening ? 12 : 0), minutes.Minutes)} * * {days.Cron}] text=drink";
                },
                iter: 1_000
            );
    }

    [Fact]
    public void Choose_ReadsBackTheHourAndTheDays_WhenTheyAreSaidInHebrewWords()
    {
        Gen.Select(Gen.Int[1, 12], Gen.OneOf(_hebrewMinutes), Gen.OneOf(_hebrewDays), Gen.Bool)
            .Sample(
                (hour, minutes, days, daysFirst) =>
                {
                    var clock = string.Format(null, minutes.Words, HebrewHours[hour - 1]);
                    var time = daysFirst ? $"{days.Hebrew} {clock}" : $"{clock} {days.Hebrew}";

                    return Reading.Line($"תזכיר לי {time} לשתות")
                        == $"reminder [{Cron(hour, minutes.Minutes)} * * {days.Cron}] text=לשתות";
                },
                iter: 1_000
            );
    }

    [Fact]
    public void Choose_ReadsBackEveryWindow_WhenItIsSaidInFullHours()
    {
        Gen.Select(Gen.Int[0, 23], Gen.Int[0, 23], Gen.OneOf("between {0}:00 and {1}:00", "from {0}:00 to {1}:00"))
            .Where((from, to, _) => from < to - 1 && (from > 12 || to > 12))
            .Sample(
                (from, to, words) =>
                    Reading.Line($"Remind me every hour {string.Format(null, words, from, to)} to drink")
                    == $"reminder [0 {from}-{to} * * *] text=drink",
                iter: 500
            );
    }

    [Fact]
    public void Choose_NeverFallsBackToEight_WhenAnUnknownTimeStandsBehindTheDay()
    {
        Gen.Select(
                Gen.OneOf("at", "before", "after", "around", "between", "until", "except", "during"),
                Gen.OneOf("zorgle", "sunrise", "thirteenish", "holidays", "tea and lunch"),
                Gen.OneOf(_days)
            )
            .Sample(
                (preposition, what, days) =>
                    Reading.Of($"Remind me {days.English} {preposition} {what} to drink").Served is null,
                iter: 500
            );
    }

    private static string Cron(int hour, int shift)
    {
        var minutes = ((hour * 60) + shift + 1440) % 1440;
        return $"{minutes % 60} {minutes / 60}";
    }
}
