using CsCheck;
using Project38.Core.Agents;
using Project38.Core.Harness.Scheduling;

namespace Project38.Core.Tests.Harness.Scheduling;

public sealed class FirePlannerTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    // Both DST days of each zone lie within the year that starts at Start.
    private static readonly Gen<(
        Schedule Schedule,
        DateTimeOffset FirstDue,
        DateTimeOffset Now,
        FirePolicy Policy
    )> Any =
        from cron in Gen.OneOf("* * * * * *", "*/7 * * * *", "30 2 * * *", "0 8 * * 1-5", "@hourly", "0 0 29 2 *")
        from zone in Gen.OneOf("UTC", "Asia/Jerusalem", "America/New_York", "Australia/Lord_Howe")
        from startAfter in Gen.Int[0, 365 * 24 * 3600]
        from fires in Gen.Int[0, 300]
        from lateMilliseconds in Gen.Int[0, 200_000]
        from misfire in Gen.OneOf(MisfirePolicy.RunOnce, MisfirePolicy.Skip, MisfirePolicy.RunAll)
        from overlap in Gen.OneOf(OverlapPolicy.Skip, OverlapPolicy.Queue)
        from open in Gen.OneOf(Gen.Const((long?)null), Gen.Const((long?)12))
        from catchUp in Gen.Int[1, 20]
        from perTick in Gen.Int[2, 100]
        from window in Gen.OneOf(Gen.Const((int?)null), Gen.Int[0, 100_000].Select(seconds => (int?)seconds))
        from skipped in Gen.OneOf("", "saturday", "2026-03-27..2026-03-29,2026-10-25")
        let schedule = Parse(cron, zone, skipped)
        let firstDue = schedule.NextAfter(Start.AddSeconds(startAfter))!.Value
        select (
            schedule,
            firstDue,
            Nth(schedule, firstDue, fires).AddMilliseconds(lateMilliseconds),
            Policy(misfire, overlap, open) with
            {
                CatchUp = window is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                CatchUpLimit = catchUp,
                FiresPerTick = perTick,
            }
        );

    [Fact]
    public void Plan_AccountsForEveryFireExactlyOnce_WhateverTheScheduleAndPolicy()
    {
        Any.Sample(
            given =>
            {
                var planned = TickUntilDone(given.Schedule, given.FirstDue, given.Now, given.Policy);

                planned
                    .SelectMany(line => FiresOf(given.Schedule, line))
                    .ShouldBe(Fires(given.Schedule, given.FirstDue, given.Now));
            },
            iter: 400
        );
    }

    [Fact]
    public void Plan_NeverRunsMoreThanThePolicyAllows_WhateverTheSchedule()
    {
        Any.Sample(
            given =>
            {
                var planned = TickUntilDone(given.Schedule, given.FirstDue, given.Now, given.Policy);

                var limit = given.Policy.Misfire == MisfirePolicy.RunAll ? given.Policy.CatchUpLimit : 1;
                planned.OfType<FireLine.Due>().Count().ShouldBeLessThanOrEqualTo(limit);
            },
            iter: 400
        );
    }

    [Fact]
    public void Plan_RunsTheLastAndMissesTheOthersInOneLine_WhenRunOnce()
    {
        var policy = Policy(MisfirePolicy.RunOnce);

        var plan = FirePlanner.Plan(Parse("* * * * *"), Start, Start.AddMinutes(4), policy);

        plan.Lines.Count.ShouldBe(2);
        var missed = plan.Lines[0].ShouldBeOfType<FireLine.Missed>();
        (missed.First, missed.Last, missed.Fires).ShouldBe((Start, Start.AddMinutes(3), 4));
        plan.Lines[1].ShouldBe(new FireLine.Due(Start.AddMinutes(4)));
        plan.NextFire.ShouldBe(Start.AddMinutes(5));
    }

    [Fact]
    public void Plan_RunsNothing_WhenSkipAndTheLastIsOlderThanTheGrace()
    {
        var policy = Policy(MisfirePolicy.Skip) with { Grace = TimeSpan.FromSeconds(10) };

        var plan = FirePlanner.Plan(Parse("* * * * *"), Start, Start.AddMinutes(4).AddSeconds(11), policy);

        plan.Lines.ShouldHaveSingleItem().ShouldBeOfType<FireLine.Missed>().Fires.ShouldBe(5);
    }

    [Fact]
    public void Plan_RunsTheLast_WhenSkipAndItIsWithinTheGrace()
    {
        var policy = Policy(MisfirePolicy.Skip) with { Grace = TimeSpan.FromSeconds(10) };

        var plan = FirePlanner.Plan(Parse("* * * * *"), Start, Start.AddMinutes(4).AddSeconds(10), policy);

        plan.Lines[^1].ShouldBe(new FireLine.Due(Start.AddMinutes(4)));
    }

    [Fact]
    public void Plan_RunsTheLatestUpToTheLimit_WhenRunAll()
    {
        var policy = Policy(MisfirePolicy.RunAll, open: 7) with { CatchUpLimit = 3 };

        var plan = FirePlanner.Plan(Parse("* * * * *"), Start, Start.AddMinutes(4), policy);

        plan.Lines[0].ShouldBeOfType<FireLine.Missed>().Fires.ShouldBe(2);
        plan.Lines.OfType<FireLine.Due>()
            .Select(due => due.At)
            .ShouldBe([Start.AddMinutes(2), Start.AddMinutes(3), Start.AddMinutes(4)]);
    }

    [Fact]
    public void Plan_NeverRunsAFireThatIsTooLate_WhateverTheSchedule()
    {
        Any.Sample(
            given =>
            {
                var planned = TickUntilDone(given.Schedule, given.FirstDue, given.Now, given.Policy);

                var lateness = planned.OfType<FireLine.Due>().Select(due => given.Now - due.At);
                lateness.ShouldAllBe(late => late <= (given.Policy.CatchUp ?? late) || late <= given.Policy.Grace);
            },
            iter: 400
        );
    }

    [Theory]
    [InlineData(MisfirePolicy.RunOnce, 10 * 60, 4, 1)]
    [InlineData(MisfirePolicy.RunOnce, 4 * 60, 5, 0)]
    [InlineData(MisfirePolicy.RunAll, 7 * 60, 3, 2)]
    [InlineData(MisfirePolicy.RunAll, 0, 5, 0)]
    public void Plan_MissesWhatIsOlderThanTheWindow_AndSaysSo(MisfirePolicy misfire, int window, int missed, int runs)
    {
        var policy = Policy(misfire) with { CatchUp = TimeSpan.FromSeconds(window) };

        // Five fires, the last of them five and a half minutes ago; the next one is an hour later.
        var plan = FirePlanner.Plan(Parse("0-4 * * * *"), Start, Start.AddMinutes(9.5), policy);

        var line = plan.Lines[0].ShouldBeOfType<FireLine.Missed>();
        line.Fires.ShouldBe(missed);
        line.Reason.Contains("catch_up", StringComparison.Ordinal).ShouldBe(window < 600);
        plan.Lines.OfType<FireLine.Due>().Count().ShouldBe(runs);
    }

    [Fact]
    public void Plan_RunsAFireThatIsAsPunctualAsATickCanBe_WhenTheWindowIsNothing()
    {
        var policy = Policy(MisfirePolicy.RunOnce) with { CatchUp = TimeSpan.Zero };

        var plan = FirePlanner.Plan(Parse("* * * * *"), Start, Start.AddSeconds(1), policy);

        plan.Lines.ShouldHaveSingleItem().ShouldBe(new FireLine.Due(Start));
    }

    [Fact]
    public void Plan_SkipsAndNamesTheOpenTask_WhenOneIsNotFinished()
    {
        var policy = Policy(MisfirePolicy.RunOnce, OverlapPolicy.Skip, open: 7);

        var plan = FirePlanner.Plan(Parse("* * * * *"), Start, Start, policy);

        var skipped = plan.Lines.ShouldHaveSingleItem().ShouldBeOfType<FireLine.Skipped>();
        skipped.At.ShouldBe(Start);
        skipped.Reason.ShouldContain("task 7");
    }

    [Fact]
    public void Plan_Runs_WhenOneIsNotFinishedAndFiresMayQueue()
    {
        var policy = Policy(MisfirePolicy.RunOnce, OverlapPolicy.Queue, open: 7);

        var plan = FirePlanner.Plan(Parse("* * * * *"), Start, Start, policy);

        plan.Lines.ShouldHaveSingleItem().ShouldBe(new FireLine.Due(Start));
    }

    [Fact]
    public void Plan_WritesNothing_WhenNothingIsDue()
    {
        var plan = FirePlanner.Plan(Parse("* * * * *"), Start, Start.AddTicks(-1), Policy(MisfirePolicy.RunOnce));

        plan.Lines.ShouldBeEmpty();
        plan.NextFire.ShouldBe(Start);
    }

    private static List<FireLine> TickUntilDone(
        Schedule schedule,
        DateTimeOffset firstDue,
        DateTimeOffset now,
        FirePolicy policy
    )
    {
        List<FireLine> lines = [];
        DateTimeOffset? next = firstDue;
        while (next <= now)
        {
            var plan = FirePlanner.Plan(schedule, next.Value, now, policy);
            lines.AddRange(plan.Lines);
            next = plan.NextFire;
        }
        return lines;
    }

    private static IEnumerable<DateTimeOffset> FiresOf(Schedule schedule, FireLine line)
    {
        switch (line)
        {
            case FireLine.Due due:
                return [due.At];
            case FireLine.Skipped skipped:
                return [skipped.At];
            case FireLine.Missed missed:
                var fires = Fires(schedule, missed.First, missed.Last);
                fires.Count.ShouldBe(missed.Fires);
                return fires;
            default:
                throw new InvalidOperationException($"No such line: {line}");
        }
    }

    private static List<DateTimeOffset> Fires(Schedule schedule, DateTimeOffset first, DateTimeOffset last)
    {
        List<DateTimeOffset> fires = [];
        for (DateTimeOffset? fire = first; fire <= last; fire = schedule.NextAfter(fire.Value))
        {
            fires.Add(fire.Value);
        }
        return fires;
    }

    private static DateTimeOffset Nth(Schedule schedule, DateTimeOffset first, int n)
    {
        var fire = first;
        for (var i = 0; i < n; i++)
        {
            fire = schedule.NextAfter(fire) ?? fire;
        }
        return fire;
    }

    private static Schedule Parse(string cron, string zone = "UTC", string skipped = "") =>
        (Schedule.TryParse(cron, zone, Start, out var error) ?? throw new InvalidOperationException(error)) with
        {
            SkipDates = SkipDates.TryParse(skipped.Split(',', StringSplitOptions.RemoveEmptyEntries), out _)!,
        };

    private static FirePolicy Policy(
        MisfirePolicy misfire,
        OverlapPolicy overlap = OverlapPolicy.Skip,
        long? open = null
    ) =>
        new()
        {
            Misfire = misfire,
            Overlap = overlap,
            OpenTask = open,
            Grace = TimeSpan.FromSeconds(60),
            CatchUp = null,
            CatchUpLimit = 100,
            FiresPerTick = 10_000,
        };
}
