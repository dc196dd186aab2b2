using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Agents;
using Project38.Core.Execution;
using Project38.Core.Storage;
using Project38.Core.Tests.Agents;
using Project38.Core.Tools;
using Project38.Core.Tools.Http;
using Project38.Core.Tools.Registry;
using Project38.Core.Tools.Sessions;
using Project38.Sandbox;
using Project38.Testing;

namespace Project38.Core.Tests.Execution;

/// <summary>One run of a program that may reach one server of this machine, with every tool there is.</summary>
internal sealed record HostRun
{
    public required string Code { get; init; }

    public required string Config { get; init; }

    /// <summary>With its port.</summary>
    public required string Host { get; init; }

    public IReadOnlyList<FolderGrant> Folders { get; init; } = [];

    public async Task<RunResult> ExecuteAsync(TestDatabase database, CancellationToken cancellationToken)
    {
        var agent = (await database.GivenAgentAsync()).Agent;
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddStorage(options => options.Home = database.Options.Home)
            .AddSandbox()
            .AddTools()
            .Configure<EgressOptions>(options => options.AllowedPrivateHosts.Add(Host))
            .AddExecution()
            .BuildServiceProvider();
        var request = new RunRequest
        {
            AgentId = agent.Id,
            TeamId = Team.Default,
            TaskId = 42,
            Code = Code,
            Config = JsonElement.Parse(Config),
            Grant = new Manifest
            {
                Tools = [.. services.GetRequiredService<ToolRegistry>().All.Select(tool => tool.Name)],
                Hosts = [Host],
                Channels = ["inbox"],
                Folders = Folders,
            },
            Handoff = null,
            RunNumber = 1,
            Limits = new SandboxLimits(),
            Lease = AlwaysHeld.Instance,
        };
        return await services.GetRequiredService<RunExecutor>().ExecuteAsync(request, cancellationToken);
    }
}
