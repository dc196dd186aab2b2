using CsCheck;
using Project38.Core.Agents;

namespace Project38.Core.Tests.Agents;

public sealed class CronSpreadTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("H * * * *", 0, 59)]
    [InlineData("H(10-19) * * * *", 10, 19)]
    [InlineData("H(10-19),H(40-49) * * * *", 10, 49)]
    public void For_FiresWithinTheRange_AtTheSameMinuteEachTime(string cron, int low, int high) =>
        Gen.Select(Gen.Long[1, long.MaxValue], Gen.Int[0, 100_000_000])
            .Sample(
                (agent, later) =>
                {
                    var schedule = Parse(cron);
                    var fire = schedule.For(agent).NextAfter(Now.AddSeconds(later))!.Value;
                    return fire.Minute >= low
                        && fire.Minute <= high
                        && Parse(cron).For(agent).NextAfter(fire.AddTicks(-1)) == fire
                        && schedule.For(agent).NextAfter(fire.AddMinutes(59)) == fire.AddHours(1);
                }
            );

    [Theory]
    [InlineData("H/15 * * * *", 15)]
    [InlineData("H(0-29)/10 * * * *", 10)]
    public void For_KeepsTheStep_FromABeginningOfItsOwn(string cron, int step)
    {
        var begins = Enumerable
            .Range(1, 200)
            .Select(agent => Parse(cron).For(agent).NextAfter(Now.AddTicks(-1))!.Value);
        var second = Parse(cron).For(1).NextAfter(Parse(cron).For(1).NextAfter(Now.AddTicks(-1))!.Value)!.Value;

        begins.Select(fire => fire.Minute).Distinct().Order().ShouldBe(Enumerable.Range(0, step));
        (second - Parse(cron).For(1).NextAfter(Now.AddTicks(-1))).ShouldBe(TimeSpan.FromMinutes(step));
    }

    [Fact]
    public void For_SpreadsAThousandAgents_OverTheWholeHour()
    {
        var minutes = Enumerable
            .Range(1, 1000)
            .Select(agent => Parse("H * * * *").For(agent).NextAfter(Now)!.Value.Minute);

        minutes.GroupBy(minute => minute).Count().ShouldBe(60);
        minutes.GroupBy(minute => minute).Max(agents => agents.Count()).ShouldBeLessThan(40);
    }

    /// <summary>SHA-256 of the agent and of the field's place, big-endian, by Python's hashlib: no version may choose another.</summary>
    [Theory]
    [InlineData(1, "H H * * *", "2026-01-01T10:44:00Z")]
    [InlineData(2, "H H * * *", "2026-01-01T23:53:00Z")]
    [InlineData(1, "H H H H * *", "2026-01-25T10:44:02Z")]
    [InlineData(1, "H H * * H", "2026-01-01T10:44:00Z")]
    public void For_IsThisForEver(long agent, string cron, string first) =>
        Parse(cron).For(agent).NextAfter(Now.AddTicks(-1)).ShouldBe(DateTimeOffset.Parse(first));

    [Fact]
    public void NextAfter_Throws_WhenItIsSpreadAndNobodys()
    {
        var schedule = Parse("H 8 * * *");

        schedule.IsSpread.ShouldBeTrue();
        Should.Throw<InvalidOperationException>(() => schedule.NextAfter(Now));
    }

    [Theory]
    [InlineData("@daily")]
    [InlineData("0 8 * MAR THU")]
    public void TryParse_MovesNothing_WhenThereIsNoHInIt(string cron)
    {
        var schedule = Parse(cron);

        schedule.IsSpread.ShouldBeFalse();
        schedule.For(1).NextAfter(Now).ShouldBe(schedule.NextAfter(Now));
    }

    [Theory]
    [InlineData("H(30-10) * * * *", "no minute")]
    [InlineData("H(0-60) * * * *", "no minute")]
    [InlineData("H/0 * * * *", "no minute")]
    [InlineData("H/61 * * * *", "no minute")]
    [InlineData("* Hx * * *", "no hour")]
    [InlineData("0 0 H(0-5) * *", "no day of the month")]
    [InlineData("0 0 31 H *", "'H' is no month")]
    [InlineData("0 0 5W * H", "needs '*' as day of the month")]
    public void TryParse_SaysWhatToWrite_WhenTheHIsWrong(string cron, string why)
    {
        var schedule = Schedule.TryParse(cron, "UTC", Now, out var error);

        schedule.ShouldBeNull();
        error.ShouldNotBeNull().ShouldContain(why);
    }

    private static Schedule Parse(string cron) =>
        Schedule.TryParse(cron, "UTC", Now, out var error) ?? throw new InvalidOperationException(error);
}
