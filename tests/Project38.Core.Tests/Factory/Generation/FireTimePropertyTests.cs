using CsCheck;
using Project38.Core.Agents;

namespace Project38.Core.Tests.Factory.Generation;

/// <summary>Sentences of a small grammar of time: what was said is when it fires, each time and no other, or it is refused.</summary>
public sealed class FireTimePropertyTests
{
    /// <summary>A time as it is said, and what it means where nothing else says which half of the day is meant.</summary>
    /// <param name="English">Behind "every day" or "and".</param>
    /// <param name="Hebrew">Behind "כל יום", or with a ו in front.</param>
    /// <param name="Minute">Of the day; null: there is no such time.</param>
    /// <param name="Sureness">What it says of the half of the day.</param>
    private sealed record Spoken(string English, string Hebrew, int? Minute, Sureness Sureness);

    private enum Sureness
    {
        /// <summary>8: also 8 in the evening, where the evening is spoken of.</summary>
        Open,

        /// <summary>20:30, which is written on 24 hours.</summary>
        Full,

        /// <summary>8 in the evening, midnight.</summary>
        Named,

        /// <summary>Noon, or in the evening without an hour: it says nothing of the hour before it.</summary>
        Usual,
    }

    private static readonly Dictionary<string, (string Hebrew, string Name, string HebrewName, int Usual)> _parts =
        new()
        {
            ["in the morning"] = ("בבוקר", "morning", "בוקר", 8),
            ["in the evening"] = ("בערב", "evening", "ערב", 18),
            ["at night"] = ("בלילה", "night", "לילה", 22),
        };

    private static readonly (string English, string Hebrew, DayOfWeek[] On)[] _days =
    [
        ("every day", "כל יום", Enum.GetValues<DayOfWeek>()),
        ("every Tuesday", "כל יום שלישי", [DayOfWeek.Tuesday]),
        ("every Monday and Friday", "כל יום שני ושישי", [DayOfWeek.Monday, DayOfWeek.Friday]),
        (
            "every day except Saturday",
            "כל יום חוץ משבת",
            [.. Enum.GetValues<DayOfWeek>().Where(day => day != DayOfWeek.Saturday)]
        ),
    ];

    private static readonly Gen<Spoken> _hours = Gen.OneOf(
        Gen.Int[1, 12].Select(hour => new Spoken($"at {hour}", $"ב-{hour}", hour * 60, Sureness.Open)),
        Gen.Int[1, 12]
            .Select(hour => new Spoken(
                $"at {hour}:30",
                $"ב{TimePropertyTests.HebrewHours[hour - 1]} וחצי",
                (hour * 60) + 30,
                Sureness.Open
            )),
        Gen.Int[13, 23].Select(hour => new Spoken($"at {hour}", $"ב-{hour}", hour * 60, Sureness.Full)),
        Gen.Int[13, 23].Select(hour => new Spoken($"at {hour}:30", $"בשעה {hour}:30", (hour * 60) + 30, Sureness.Full))
    );

    private static readonly Gen<Spoken> _named = Gen.OneOf(
        Gen.Const(new Spoken("at noon", "בצהריים", 720, Sureness.Usual)),
        Gen.Const(new Spoken("at midnight", "בחצות", 0, Sureness.Named)),
        Gen.Select(Gen.Int[1, 12], Gen.OneOf([.. _parts.Keys]), Gen.Bool)
            .Select(
                (hour, part, words) =>
                    new Spoken(
                        $"at {hour} {part}",
                        $"{(words ? $"ב{TimePropertyTests.HebrewHours[hour - 1]}" : $"ב-{hour}")} {_parts[part].Hebrew}",
                        In(part, hour) * 60,
                        Sureness.Named
                    )
            )
    );

    private static readonly Gen<Spoken> _usual = Gen.OneOf([.. _parts])
        .Select(part => new Spoken(part.Key, part.Value.Hebrew, part.Value.Usual * 60, Sureness.Usual));

    private static readonly Gen<Spoken[]> _times = Gen.OneOf(_hours, _hours, _named, _usual).Array[1, 3];

    [Fact]
    public void Choose_FiresWhenItWasSaid_WhenTimesAreJoined()
    {
        Gen.Select(_times, Gen.OneOf(_days), Gen.Bool, Gen.Bool, Gen.Bool)
            .Sample(
                (times, days, hebrew, daysFirst, reminder) =>
                {
                    var said = Joined(times, hebrew);
                    var on = hebrew ? days.Hebrew : days.English;
                    var sentence = Ask(daysFirst ? $"{on} {said}" : $"{said} {on}", hebrew, reminder);

                    Check(sentence, Clear(times) ? [.. times.Select(time => time.Minute)] : null, days.On);
                },
                iter: 800
            );
    }

