using CsCheck;
using Project38.Core.Harness.Scheduling;

namespace Project38.Core.Tests.Harness.Scheduling;

public sealed class FireJitterTests
{
    private static readonly DateTimeOffset Fire = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Of_IsWithinItsBounds_AndTheSameEachTime() =>
        Gen.Select(Gen.Long, Gen.Int[0, 100_000_000], Gen.Int[0, 3600])
            .Sample(
                (agent, later, most) =>
                {
                    var (fire, limit) = (Fire.AddSeconds(later), TimeSpan.FromSeconds(most));
                    var waits = FireJitter.Of(agent, fire, limit);
                    return waits >= TimeSpan.Zero && waits <= limit && waits == FireJitter.Of(agent, fire, limit);
                }
            );

    [Fact]
    public void Of_SpreadsAgentsAndFires_OverTheWholeTime()
    {
        var hour = TimeSpan.FromHours(1);
        var agents = Enumerable.Range(1, 600).Select(agent => FireJitter.Of(agent, Fire, hour));
        var fires = Enumerable.Range(1, 600).Select(day => FireJitter.Of(1, Fire.AddDays(day), hour));

        agents.Select(wait => (int)wait.TotalMinutes).Distinct().Count().ShouldBe(60);
        fires.Select(wait => (int)wait.TotalMinutes).Distinct().Count().ShouldBe(60);
    }

    /// <summary>SHA-256 of both numbers, big-endian, by Python's hashlib: no version of .NET may choose another.</summary>
    [Fact]
    public void Of_IsThisForEver() => FireJitter.Of(7, Fire, TimeSpan.FromHours(1)).TotalMilliseconds.ShouldBe(79217);
}
