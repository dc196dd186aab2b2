using System.Text.Json.Nodes;
using Project38.Core.Tests.Tools.Sessions;
using Project38.Core.Tools.Registry;

namespace Project38.Core.Tests.Tools.Registry;

public sealed class ToolRegistryTests
{
    private static readonly ToolDefinition Tool = AgentEnd.Tool(
        "test.write",
        (_, _) => Task.FromResult<JsonNode?>(null)
    );

    [Fact]
    public void Registry_TakesNoTool_ThatNothingStandsInFor()
    {
        var source = new One(Tool with { ChangesWorld = _ => true });

        Should
            .Throw<InvalidOperationException>(() => new ToolRegistry([source]))
            .Message.ShouldContain("test.write says which of its calls change the world");
    }

    [Fact]
    public void Registry_TakesTools_ThatChangeNothing_OrHaveAStandIn()
    {
        var changing = Tool with { Name = "test.change", ChangesWorld = _ => true, StandIn = _ => null };

        var registry = new ToolRegistry([new One(Tool, changing)]);

        registry.All.Select(tool => tool.Name).ShouldBe(["test.change", "test.write"]);
    }

    private sealed class One(params ToolDefinition[] tools) : IToolSource
    {
        public IEnumerable<ToolDefinition> Tools => tools;
    }
}
