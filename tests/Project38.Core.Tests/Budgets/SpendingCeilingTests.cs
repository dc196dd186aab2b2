using CsCheck;
using Project38.Core.Budgets;

namespace Project38.Core.Tests.Budgets;

public sealed class SpendingCeilingTests
{
    [Fact]
    public void TryReserve_RefusesWhatCouldPassTheCeiling_AndTakesWhatCannot()
    {
        var ceiling = new SpendingCeiling(1.00m);

        using var first = ceiling.TryReserve(0.70m);
        var second = ceiling.TryReserve(0.31m);
        using var third = ceiling.TryReserve(0.30m);

        first.ShouldNotBeNull();
        second.ShouldBeNull();
        third.ShouldNotBeNull();
        ceiling.Left.ShouldBe(0);
    }

    [Fact]
    public void Settle_BooksWhatItCost_AndFreesTheRest()
    {
        var ceiling = new SpendingCeiling(1.00m);
        using var reserved = ceiling.TryReserve(0.70m)!;

        reserved.Settle(0.20m);

        ceiling.Spent.ShouldBe(0.20m);
        ceiling.Left.ShouldBe(0.80m);
        Should.Throw<InvalidOperationException>(() => reserved.Settle(0.10m));
    }

    [Fact]
    public void Dispose_GivesBackWhatWasNotSettled_Once()
    {
        var ceiling = new SpendingCeiling(1.00m);
        var reserved = ceiling.TryReserve(0.70m)!;

        reserved.Dispose();
        reserved.Dispose();

        ceiling.Left.ShouldBe(1.00m);
        ceiling.Spent.ShouldBe(0);
    }

    [Fact]
    public void Ceiling_IsNeverPassed_WhateverIsReservedAndSettled() =>
        Gen.Select(Gen.Int[0, 300], Gen.Int[0, 100], Gen.Bool)
            .List[0, 40]
            .Sample(steps =>
            {
                var ceiling = new SpendingCeiling(10.00m);
                var open = new List<SpendingCeiling.Reservation>();
                foreach (var (cents, share, settles) in steps)
                {
                    if (ceiling.TryReserve(cents / 100m) is { } reserved)
                    {
                        open.Add(reserved);
                    }

                    if (settles && open.Count > 0)
                    {
                        open[0].Settle(open[0].Worst * share / 100);
                        open.RemoveAt(0);
                    }

                    ceiling.Left.ShouldBe(10.00m - ceiling.Spent - open.Sum(one => one.Worst));
                    ceiling.Left.ShouldBeGreaterThanOrEqualTo(0);
                }
            });
}
