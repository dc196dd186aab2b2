using System.Text.Json;
using Project38.Core.Execution;

namespace Project38.Core.Tests.Execution;

public sealed class FinishMessageTests
{
    [Theory]
    [InlineData("""{"outcome": "success", "result": {"x": "\ud800"}}""")]
    [InlineData("""{"outcome": "success", "result": {"\udc00": 1}}""")]
    [InlineData("""{"outcome": "success", "handoff": {"state": {"x": ["\ud800"]}}}""")]
    [InlineData("""{"outcome": "success", "handoff": {"summary": "\ud800"}}""")]
    [InlineData("""{"outcome": "error", "error": "\ud800"}""")]
    [InlineData("""{"outcome": "\ud800"}""")]
    [InlineData("[]")]
    [InlineData("\"success\"")]
    public void Read_GivesAnError_WhenTheRunSendsWhatCannotBeRead(string finish)
    {
        var message = FinishMessage.Read(JsonElement.Parse(finish));

        message.ShouldBeOfType<FinishMessage.Error>().Message.ShouldContain("cannot be read");
    }

    [Theory]
    [InlineData("""{"a": 1, "a": 2}""")]
    [InlineData("""{"n": 1e400, "text": "\u0000"}""")]
    public void Read_TakesTheResultAsItIs_WhenItIsStrangeAndValid(string result)
    {
        var message = FinishMessage.Read(JsonElement.Parse($$"""{"outcome": "success", "result": {{result}}}"""));

        message.ShouldBeOfType<FinishMessage.Success>().Output.GetRawText().ShouldBe(result);
    }
}
