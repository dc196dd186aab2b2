using CsCheck;
using Project38.Core.Agents;

namespace Project38.Core.Tests.Agents;

public sealed class ScheduleTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Gen<string> s_zone = Gen.OneOf(
        "UTC",
        "Asia/Jerusalem",
        "America/New_York",
        "Australia/Lord_Howe",
        "Asia/Kathmandu"
    );

    private static readonly Gen<string> s_cron = Gen.Select(
        Gen.OneOf("*", "0", "*/7", "30", "1,31", "15-45/5"),
        Gen.OneOf("*", "0", "2", "1-3", "*/6"),
        Gen.OneOf("*", "1", "28", "L", "*/10"),
        Gen.OneOf("*", "3", "10", "1-6"),
        Gen.OneOf("*", "0", "5", "MON-FRI", "2#1"),
        (minute, hour, day, month, weekday) => $"{minute} {hour} {day} {month} {weekday}"
    );

    private static readonly Gen<DateTimeOffset> s_instant = Gen.Long[0, 4_000_000_000]
        .Select(seconds => DateTimeOffset.FromUnixTimeSeconds(seconds));

    [Fact]
    public void NextAfter_IsStrictlyAfter_AndNeverGoesBack() =>
        Gen.Select(s_cron, s_zone, s_instant, s_instant)
            .Sample(
                (cron, zone, one, other) =>
                {
                    var (early, late) = one < other ? (one, other) : (other, one);
                    if (Schedule.TryParse(cron, zone, Now, out _) is not { } schedule)
                    {
                        return true;
                    }
                    return schedule.NextAfter(early) is { } first
                        && schedule.NextAfter(late) is { } second
                        && first > early
                        && second > late
                        && first <= second
                        && first.Offset == TimeSpan.Zero;
                }
            );

    [Fact]
    public void TryParse_NeverThrows_WhateverTheText() =>
        Gen.Select(Gen.OneOf(Gen.String, Gen.String[Gen.Char["H0123456789()/,-*?LW# @h\t\n"], 5, 30]), Gen.String)
            .Sample(
                (cron, zone) =>
                {
                    var schedule = Schedule.TryParse(cron, zone, Now, out var error);
                    var local = Schedule.TryParse(cron, "UTC", Now, out var localError);
                    return (schedule is null) == (error is not null) && (local is null) == (localError is not null);
                }
            );

    [Fact]
    public void NextAfter_FiresAtThree_WhenTheHourIsSkipped()
    {
        var schedule = Schedule.TryParse("30 2 * * *", "Asia/Jerusalem", Now, out _).ShouldNotBeNull();

        // 27 March 2026, 02:00 became 03:00, which was midnight UTC.
        var skipped = schedule.NextAfter(new DateTimeOffset(2026, 3, 26, 12, 0, 0, TimeSpan.Zero)).ShouldNotBeNull();
        var after = schedule.NextAfter(skipped).ShouldNotBeNull();

        skipped.ShouldBe(new DateTimeOffset(2026, 3, 27, 0, 0, 0, TimeSpan.Zero));
        after.ShouldBe(new DateTimeOffset(2026, 3, 27, 23, 30, 0, TimeSpan.Zero));
    }

    [Fact]
    public void NextAfter_FiresOnce_WhenTheHourIsRepeated()
    {
        var schedule = Schedule.TryParse("30 1 * * *", "Asia/Jerusalem", Now, out _).ShouldNotBeNull();

        // 25 October 2026, 02:00 became 01:00 again: 01:30 is 22:30 and 23:30 UTC.
        var first = schedule.NextAfter(new DateTimeOffset(2026, 10, 24, 12, 0, 0, TimeSpan.Zero)).ShouldNotBeNull();
        var second = schedule.NextAfter(first).ShouldNotBeNull();

        first.ShouldBe(new DateTimeOffset(2026, 10, 24, 22, 30, 0, TimeSpan.Zero));
        second.ShouldBe(new DateTimeOffset(2026, 10, 25, 23, 30, 0, TimeSpan.Zero));
    }

    [Theory]
    [InlineData("*/5 * * * * *", "2026-01-01T00:00:05Z")]
    [InlineData("@daily", "2026-01-02T00:00:00Z")]
    [InlineData("@hourly", "2026-01-01T01:00:00Z")]
    [InlineData("  0  8\t* * *  ", "2026-01-01T08:00:00Z")]
    public void TryParse_TakesSecondsNicknamesAndSpaces(string cron, string expected)
    {
        var schedule = Schedule.TryParse(cron, "UTC", Now, out _).ShouldNotBeNull();

        schedule.NextAfter(Now).ShouldBe(DateTimeOffset.Parse(expected));
    }

    [Theory]
    [InlineData("0 0 31 2 *", "never fires")]
    [InlineData("60 * * * *", "no cron expression")]
    [InlineData("", "no cron expression")]
    [InlineData("* * * *", "no cron expression")]
    [InlineData("* * * * * * *", "no cron expression")]
    public void TryParse_SaysWhatToWrite_WhenItIsWrong(string cron, string why)
    {
        var schedule = Schedule.TryParse(cron, "UTC", Now, out var error);

        schedule.ShouldBeNull();
        error.ShouldNotBeNull().ShouldContain(why);
        error.ShouldContain("0 8 * * *");
    }
}
