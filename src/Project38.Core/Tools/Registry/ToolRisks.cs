using Microsoft.EntityFrameworkCore;
using Project38.Core.Agents;
using Project38.Core.Agents.Risks;
using Project38.Core.Storage;
using Project38.Core.Tools.External;
using Project38.Core.Tools.Notifications.Channels;

namespace Project38.Core.Tools.Registry;

/// <summary>What tools and grants hold of the three risks. The one place that says it.</summary>
public sealed class ToolRisks(ToolRegistry registry)
{
    private static readonly Dictionary<string, ToolRisk> s_noServers = [];

    /// <summary>What a tool of the platform brings under a grant; all three where nobody knows it.</summary>
    public ToolRisk OfTool(string name, Manifest grant) => OfTool(name, grant, s_noServers);

    /// <summary>What a grant holds, each risk with the tools by which it comes; of tool servers as people registered them.</summary>
    public async Task<HeldRisks> OfAsync(ProductDb db, Manifest grant, CancellationToken cancellationToken)
    {
        var servers = await ServersAsync(db, grant, cancellationToken);
        var tools = grant.Tools.Select(name => (Name: name, Brings: OfTool(name, grant, servers))).ToList();
        return new HeldRisks
        {
            PrivateData = With(ToolRisk.PrivateData),
            UntrustedContent = With(ToolRisk.UntrustedContent),
            WayOut = With(ToolRisk.WayOut),
            Places =
            [
                .. grant.Hosts,
                .. grant.Channels.Where(name => name != ChannelName.Inbox).Select(name => $"the channel {name}"),
                .. grant.Folders.Select(folder => $"the folder {folder.HostPath}"),
            ],
        };

        IReadOnlyList<string> With(ToolRisk risk) =>
            [.. tools.Where(tool => tool.Brings.HasFlag(risk)).Select(tool => tool.Name)];
    }

    private ToolRisk OfTool(string name, Manifest grant, IReadOnlyDictionary<string, ToolRisk> servers) =>
        ExternalName.TryParse(name, out var external) ? servers.GetValueOrDefault(external.Server, ToolRisk.All)
        : registry.Find(name) is not { } tool ? ToolRisk.All
        : tool.BringsRisks?.Invoke(grant) == false ? ToolRisk.None
        : tool.Risks;

    private static async Task<IReadOnlyDictionary<string, ToolRisk>> ServersAsync(
        ProductDb db,
        Manifest grant,
        CancellationToken cancellationToken
    )
    {
        HashSet<string> named = [];
        foreach (var tool in grant.Tools)
        {
            if (ExternalName.TryParse(tool, out var external))
            {
                named.Add(external.Server);
            }
        }
        return named.Count == 0
            ? s_noServers
            : await db
                .ToolServers.Where(server => server.TeamId == Team.Default && named.Contains(server.Name))
                .ToDictionaryAsync(server => server.Name, server => (ToolRisk)server.RiskBits, cancellationToken);
    }
}
