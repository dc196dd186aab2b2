using Project38.Core.Agents;

namespace Project38.Core.Tests.Agents;

/// <summary>What fires on the days on which clocks change, in six zones, and on other days that schedulers get wrong.</summary>
public sealed class ExpectedFiresTests
{
    /// <summary>
    /// Zone, cron, from when on, and each fire by UTC and by the clock on the wall. Written by <c>expected_fires.py</c> beside
    /// this file, which walks through the minutes with Python's zoneinfo and knows nothing of Cronos. Of a year that is over:
    /// no parliament moves it any more.
    /// </summary>
    private const string Table = """
        Asia/Jerusalem       | 30 2 * * *      | 2025-03-27T12:00 | 2025-03-28T00:00 | Fri 28 Mar 03:00 +0300
                             |                 |                  | 2025-03-28T23:30 | Sat 29 Mar 02:30 +0300
                             |                 |                  | 2025-03-29T23:30 | Sun 30 Mar 02:30 +0300
        Asia/Jerusalem       | 30 1 * * *      | 2025-10-25T12:00 | 2025-10-25T22:30 | Sun 26 Oct 01:30 +0300
                             |                 |                  | 2025-10-26T23:30 | Mon 27 Oct 01:30 +0200
                             |                 |                  | 2025-10-27T23:30 | Tue 28 Oct 01:30 +0200
        Asia/Jerusalem       | 15 * * * *      | 2025-03-27T23:00 | 2025-03-27T23:15 | Fri 28 Mar 01:15 +0200
                             |                 |                  | 2025-03-28T00:15 | Fri 28 Mar 03:15 +0300
                             |                 |                  | 2025-03-28T01:15 | Fri 28 Mar 04:15 +0300
        Asia/Jerusalem       | 15 * * * *      | 2025-10-25T22:00 | 2025-10-25T22:15 | Sun 26 Oct 01:15 +0300
                             |                 |                  | 2025-10-25T23:15 | Sun 26 Oct 01:15 +0200
                             |                 |                  | 2025-10-26T00:15 | Sun 26 Oct 02:15 +0200
                             |                 |                  | 2025-10-26T01:15 | Sun 26 Oct 03:15 +0200
        America/New_York     | 30 2 * * *      | 2025-03-08T12:00 | 2025-03-09T07:00 | Sun 09 Mar 03:00 -0400
                             |                 |                  | 2025-03-10T06:30 | Mon 10 Mar 02:30 -0400
                             |                 |                  | 2025-03-11T06:30 | Tue 11 Mar 02:30 -0400
        America/New_York     | 30 1 * * *      | 2025-11-01T12:00 | 2025-11-02T05:30 | Sun 02 Nov 01:30 -0400
                             |                 |                  | 2025-11-03T06:30 | Mon 03 Nov 01:30 -0500
                             |                 |                  | 2025-11-04T06:30 | Tue 04 Nov 01:30 -0500
        America/New_York     | */30 1-3 * * *  | 2025-03-09T05:30 | 2025-03-09T06:00 | Sun 09 Mar 01:00 -0500
                             |                 |                  | 2025-03-09T06:30 | Sun 09 Mar 01:30 -0500
                             |                 |                  | 2025-03-09T07:00 | Sun 09 Mar 03:00 -0400
                             |                 |                  | 2025-03-09T07:30 | Sun 09 Mar 03:30 -0400
                             |                 |                  | 2025-03-10T05:00 | Mon 10 Mar 01:00 -0400
                             |                 |                  | 2025-03-10T05:30 | Mon 10 Mar 01:30 -0400
        America/New_York     | */30 1 * * *    | 2025-11-02T04:30 | 2025-11-02T05:00 | Sun 02 Nov 01:00 -0400
                             |                 |                  | 2025-11-02T05:30 | Sun 02 Nov 01:30 -0400
                             |                 |                  | 2025-11-02T06:00 | Sun 02 Nov 01:00 -0500
                             |                 |                  | 2025-11-02T06:30 | Sun 02 Nov 01:30 -0500
                             |                 |                  | 2025-11-03T06:00 | Mon 03 Nov 01:00 -0500
        Europe/Berlin        | 0 2 * * *       | 2025-03-29T12:00 | 2025-03-30T01:00 | Sun 30 Mar 03:00 +0200
                             |                 |                  | 2025-03-31T00:00 | Mon 31 Mar 02:00 +0200
                             |                 |                  | 2025-04-01T00:00 | Tue 01 Apr 02:00 +0200
        Europe/Berlin        | 0 2 * * *       | 2025-10-25T12:00 | 2025-10-26T00:00 | Sun 26 Oct 02:00 +0200
                             |                 |                  | 2025-10-27T01:00 | Mon 27 Oct 02:00 +0100
                             |                 |                  | 2025-10-28T01:00 | Tue 28 Oct 02:00 +0100
        Europe/Berlin        | 59 2 * * 0      | 2025-03-29T12:00 | 2025-03-30T01:00 | Sun 30 Mar 03:00 +0200
                             |                 |                  | 2025-04-06T00:59 | Sun 06 Apr 02:59 +0200
        Europe/Berlin        | 0 */1 * * *     | 2025-10-25T23:00 | 2025-10-25T23:00 | Sun 26 Oct 01:00 +0200
                             |                 |                  | 2025-10-26T00:00 | Sun 26 Oct 02:00 +0200
                             |                 |                  | 2025-10-26T01:00 | Sun 26 Oct 02:00 +0100
                             |                 |                  | 2025-10-26T02:00 | Sun 26 Oct 03:00 +0100
        Australia/Lord_Howe  | 15 2 * * *      | 2025-10-04T00:00 | 2025-10-04T15:30 | Sun 05 Oct 02:30 +1100
                             |                 |                  | 2025-10-05T15:15 | Mon 06 Oct 02:15 +1100
                             |                 |                  | 2025-10-06T15:15 | Tue 07 Oct 02:15 +1100
        Australia/Lord_Howe  | 45 1 * * *      | 2025-04-05T00:00 | 2025-04-05T14:45 | Sun 06 Apr 01:45 +1100
                             |                 |                  | 2025-04-06T15:15 | Mon 07 Apr 01:45 +1030
                             |                 |                  | 2025-04-07T15:15 | Tue 08 Apr 01:45 +1030
        Australia/Lord_Howe  | */15 * * * *    | 2025-10-04T15:00 | 2025-10-04T15:00 | Sun 05 Oct 01:30 +1030
                             |                 |                  | 2025-10-04T15:15 | Sun 05 Oct 01:45 +1030
                             |                 |                  | 2025-10-04T15:30 | Sun 05 Oct 02:30 +1100
                             |                 |                  | 2025-10-04T15:45 | Sun 05 Oct 02:45 +1100
                             |                 |                  | 2025-10-04T16:00 | Sun 05 Oct 03:00 +1100
        Australia/Lord_Howe  | */15 * * * *    | 2025-04-05T14:30 | 2025-04-05T14:30 | Sun 06 Apr 01:30 +1100
                             |                 |                  | 2025-04-05T14:45 | Sun 06 Apr 01:45 +1100
                             |                 |                  | 2025-04-05T15:00 | Sun 06 Apr 01:30 +1030
                             |                 |                  | 2025-04-05T15:15 | Sun 06 Apr 01:45 +1030
                             |                 |                  | 2025-04-05T15:30 | Sun 06 Apr 02:00 +1030
                             |                 |                  | 2025-04-05T15:45 | Sun 06 Apr 02:15 +1030
        America/Santiago     | 30 0 * * *      | 2025-09-06T00:00 | 2025-09-06T04:30 | Sat 06 Sep 00:30 -0400
                             |                 |                  | 2025-09-07T04:00 | Sun 07 Sep 01:00 -0300
                             |                 |                  | 2025-09-08T03:30 | Mon 08 Sep 00:30 -0300
        America/Santiago     | 30 23 * * *     | 2025-04-05T12:00 | 2025-04-06T02:30 | Sat 05 Apr 23:30 -0300
                             |                 |                  | 2025-04-07T03:30 | Sun 06 Apr 23:30 -0400
                             |                 |                  | 2025-04-08T03:30 | Mon 07 Apr 23:30 -0400
        America/Santiago     | 0 * * * *       | 2025-04-06T01:00 | 2025-04-06T01:00 | Sat 05 Apr 22:00 -0300
                             |                 |                  | 2025-04-06T02:00 | Sat 05 Apr 23:00 -0300
                             |                 |                  | 2025-04-06T03:00 | Sat 05 Apr 23:00 -0400
                             |                 |                  | 2025-04-06T04:00 | Sun 06 Apr 00:00 -0400
        Africa/Cairo         | 0 0 * * *       | 2025-04-23T12:00 | 2025-04-23T22:00 | Thu 24 Apr 00:00 +0200
                             |                 |                  | 2025-04-24T22:00 | Fri 25 Apr 01:00 +0300
                             |                 |                  | 2025-04-25T21:00 | Sat 26 Apr 00:00 +0300
        Africa/Cairo         | 30 23 * * *     | 2025-10-30T12:00 | 2025-10-30T20:30 | Thu 30 Oct 23:30 +0300
                             |                 |                  | 2025-10-31T21:30 | Fri 31 Oct 23:30 +0200
                             |                 |                  | 2025-11-01T21:30 | Sat 01 Nov 23:30 +0200
        Africa/Cairo         | 30 * * * *      | 2025-10-30T19:00 | 2025-10-30T19:30 | Thu 30 Oct 22:30 +0300
                             |                 |                  | 2025-10-30T20:30 | Thu 30 Oct 23:30 +0300
                             |                 |                  | 2025-10-30T21:30 | Thu 30 Oct 23:30 +0200
                             |                 |                  | 2025-10-30T22:30 | Fri 31 Oct 00:30 +0200
        UTC                  | 0 0 29 2 *      | 2025-01-01T00:00 | 2028-02-29T00:00 | Tue 29 Feb 00:00 +0000
                             |                 |                  | 2032-02-29T00:00 | Sun 29 Feb 00:00 +0000
        UTC                  | 0 0 13 * 5      | 2025-01-01T00:00 | 2025-06-13T00:00 | Fri 13 Jun 00:00 +0000
                             |                 |                  | 2026-02-13T00:00 | Fri 13 Feb 00:00 +0000
                             |                 |                  | 2026-03-13T00:00 | Fri 13 Mar 00:00 +0000
        Asia/Jerusalem       | 0 0 1 * *       | 2025-03-01T00:00 | 2025-03-31T21:00 | Tue 01 Apr 00:00 +0300
                             |                 |                  | 2025-04-30T21:00 | Thu 01 May 00:00 +0300
        Asia/Jerusalem       | 0 0 * * 0       | 2025-03-25T00:00 | 2025-03-29T21:00 | Sun 30 Mar 00:00 +0300
                             |                 |                  | 2025-04-05T21:00 | Sun 06 Apr 00:00 +0300
        """;

