using System.Text.Json;
using Project38.Core.Factory.Trial;

namespace Project38.Core.Tests.Factory.Trial;

public sealed class TrialCountTests
{
    private const string Collected = """{"event":"collected","tests":["test_a","test_b"]}""";
    private const string A = """{"event":"test","test":"test_a","outcome":"passed","message":""}""";
    private const string B = """{"event":"test","test":"test_b","outcome":"passed","message":""}""";
    private const string Finished = """{"event":"finished"}""";

    [Fact]
    public void Of_CountsEachTestOnce_WhenAllPassed()
    {
        var count = Count(Collected, A, B, Finished);

        (count.Collected, count.Passed, count.Finished).ShouldBe((2, 2, true));
        count.Failures.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Collected, A, Finished)] // one never ended
    [InlineData(Collected, A, A, B, Finished)] // one ended twice
    [InlineData(Collected, Collected, A, B, Finished)] // collected twice
    [InlineData(A, B, Collected, Finished)] // ended before it was found
    [InlineData("""{"event":"collected","tests":["test_a","test_a"]}""", A, Finished)]
    [InlineData(Collected, A, B, """{"event":"test","test":"test_c","outcome":"passed"}""", Finished)]
    [InlineData(Collected, A, """{"event":"test","test":"test_b","outcome":"skipped","message":"why"}""", Finished)]
    [InlineData(Collected, A, """{"event":"test","test":"test_b","outcome":"PASSED"}""", Finished)]
    [InlineData(Collected, A, B, """{"event":"nonsense"}""", Finished)]
    [InlineData(Collected, A, B, """{"event":7}""", Finished)]
    [InlineData("""{"event":"collected","tests":[7,{}]}""", Finished)]
    [InlineData("""{"event":"test","test":"test_agent.py","outcome":"error","message":"no module"}""", Finished)]
    public void Of_HasAFailure_WhenTheEventsDoNotAddUp(params string[] events)
    {
        var count = Count(events);

        count.Failures.ShouldNotBeEmpty();
    }

    [Fact]
    public void Of_HearsNothingMore_WhenTheSessionHasFinished()
    {
        var count = Count("""{"event":"collected","tests":[]}""", Finished, Collected, A, B, Finished);

        (count.Collected, count.Passed).ShouldBe((0, 0));
    }

    private static TrialCount Count(params string[] events) =>
        TrialCount.Of(events.Select(text => JsonElement.Parse(text)));
}
