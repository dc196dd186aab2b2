using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Agents;
using Project38.Core.Execution;
using Project38.Core.Storage;
using Project38.Core.Tools;
using Project38.Core.Tools.Http;
using Project38.Core.Tools.Registry;
using Project38.Core.Tools.Sessions;
using Project38.Sandbox;

namespace Project38.Bench.Tools;

/// <summary>What runs agents with tools, in this process, and one tool that does nothing.</summary>
internal sealed class ToolPlatform : IAsyncDisposable
{
    /// <summary>The tool that says what it is told, its <c>text</c>.</summary>
    public const string Echo = "bench.echo";

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("p38-bench-");
    private readonly ServiceProvider _services;
    private readonly string _host;

    private ToolPlatform(string root, Action<ToolLimits> limit, string host)
    {
        _host = host;
        _services = new ServiceCollection()
            .AddLogging()
            .AddStorage(storage => storage.Home = _home.FullName)
            .AddSandbox()
            .AddTools()
            .AddSingleton<IToolSource, EchoTool>()
            .Configure<EgressOptions>(egress => egress.AllowedPrivateHosts.Add(host))
            .Configure(limit)
            .AddExecution()
            .Configure<RuntimeOptions>(runtime => runtime.PythonFolder = Path.Combine(root, "runtime", "python"))
            .BuildServiceProvider();
    }

    /// <summary>Its sandbox.</summary>
    public ISandbox Sandbox => _services.GetRequiredService<ISandbox>();

    /// <summary>Starts it.</summary>
    /// <param name="root">The repository.</param>
    /// <param name="limit">Sets what a run's session may cost.</param>
    /// <param name="host">The one host that its agents may reach, on this machine.</param>
    public static ToolPlatform Start(string root, Action<ToolLimits> limit, string host) => new(root, limit, host);

    /// <summary>Runs an agent.</summary>
    /// <param name="code">Its program.</param>
    /// <param name="config">Its config.</param>
    /// <param name="tool">What it may use.</param>
    /// <returns>Its result.</returns>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public async Task<JsonElement> RunAsync(string code, JsonObject config, string tool)
    {
        var request = new RunRequest
        {
            AgentId = 1,
            TeamId = Team.Default,
            TaskId = 1,
            Code = code,
            Config = JsonSerializer.SerializeToElement(config),
            Grant = new Manifest { Tools = [tool], Hosts = [_host] },
            Handoff = null,
            RunNumber = 1,
            Limits = new SandboxLimits { CpuPercent = 100 },
            Lease = AlwaysHeld.Instance,
        };
        var result = await _services.GetRequiredService<RunExecutor>().ExecuteAsync(request, CancellationToken.None);
        return result is RunResult.Succeeded done
            ? done.Output
            : throw new InvalidOperationException($"{result} {result.Trace.Log}");
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _home.Delete(recursive: true);
    }

    private sealed class EchoTool : IToolSource
    {
        public IEnumerable<ToolDefinition> Tools =>
            [
                new ToolDefinition
                {
                    Name = Echo,
                    Description = "Says what it is told.",
                    Risks = ToolRisk.None,
                    Parameters = [new ToolParameter("text", ToolParameterType.Text, "What.")],
                    Handler = (call, _) => Task.FromResult<JsonNode?>(call.Arguments.Text("text")),
                },
            ];
    }
}
