using Project38.Server.Http.OpenApi;
using Project38.Server.McpEndpoint;

namespace Project38.Server.Api;

/// <summary>All routes. One file per noun.</summary>
internal static class Doors
{
    /// <summary>Maps them.</summary>
    public static void MapDoors(this IEndpointRouteBuilder routes)
    {
        routes.MapOpenApi(ApiDocument.Path).AllowAnonymous();
        routes.MapApiPage();
        routes.MapHealth();
        routes.MapSystem();
        routes.MapAgents();
        routes.MapVersions();
        routes.MapHistory();
        routes.MapEdit();
        routes.MapSchedules();
        routes.MapHandoffs();
        routes.MapHooks();
        routes.MapFiles();
        routes.MapGenerations();
        routes.MapCheck();
        routes.MapSandbox();
        routes.MapPythons();
        routes.MapTasks();
        routes.MapUsage();
        routes.MapEvents();
        routes.MapInbox();
        routes.MapApprovals();
        routes.MapRuns();
        routes.MapBacktests();
        routes.MapChannels();
        routes.MapToolServers();
        routes.MapSecrets();
        routes.MapMcpDoor();
    }
}