    public static TheoryData<string, string, string, string[]> Expected => Read();

    [Theory]
    [MemberData(nameof(Expected))]
    public void NextAfter_FiresAsTheTableSays(string zone, string cron, string from, string[] fires)
    {
        var first = Utc(from);
        var schedule = Schedule.TryParse(cron, zone, first, out var error).ShouldNotBeNull(error);

        var found = new List<DateTimeOffset>();
        for (var after = first.AddTicks(-1); found.Count < fires.Length; after = found[^1])
        {
            found.Add(schedule.NextAfter(after).ShouldNotBeNull());
        }

        found.ShouldBe(fires.Select(Utc));
    }

    [Theory]
    [InlineData("@yearly", "0 0 1 1 *")]
    [InlineData("@annually", "0 0 1 1 *")]
    [InlineData("@monthly", "0 0 1 * *")]
    [InlineData("@weekly", "0 0 * * 0")]
    [InlineData("@daily", "0 0 * * *")]
    [InlineData("@midnight", "0 0 * * *")]
    [InlineData("@hourly", "0 * * * *")]
    [InlineData("@every_minute", "* * * * *")]
    public void NextAfter_FiresAsTheFieldsThatANicknameStandsFor(string nickname, string fields)
    {
        var start = Utc("2025-03-27T00:00");
        var (named, written) = (Of(nickname), Of(fields));

        for (DateTimeOffset? fire = start; fire < start.AddYears(3); fire = written.NextAfter(fire.Value.AddHours(7)))
        {
            named.NextAfter(fire.Value).ShouldBe(written.NextAfter(fire.Value));
        }

        Schedule Of(string cron) => Schedule.TryParse(cron, "Asia/Jerusalem", start, out _).ShouldNotBeNull();
    }

