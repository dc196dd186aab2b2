using Project38.Core.Tools.Http.Reading;

namespace Project38.Core.Tests.Tools.Http.Reading;

public sealed class ReadingTurnsTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Read_LetsAnotherAgentIn_WhileOneHasManyPages()
    {
        using var turns = new ReadingTurns(atOnce: 2);
        using var go = new ManualResetEventSlim();
        var (reading, most) = (0, 0);
        int Slow()
        {
            most = Math.Max(most, Interlocked.Increment(ref reading));
            go.Wait(Cancelled);
            return Interlocked.Decrement(ref reading);
        }

        var many = Enumerable.Range(0, 16).Select(_ => Task.Run(() => turns.ReadAsync(1, Slow, Cancelled))).ToList();
        var other = await Task.Run(() => turns.ReadAsync(2, () => 42, Cancelled));
        go.Set();
        _ = await Task.WhenAll(many);

        other.ShouldBe(42);
        most.ShouldBe(1);
        turns.Agents.ShouldBe(0);
    }

    [Fact]
    public async Task Read_GivesItsPlaceBack_WhenItFailsOrIsGivenUp()
    {
        using var turns = new ReadingTurns(atOnce: 1);
        using var given = new CancellationTokenSource();
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var go = new ManualResetEventSlim();
        var first = Task.Run(() =>
            turns.ReadAsync(
                1,
                () =>
                {
                    started.SetResult();
                    go.Wait(Cancelled);
                    return 1;
                },
                Cancelled
            )
        );
        await started.Task.WaitAsync(Cancelled);
        var waiting = turns.ReadAsync(1, () => 2, given.Token);
        var other = turns.ReadAsync(2, () => 3, given.Token);
        await given.CancelAsync();

        _ = await Should.ThrowAsync<OperationCanceledException>(() => waiting);
        _ = await Should.ThrowAsync<OperationCanceledException>(() => other);
        go.Set();
        (await first).ShouldBe(1);
        _ = await Should.ThrowAsync<FormatException>(() =>
            turns.ReadAsync<int>(1, () => throw new FormatException(), Cancelled)
        );
        (await turns.ReadAsync(1, () => 4, Cancelled)).ShouldBe(4);
        turns.Agents.ShouldBe(0);
    }
}
