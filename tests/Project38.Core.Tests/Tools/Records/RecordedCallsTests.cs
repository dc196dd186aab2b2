using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Project38.Core.Approvals;
using Project38.Core.Tools;
using Project38.Core.Tools.Records;

namespace Project38.Core.Tests.Tools.Records;

public sealed class RecordedCallsTests
{
    private readonly FakeTimeProvider _time = new();
    private int _made;

    [Fact]
    public async Task Answer_MakesNothing_UntilTheQuestionIsAnswered()
    {
        var calls = Before("a", "b", "ask");

        var answers = new List<(ToolAnswer Answer, bool IsOld)>();
        foreach (var (tool, number) in new[] { "a", "b", "ask", "a" }.Select((tool, place) => (tool, place + 1)))
        {
            answers.Add(await AnswerAsync(calls, number, tool));
        }

        answers.Select(one => one.IsOld).ShouldBe([true, true, true, false]);
        _made.ShouldBe(1);
        calls.All.Select(call => call.Tool).ShouldBe(["a", "b", "ask", "a"]);
        calls.End.ShouldBeNull();
    }

    [Fact]
    public async Task Answer_GoesByOccurrence_WhenCallsBesideEachOtherComeInAnotherOrder()
    {
        var calls = Before("a", "b", "a", "ask");

        var ask = AnswerAsync(calls, 1, "ask");
        var early = AnswerAsync(calls, 2, "new");
        ask.IsCompleted.ShouldBeFalse();
        early.IsCompleted.ShouldBeFalse();
        foreach (var (tool, number) in new[] { "a", "a", "b" }.Select((tool, place) => (tool, place + 3)))
        {
            (await AnswerAsync(calls, number, tool)).IsOld.ShouldBeTrue();
        }

        (await ask).IsOld.ShouldBeTrue();
        (await early).IsOld.ShouldBeFalse();
        _made.ShouldBe(1);
    }

    [Theory]
    [InlineData("c", "diverged at call 2: it called c in the place of b")]
    [InlineData("ask", "diverged at call 2: it called ask before b, which it had called first")]
    public async Task Answer_EndsTheRun_WhenItDoesSomethingElse(string tool, string expected)
    {
        var calls = Before("a", "b", "ask");
        await AnswerAsync(calls, 1, "a");

        var answer = AnswerAsync(calls, 2, tool);
        _time.Advance(RecordMatch.Patience);
        var (refused, _) = await answer;
        var (after, _) = await AnswerAsync(calls, 3, "b");

        (refused.ErrorClass, after.ErrorClass).ShouldBe((ToolErrorClass.Ended, ToolErrorClass.Ended));
        calls.End.ShouldBeOfType<RecordEnd.Diverged>().Reason.ShouldContain(expected);
        calls.Over.IsCompleted.ShouldBeTrue();
        _made.ShouldBe(0);
    }

    [Fact]
    public async Task Ask_LetsNoCallBegin_AndWaitsForThoseAtWork()
    {
        var calls = Before();
        var slow = new TaskCompletionSource<ToolAnswer>();
        var beside = calls.AnswerAsync(Asking(1, "slow"), () => slow.Task, Room, TestContext.Current.CancellationToken);

        var asked = AskAsync(calls, 2, "ask");
        var (late, _) = await AnswerAsync(calls, 3, "late");
        var (second, _) = await AskAsync(calls, 4, "ask");
        calls.End.ShouldBeNull();
        slow.SetResult(ToolAnswer.Ok(1));
        await beside;

        (await asked).Answer.Outcome.ShouldBe(RecordedCall.Asked);
        (late.ErrorClass, second.ErrorClass).ShouldBe((ToolErrorClass.Ended, ToolErrorClass.Ended));
        calls.End.ShouldBeOfType<RecordEnd.Asked>();
        calls.All.Select(call => (call.Tool, call.Outcome)).ShouldBe([("slow", "ok"), ("ask", "asked")]);
    }

    [Fact]
    public async Task Ask_IsRefusedInWords_WhenMoreWasAnsweredThanIsKept()
    {
        var calls = new RecordedCalls(RecordSpec.Empty, mostBytes: 2048, _time);
        await calls.AnswerAsync(
            Asking(1, "big"),
            () => Task.FromResult(ToolAnswer.Ok(JsonValue.Create(new string('x', 4096)))),
            Room,
            TestContext.Current.CancellationToken
        );

        var (answer, _) = await AskAsync(calls, 2, "ask");
        var (after, _) = await AnswerAsync(calls, 3, "a");

        (answer.Outcome, answer.Detail).ShouldBe(
            (
                "refused",
                "Nobody can be asked any more: the calls of this run hold more than 2 KB, and all of them would have to be answered "
                    + "again. Ask before so much is read."
            )
        );
        after.Outcome.ShouldBe("ok");
        (calls.IsCut, calls.End).ShouldBe((true, null));
    }

    [Fact]
    public async Task Answer_IsTheSameError_WhenTheCallHadFailed()
    {
        var failed = Call("a") with { Outcome = "error", Answer = null, Detail = "no", ErrorClass = "failed" };
        var calls = new RecordedCalls(new RecordSpec([failed, Call("ask")], Live: true), 1 << 20, _time);

        var (answer, isOld) = await AnswerAsync(calls, 1, "a");

        (isOld, answer.Outcome, answer.Detail, answer.ErrorClass).ShouldBe((true, "error", "no", "failed"));
    }

    private RecordedCalls Before(params string[] tools) =>
        new(new RecordSpec([.. tools.Select(Call)], Live: true), 1 << 20, _time);

    private static RecordedCall Call(string tool) =>
        new(tool, tool, JsonElement.Parse("{}"), "ok", JsonElement.Parse("""{"value":1}"""), null, null);

    private static RecordedCalls.Asking Asking(int number, string tool) => new(number, tool, tool, null);

    private Task<(ToolAnswer Answer, bool IsOld)> AnswerAsync(RecordedCalls calls, int number, string tool) =>
        calls.AnswerAsync(
            Asking(number, tool),
            () =>
            {
                _made++;
                return Task.FromResult(ToolAnswer.Ok(1));
            },
            Room,
            TestContext.Current.CancellationToken
        );

    private static Task<(ToolAnswer Answer, bool IsOld)> AskAsync(RecordedCalls calls, int number, string tool) =>
        calls.AnswerAsync(
            Asking(number, tool),
            () => Task.FromResult(ToolAnswer.Asked(new ApprovalQuestion("?", null, TimeSpan.FromHours(1)))),
            Room,
            TestContext.Current.CancellationToken
        );

    private static ValueTask Room(long bytes, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