    [Fact]
    public void NextAfter_FiresWhenHalfAnHourIsSkipped_SoThatNoHourIsWithoutAFire()
    {
        // Lord Howe, 5 October 2025: 2:00 became 2:30, at 15:30 UTC.
        var start = Utc("2025-10-04T14:00");
        var schedule = Schedule.TryParse("0 * * * *", "Australia/Lord_Howe", start, out _).ShouldNotBeNull();

        var one = schedule.NextAfter(start).ShouldNotBeNull();
        var half = schedule.NextAfter(one).ShouldNotBeNull();

        (one, half, schedule.NextAfter(half)).ShouldBe(
            (Utc("2025-10-04T14:30"), Utc("2025-10-04T15:30"), Utc("2025-10-04T16:00"))
        );
    }

    [Theory]
    [InlineData("0 0 31 2 *")]
    [InlineData("0 0 30 2 *")]
    [InlineData("0 0 31 4,6,9,11 *")]
    public void TryParse_Refuses_WhatNoCalendarHas(string cron)
    {
        Schedule.TryParse(cron, "Asia/Jerusalem", Utc("2025-01-01T00:00"), out var error).ShouldBeNull();

        error.ShouldNotBeNull().ShouldContain("never fires");
    }

    private static DateTimeOffset Utc(string minute) => DateTimeOffset.Parse(minute + ":00Z");

    private static TheoryData<string, string, string, string[]> Read()
    {
        var data = new TheoryData<string, string, string, string[]>();
        var lines = Table.Split('\n').Select(line => line.Split('|', StringSplitOptions.TrimEntries)).ToList();
        for (var i = 0; i < lines.Count; )
        {
            var (zone, cron, from) = (lines[i][0], lines[i][1], lines[i][2]);
            var fires = lines.Skip(i).TakeWhile((line, place) => place == 0 || line[0].Length == 0).ToList();
            data.Add(zone, cron, from, [.. fires.Select(line => line[3])]);
            i += fires.Count;
        }
        return data;
    }
}
