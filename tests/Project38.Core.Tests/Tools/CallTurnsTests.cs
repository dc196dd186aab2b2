using Microsoft.Extensions.Time.Testing;
using Project38.Core.Agents;
using Project38.Core.Tools;

namespace Project38.Core.Tests.Tools;

public sealed class CallTurnsTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Calls_WaitForTheirTurn_OfEachRuleThatCoversThem()
    {
        var turns = new CallTurns([Rule("http", atOnce: 2), Rule("*", atOnce: 3)], _time);
        var gate = new TaskCompletionSource();
        var here = new List<string>();

        List<Task<int>> calls =
        [
            .. new[] { "http.request", "http.request", "http.request", "llm.ask", "llm.ask" }.Select(tool =>
                turns.CallAsync(tool, _ => WaitAsync(tool), TestContext.Current.CancellationToken)
            ),
        ];

        here.ShouldBe(["http.request", "http.request", "llm.ask"]);
        gate.SetResult();
        await Task.WhenAll(calls);
        here.Count.ShouldBe(5);

        async Task<int> WaitAsync(string tool)
        {
            lock (here)
            {
                here.Add(tool);
            }
            await gate.Task;
            return 0;
        }
    }

    [Fact]
    public async Task Turn_IsFree_WhenItsCallFailed_OrWasGivenUp()
    {
        var turns = new CallTurns([Rule("*", atOnce: 1)], _time);
        using var givenUp = new CancellationTokenSource();

        await Should.ThrowAsync<ToolException>(
            turns.CallAsync<int>("a.b", _ => throw new ToolException("No."), CancellationToken.None)
        );
        var first = new TaskCompletionSource<int>();
        var holding = turns.CallAsync("a.b", _ => first.Task, CancellationToken.None);
        var waiting = turns.CallAsync("a.b", _ => Task.FromResult(1), givenUp.Token);
        await givenUp.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(waiting);
        first.SetResult(2);

        (await holding).ShouldBe(2);
        (await turns.CallAsync("a.b", _ => Task.FromResult(3), CancellationToken.None)).ShouldBe(3);
    }

    [Fact]
    public async Task Call_Ends_AtTheShortestOfItsTimes()
    {
        var turns = new CallTurns([Rule("*", seconds: 60), Rule("http", seconds: 5), Rule("llm", seconds: 1)], _time);

        var call = turns.CallAsync("http.request", ForeverAsync, CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(4));
        call.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(1));

        (await Should.ThrowAsync<CallTimeoutException>(call)).Message.ShouldStartWith(
            "http.request took longer than its 5 s"
        );
    }

    [Fact]
    public async Task Call_IsCancelled_AndNotTooLate_WhenItIsGivenUp()
    {
        var turns = new CallTurns([Rule("*", seconds: 60)], _time);
        using var givenUp = new CancellationTokenSource();

        var call = turns.CallAsync("http.request", ForeverAsync, givenUp.Token);
        await givenUp.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(call);
    }

    private static ToolRule Rule(string tools, int? atOnce = null, double? seconds = null) =>
        new(tools, null, null, atOnce, seconds is { } most ? TimeSpan.FromSeconds(most) : null);

    private static async Task<int> ForeverAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return 0;
    }
}
