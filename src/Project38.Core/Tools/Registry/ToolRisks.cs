using Project38.Core.Agents;
using Project38.Core.Agents.Risks;

namespace Project38.Core.Tools.Registry;

/// <summary>What tools and grants hold of the three risks. The one place that says it.</summary>
public sealed class ToolRisks(ToolRegistry registry)
{
    /// <summary>What a tool brings under a grant; all three where nobody knows it.</summary>
    public ToolRisk OfTool(string name, Manifest grant) =>
        registry.Find(name) is not { } tool ? ToolRisk.All
        : tool.BringsRisks?.Invoke(grant) == false ? ToolRisk.None
        : tool.Risks;

    /// <summary>What a grant holds, each risk with the tools by which it comes.</summary>
    public HeldRisks Of(Manifest grant)
    {
        var tools = grant.Tools.Select(name => (Name: name, Brings: OfTool(name, grant))).ToList();
        return new HeldRisks
        {
            PrivateData = With(ToolRisk.PrivateData),
            UntrustedContent = With(ToolRisk.UntrustedContent),
            WayOut = With(ToolRisk.WayOut),
        };

        IReadOnlyList<string> With(ToolRisk risk) =>
            [.. tools.Where(tool => tool.Brings.HasFlag(risk)).Select(tool => tool.Name)];
    }
}