    [Fact]
    public void Choose_FiresWhenItWasSaid_WhenAPartOfTheDayStandsBeforeTheHours()
    {
        Gen.Select(_hours.Array[1, 2], Gen.OneOf([.. _parts.Keys]), Gen.Bool, Gen.Bool, Gen.Bool)
            .Sample(
                (times, part, hebrew, every, reminder) =>
                {
                    var on = every
                        ? hebrew
                            ? $"כל {_parts[part].HebrewName}"
                            : $"every {_parts[part].Name}"
                        : hebrew
                            ? $"כל יום {_parts[part].Hebrew}"
                            : $"every day {part}";
                    var sentence = Ask($"{on} {Joined(times, hebrew)}", hebrew, reminder);

                    int?[] minutes =
                    [
                        .. times.Select(time =>
                            time.Sureness == Sureness.Full
                                ? IsIn(part, time.Minute!.Value / 60)
                                    ? time.Minute
                                    : null
                                : (In(part, time.Minute!.Value / 60) * 60) + (time.Minute.Value % 60)
                        ),
                    ];
                    Check(sentence, minutes, Enum.GetValues<DayOfWeek>());
                },
                iter: 400
            );
    }

    [Fact]
    public void Choose_FiresEveryDayOrAsks_WhenNoDayIsSaid()
    {
        Gen.Select(_hours.Array[2, 3], Gen.Bool, Gen.Bool)
            .Sample(
                (times, hebrew, reminder) =>
                {
                    var sentence = Ask(Joined(times, hebrew), hebrew, reminder);

                    int?[]? minutes =
                        reminder && times.Select(time => time.Minute).Distinct().Count() > 1
                            ? null
                            : [.. times.Select(time => time.Minute)];
                    if (!reminder || minutes is null)
                    {
                        Check(sentence, minutes, Enum.GetValues<DayOfWeek>());
                    }
                },
                iter: 200
            );
    }

    // "8 and noon" and "in the evening and 8" leave it open which 8 is meant; "8 and in the evening" does not.
    private static bool Clear(Spoken[] times)
    {
        var open = Array.FindIndex(times, time => time.Sureness == Sureness.Open);
        var lastOpen = Array.FindLastIndex(times, time => time.Sureness == Sureness.Open);
        var usual = Array.FindIndex(times, time => time.Sureness == Sureness.Usual);
        return open < 0 || (times.All(time => time.Sureness != Sureness.Named) && (usual < 0 || usual > lastOpen));
    }

    private static void Check(string sentence, int?[]? minutes, DayOfWeek[] on)
    {
        var served = Reading.Of(sentence).Served;
        var said =
            minutes is null || minutes.Contains(null) ? null : minutes.OfType<int>().Distinct().Order().ToArray();
        // One cron acts in each of its hours at each of its minutes.
        var possible =
            said is not null
            && said.Select(one => one / 60).Distinct().Count() * said.Select(one => one % 60).Distinct().Count()
                == said.Length;
        if (!possible)
        {
            served.ShouldBeNull($"{sentence} -> {served?.When?.Cron}");
            return;
        }

        served.ShouldNotBeNull(sentence);
        Fires(served.When!.Cron)
            .ShouldBe(on.SelectMany(day => said!.Select(minute => (day, minute))).Order(), sentence);
    }

    // When it fires in one week, by the day and the minute of the day.
    private static IEnumerable<(DayOfWeek, int)> Fires(string cron)
    {
        var schedule = Schedule.TryParse(cron, "UTC", Reading.Now, out _)!;
        var sunday = new DateTimeOffset(2026, 11, 22, 0, 0, 0, TimeSpan.Zero);
        for (
            var fire = schedule.NextAfter(sunday.AddTicks(-1));
            fire < sunday.AddDays(7);
            fire = schedule.NextAfter(fire.Value)
        )
        {
            yield return (fire.Value.DayOfWeek, (int)fire.Value.TimeOfDay.TotalMinutes);
        }
    }

    private static string Ask(string time, bool hebrew, bool reminder) =>
        (hebrew, reminder) switch
        {
            (false, true) => $"Remind me {time} to drink",
            (true, true) => $"תזכיר לי {time} לשתות",
            (false, false) => $"Check example.com {time} and tell me when it is down",
            (true, false) => $"תבדוק את example.com {time} ותודיע לי כשהוא לא עונה",
        };

    private static string Joined(Spoken[] times, bool hebrew)
    {
        var words = times.Select(time => hebrew ? time.Hebrew : time.English).ToArray();
        return words.Length == 1 ? words[0]
            : hebrew ? $"{string.Join(", ", words[..^1])} ו{words[^1]}"
            : $"{string.Join(", ", words[..^1])} and {words[^1]}";
    }

    // What people mean by an hour of twelve in a part of the day; null: nobody says it.
    private static int? In(string part, int hour) =>
        part switch
        {
            "in the morning" => hour % 12,
            "in the evening" => hour is >= 4 and <= 11 ? hour + 12 : null,
            _ => hour is 12 ? 0
            : hour <= 5 ? hour
            : hour + 12,
        };

    private static bool IsIn(string part, int hour) =>
        part switch
        {
            "in the morning" => hour < 12,
            "in the evening" => hour >= 16,
            _ => hour >= 18,
        };
}
