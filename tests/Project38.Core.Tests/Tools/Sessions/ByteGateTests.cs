using CsCheck;
using Project38.Core.Tools.Sessions;

namespace Project38.Core.Tests.Tools.Sessions;

public sealed class ByteGateTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Enter_WaitsItsTurn_WhenTheGateIsFull()
    {
        var gate = new ByteGate(10);
        await gate.EnterAsync(6, Cancelled);

        var second = gate.EnterAsync(5, Cancelled).AsTask();
        var small = gate.EnterAsync(1, Cancelled).AsTask();

        // The small one would fit, but a large one must not wait forever behind small ones.
        (second.IsCompleted, small.IsCompleted).ShouldBe((false, false));
        gate.Leave(6);
        await second;
        await small;
    }

    [Fact]
    public async Task Enter_LetsItInAlone_WhenItIsLargerThanTheGate()
    {
        var gate = new ByteGate(10);

        await gate.EnterAsync(100, Cancelled);
        var next = gate.EnterAsync(1, Cancelled).AsTask();

        next.IsCompleted.ShouldBeFalse();
        gate.Leave(100);
        await next;
    }

    [Fact]
    public async Task Enter_MakesWayForTheNext_WhenItIsGivenUp()
    {
        var gate = new ByteGate(10);
        await gate.EnterAsync(6, Cancelled);
        using var giveUp = new CancellationTokenSource();
        var large = gate.EnterAsync(8, giveUp.Token).AsTask();
        var small = gate.EnterAsync(2, Cancelled).AsTask();

        await giveUp.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => large);
        await small;
        gate.Leave(6);
        gate.Leave(2);
        await gate.EnterAsync(10, Cancelled);
    }

    [Fact]
    public async Task Gate_IsNeverOverfullAndEndsEmpty_WhateverIsGivenUp()
    {
        await Gen.Select(Gen.Int[1, 12], Gen.Bool)
            .Array[1, 30]
            .SampleAsync(
                async visits =>
                {
                    var gate = new ByteGate(10);
                    var inside = 0;
                    using var giveUp = new CancellationTokenSource();
                    var all = visits.Select(visit =>
                        Task.Run(async () =>
                        {
                            var (bytes, stays) = visit;
                            try
                            {
                                await gate.EnterAsync(bytes, stays ? Cancelled : giveUp.Token);
                            }
                            catch (OperationCanceledException)
                            {
                                return true;
                            }

                            var now = Interlocked.Add(ref inside, bytes);
                            await Task.Yield();
                            Interlocked.Add(ref inside, -bytes);
                            gate.Leave(bytes);
                            return now <= Math.Max(10, bytes);
                        })
                    );
                    var running = Task.WhenAll(all);
                    await giveUp.CancelAsync();
                    (await running).ShouldAllBe(within => within);
                    await gate.EnterAsync(10, Cancelled);
                },
                iter: 50
            );
    }
}
