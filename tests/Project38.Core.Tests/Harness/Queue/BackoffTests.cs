using CsCheck;
using Project38.Core.Harness.Queue;

namespace Project38.Core.Tests.Harness.Queue;

public sealed class BackoffTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Theory]
    [InlineData(1, 10)]
    [InlineData(2, 20)]
    [InlineData(4, 80)]
    public void After_DoublesWithEachRun_WhenUnderTheLimit(int attempt, double seconds)
    {
        var wait = Backoff.After(TimeSpan.FromSeconds(10), attempt, Hour, random: 0);

        wait.TotalSeconds.ShouldBe(seconds, 0.001);
    }

    [Fact]
    public void After_StaysWithinItsBounds_WhateverTheAttempt()
    {
        Gen.Select(Gen.Double[0, 86_400], Gen.Int[1, 10_000], Gen.Double[0, 1])
            .Sample(
                (first, attempt, random) =>
                {
                    var wait = Backoff.After(TimeSpan.FromSeconds(first), attempt, Hour, random);

                    wait.ShouldBeGreaterThanOrEqualTo(TimeSpan.Zero);
                    wait.ShouldBeLessThanOrEqualTo(Hour * 1.1);
                }
            );
    }
}
