using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Project38.Core.Agents;
using Project38.Core.Execution;
using Project38.Core.Handoffs;
using Project38.Core.Harness;
using Project38.Core.Harness.Queue;
using Project38.Core.Harness.Workers;
using Project38.Core.Secrets;
using Project38.Core.Storage;
using Project38.Core.Tests.Agents;
using Project38.Core.Tools.Notifications;
using Project38.Sandbox;
using Project38.Testing;

namespace Project38.Core.Tests.Harness;

/// <summary>A node of the harness on one test's database; runs are carried out by a function of the test.</summary>
public abstract class HarnessSuite(DatabaseFixture fixture) : DatabaseContract(fixture)
{
    private readonly List<ServiceProvider> _nodes = [];

    /// <summary>What the runs of this test do; success with nothing by default.</summary>
    private protected ExecuteRun Execute { get; set; } = (_, _) => Task.FromResult(Succeeded());

    public override async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>One more node, as if it were a process of its own.</summary>
    private protected ServiceProvider NewNode(
        Action<IServiceCollection>? more = null,
        Action<HarnessOptions>? harness = null
    )
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
        services.AddMetrics();
        services.AddSingleton<IDbContextFactory<ProductDb>>(Database.Factory);
        services.AddSingleton(Database.Factory);
        services.AddSingleton(Options.Create(Database.Options)).AddSingleton<HomeFolder>().AddSecrets();
        services.AddSandbox();
        services.AddHandoffs();
        services.AddHarness(harness);
        services.AddSingleton(GivenRisks.Find);
        services.AddSingleton<ExecuteRun>((request, cancellationToken) => Execute(request, cancellationToken));
        more?.Invoke(services);
        var node = services.BuildServiceProvider();
        _nodes.Add(node);
        return node;
    }

    /// <summary>Starts all that a node does by itself.</summary>
    private protected static async Task StartAsync(ServiceProvider node)
    {
        foreach (var service in node.GetServices<IHostedService>())
        {
            await service.StartAsync(Cancelled);
        }
    }

    private protected static Task StopAsync(ServiceProvider node) =>
        Task.WhenAll(node.GetServices<IHostedService>().Select(service => service.StopAsync(CancellationToken.None)));

    /// <summary>An active agent with one version.</summary>
    private protected async Task<Agent> GivenAgentAsync(string config = "{}", Action<Agent>? with = null)
    {
        await using var db = CreateDb();
        var now = await NowAsync();
        var read = AgentConfig.Read(config, now, out _);
        var agent = new Agent
        {
            Name = "watcher",
            Description = "Watches something, for a test.",
            Status = AgentStatus.Active,
            Config = config,
            NextFire = read?.Schedule?.NextAfter(now),
            CreatedBy = "test",
            CreatedAt = now,
            UpdatedAt = now,
        };
        if (read is not null)
        {
            AgentChanges.SetConfig(agent, config, read);
        }
        with?.Invoke(agent);
        db.Agents.Add(agent);
        await db.SaveChangesAsync(Cancelled);
        var version = new AgentVersion
        {
            AgentId = agent.Id,
            Number = 1,
            Code = "class Agent: ...",
            Manifest = Manifest.Empty,
            Hash = "0",
            Origin = "import",
            CreatedBy = "test",
            CreatedAt = now,
        };
        db.AgentVersions.Add(version);
        await db.SaveChangesAsync(Cancelled);
        agent.VersionId = version.Id;
        await db.SaveChangesAsync(Cancelled);
        return agent;
    }

    /// <summary>A due task of an agent.</summary>
    private protected async Task<AgentTask> GivenTaskAsync(
        Agent agent,
        int maxAttempts = 4,
        TaskTrigger trigger = TaskTrigger.Manual
    )
    {
        await using var db = CreateDb();
        var now = await NowAsync();
        var task = new AgentTask
        {
            AgentId = agent.Id,
            Trigger = trigger,
            Status = AgentTaskStatus.Pending,
            Priority = agent.Priority,
            ScheduledAt = now,
            NotBefore = now,
            MaxAttempts = maxAttempts,
            CreatedAt = now,
        };
        db.Tasks.Add(task);
        await db.SaveChangesAsync(Cancelled);
        return task;
    }

    private protected async Task<AgentTask> ReadAsync(long taskId)
    {
        await using var db = CreateDb();
        return await db.Tasks.AsNoTracking().SingleAsync(task => task.Id == taskId, Cancelled);
    }

    private protected async Task<List<T>> AllAsync<T>()
        where T : class
    {
        await using var db = CreateDb();
        return await db.Set<T>().AsNoTracking().ToListAsync(Cancelled);
    }

    private protected Task<List<InboxMessage>> InboxAsync() => AllAsync<InboxMessage>();

    private protected Task ShiftAsync(double seconds) =>
        Database.ShiftClockAsync(TimeSpan.FromSeconds(seconds), Cancelled);

    /// <summary>Claims one task and carries it out, as a worker does.</summary>
    private protected static async Task<bool> WorkOnceAsync(ServiceProvider node)
    {
        var claims = await node.GetRequiredService<ITaskQueue>().ClaimAsync("test", 1, ClaimScope.All, Cancelled);
        foreach (var claim in claims)
        {
            var runner = node.GetRequiredService<TaskRunner>();
            await runner.RunAsync(claim, TimeProvider.System.GetTimestamp(), slots: null, Cancelled);
        }
        return claims.Count > 0;
    }

    private protected static RunResult Succeeded(string output = "null", string? state = null) =>
        new RunResult.Succeeded(JsonElement.Parse(output)) { Trace = new RunTrace { Handoff = Draft(state) } };

    private protected static RunResult Failed(string error, bool retry = true) =>
        new RunResult.Failed(error, retry) { Trace = new RunTrace { Log = "Traceback" } };

    private protected static RunResult TimedOut(TimeSpan limit) =>
        new RunResult.TimedOut(limit) { Trace = RunTrace.None };

    private protected static RunResult Killed(string log = "") =>
        new RunResult.Killed { Trace = new RunTrace { Log = log } };

    private static HandoffDraft? Draft(string? state) =>
        state is null ? null : new HandoffDraft(JsonElement.Parse(state), [], [], Summary: null);
}
