using CsCheck;
using Project38.Core.Agents;

namespace Project38.Core.Tests.Agents;

/// <summary>Schedules with <c>not_before</c>, <c>not_after</c> and <c>skip_dates</c>.</summary>
public sealed class NarrowedScheduleTests
{
    private static readonly DateTimeOffset Start = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Gen<(string Cron, string Zone, string[] Skipped, int From, int Until, int After)> Any =
        Gen.Select(
            Gen.OneOf("*/20 * * * *", "30 2 * * *", "0 0 * * *", "0 8 * * 1-5", "15 1 1,25 * *"),
            Gen.OneOf("UTC", "Asia/Jerusalem", "America/Santiago", "Africa/Cairo", "Australia/Lord_Howe"),
            Gen.OneOf(
                "sat",
                "Friday",
                "2025-03-28",
                "2025-04-25..2025-05-02",
                "2025-10-30..2025-11-02",
                "2025-09-07"
            ).Array[0, 4],
            Gen.Int[0, 400 * 86_400],
            Gen.Int[0, 40 * 86_400],
            Gen.Int[-86_400, 20 * 86_400]
        );

    [Fact]
    public void NextAfter_GivesTheFiresOfTheCronThatAreLeft_AndNoOther() =>
        Any.Sample(
            given =>
            {
                var all = Parse(given.Cron, given.Zone);
                var (from, until) = (Start.AddSeconds(given.From), Start.AddSeconds(given.From + given.Until));
                var narrowed = all with { NotBefore = from, NotAfter = until, SkipDates = Skip(given.Skipped) };
                var after = from.AddSeconds(given.After);

                var left = Fires(all, after, until)
                    .Where(fire => fire >= from && !IsSkipped(fire, given.Zone, given.Skipped));

                Fires(narrowed, after, until).ShouldBe(left);
            },
            iter: 300
        );

    [Theory]
    [InlineData("2026-12-31", "2026-12-30T22:00:00.0000000Z", "2026-12-31T21:59:59.9999999Z")]
    [InlineData("2026-12-31T18:00", "2026-12-31T16:00:00.0000000Z", "2026-12-31T16:00:00.0000000Z")]
    [InlineData("2026-12-31T18:00:30", "2026-12-31T16:00:30.0000000Z", "2026-12-31T16:00:30.0000000Z")]
    [InlineData("2026-12-31T18:00Z", "2026-12-31T18:00:00.0000000Z", "2026-12-31T18:00:00.0000000Z")]
    [InlineData("2026-12-31T18:00-05:00", "2026-12-31T23:00:00.0000000Z", "2026-12-31T23:00:00.0000000Z")]
    [InlineData("2026-10-25T01:30", "2026-10-24T22:30:00.0000000Z", "2026-10-24T23:30:00.0000000Z")]
    public void ReadTime_ReadsDatesAndTimes_InTheZone(string text, string asBeginning, string asEnd)
    {
        Schedule.ReadTime(text, "Asia/Jerusalem", end: false).ShouldBe(DateTimeOffset.Parse(asBeginning));
        Schedule.ReadTime(text, "Asia/Jerusalem", end: true).ShouldBe(DateTimeOffset.Parse(asEnd));
    }

    [Fact]
    public void ReadTime_BeginsADayWithItsFirstInstant_WhenTheClocksSkipMidnight() =>
        Schedule
            .ReadTime("2025-04-25", "Africa/Cairo", end: false)
            .ShouldBe(DateTimeOffset.Parse("2025-04-24T22:00:00Z"));

    [Fact]
    public void TryParse_NeverThrows_WhateverTheDays() =>
        Gen.OneOf(Gen.String, Gen.String[Gen.Char["0129-.sat"], 0, 24])
            .Array[0, 5]
            .Sample(days => (SkipDates.TryParse(days, out var error) is null) == (error is not null));

    [Fact]
    public void NextAfter_GivesTheFireThatTheClocksPutOff_WhenTheDayBeforeIsLeftOut()
    {
        var schedule = Parse("0 0 * * *", "America/Santiago") with { SkipDates = Skip(["sat"]) };

        schedule
            .NextAfter(DateTimeOffset.Parse("2025-09-06T03:00:00Z"))
            .ShouldBe(DateTimeOffset.Parse("2025-09-07T04:00:00Z"));
    }

    [Fact]
    public void NextAfter_GivesUp_WhenAlmostEveryDayIsLeftOut()
    {
        var schedule = Parse("* * * * 1-6", "UTC") with
        {
            SkipDates = Skip(["mon", "tue", "wed", "thu", "fri", "sat"]),
        };

        schedule.NextAfter(Start).ShouldBeNull();
    }

    private static bool IsSkipped(DateTimeOffset fire, string zone, string[] skipped)
    {
        var day = TimeZoneInfo.ConvertTime(fire, TimeZoneInfo.FindSystemTimeZoneById(zone)).Date;
        var date = day.ToString("yyyy-MM-dd");
        return skipped.Any(entry =>
            entry.Contains('-', StringComparison.Ordinal)
                ? string.CompareOrdinal(entry.Split("..")[0], date) <= 0
                    && string.CompareOrdinal(date, entry.Split("..")[^1]) <= 0
                : day.DayOfWeek.ToString().StartsWith(entry, StringComparison.OrdinalIgnoreCase)
        );
    }

    private static List<DateTimeOffset> Fires(Schedule schedule, DateTimeOffset after, DateTimeOffset until)
    {
        List<DateTimeOffset> fires = [];
        for (var fire = schedule.NextAfter(after); fire <= until; fire = schedule.NextAfter(fire.Value))
        {
            fires.Add(fire.Value);
        }
        return fires;
    }

    private static SkipDates Skip(string[] days) => SkipDates.TryParse(days, out _).ShouldNotBeNull();

    private static Schedule Parse(string cron, string zone) =>
        Schedule.TryParse(cron, zone, Start, out _).ShouldNotBeNull();
}
