using System.Text.Json.Nodes;
using Project38.Core.Tools;
using Project38.Core.Tools.Registry;

namespace Project38.Core.Tests.Tools.Sessions;

/// <summary>Which class an error has is what is counted of it: nothing else of it is.</summary>
public sealed class ToolErrorClassTests
{
    private static readonly ToolDefinition Tool = AgentEnd.Tool(
        "test.tool",
        (call, _) =>
            call.Arguments.Text("text") switch
            {
                "fail" => throw new ToolException("It did not work."),
                "refuse" => throw new ToolRefusedException("Not that."),
                "break" => throw new InvalidOperationException("fault"),
                "give up" => throw new OperationCanceledException("somebody else"),
                _ => Task.FromResult<JsonNode?>("fine"),
            },
        new ToolParameter("text", ToolParameterType.Text, "What to do.")
    ) with
    {
        EgressPolicy = call =>
        {
            if (call.Arguments.Text("text") == "leave")
            {
                throw new ToolRefusedException("Not there.");
            }
        },
        MostPerRun = _ => 1,
    };

    [Theory]
    [InlineData("test.gone", "x", "refused", ToolErrorClass.UnknownTool)]
    [InlineData("test.other", "x", "refused", ToolErrorClass.NotGranted)]
    [InlineData("test.tool", 1, "error", ToolErrorClass.Arguments)]
    [InlineData("test.tool", "leave", "refused", ToolErrorClass.Egress)]
    [InlineData("test.tool", "refuse", "refused", ToolErrorClass.Refused)]
    [InlineData("test.tool", "fail", "error", ToolErrorClass.Failed)]
    [InlineData("test.tool", "break", "error", ToolErrorClass.Fault)]
    [InlineData("test.tool", "give up", "error", ToolErrorClass.Fault)]
    [InlineData("test.tool", "work", "ok", null)]
    public async Task Step_HasTheClass(string name, object text, string outcome, string? errorClass)
    {
        await using var agent = new AgentEnd(
            AgentEnd.Granting("test.tool", "test.gone"),
            limits: null,
            Tool,
            Tool with
            {
                Name = "test.other",
            }
        );

        await agent.CallAsync(name, new { text });

        var step = agent.Session.Steps.ShouldHaveSingleItem();
        (step.Outcome, step.ErrorClass).ShouldBe((outcome, errorClass));
        step.Bytes.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Step_IsOfTheRate_WhenItIsOneTooMany()
    {
        await using var agent = new AgentEnd(
            AgentEnd.Granting("test.tool"),
            new ToolLimits { RefusalPause = default },
            Tool
        );

        await agent.CallAsync("test.tool", new { text = "work" });
        await agent.CallAsync("test.tool", new { text = "work" });

        agent.Session.Steps.Select(step => step.ErrorClass).ShouldBe([null, ToolErrorClass.Rate]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Step_IsOfALostRun_WhenAnotherHasItsTask(bool changes)
    {
        var tool = Tool with { StandIn = changes ? _ => null : null };
        var spec = AgentEnd.Granting("test.tool") with { Lease = new LostLease(byClock: !changes) };
        await using var agent = new AgentEnd(spec, limits: null, tool);

        await agent.CallAsync("test.tool", new { text = "work" });

        agent.Session.Steps.ShouldHaveSingleItem().ErrorClass.ShouldBe(ToolErrorClass.Lost);
    }
}
