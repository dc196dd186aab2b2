using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Project38.Core.Agents;
using Project38.Core.Agents.Versions;
using Project38.Core.Execution;
using Project38.Core.Factory;
using Project38.Core.Harness.Repairs;
using Project38.Core.Models;
using Project38.Core.Tests.Agents;
using Project38.Core.Tools.Http;
using Project38.Core.Tools.Notifications;
using Project38.Core.Tools.Sessions;
using Project38.Testing;

namespace Project38.Core.Tests.Harness.Repairs;

/// <summary>Nodes with the real factory and a model that answers over real HTTP; only the runs that fail are a function.</summary>
public abstract class RepairSuite(DatabaseFixture fixture) : HarnessSuite(fixture)
{
    protected ClaudeStandIn Claude { get; private set; } = null!;

    protected VersionRegister Versions => new(Database.Factory, GivenRisks.Find);

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Claude = await ClaudeStandIn.StartAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Claude.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected ServiceProvider NewNode(bool hasKey = true, Action<RepairOptions>? change = null) =>
        base.NewNode(services =>
        {
            services.AddSingleton(Database.Factory);
            services.AddSingleton(ToolSessionFactory.WithoutTools);
            services.AddAgents().AddExecution().AddFactory().AddRepairs();
            services.AddSingleton(Options.Create(new ModelOptions { BaseAddress = Claude.Address, MaxRetries = 0 }));
            services.AddSingleton(new ModelEnvironment(name => hasKey && name == "ANTHROPIC_API_KEY" ? Key : null));
            services.AddSingleton<ResolveHost>((_, _) => throw new SocketException((int)SocketError.HostNotFound));
            services.Configure<RuntimeOptions>(one => one.PythonFolder = Repository.Folder("runtime", "python"));
            services.Configure<FactoryOptions>(one => one.RuffFolder = Repository.Folder("runtime", "ruff"));
            services.Configure<RepairOptions>(one => change?.Invoke(one));
        });

    /// <summary>The model's key, a secret that this process knows.</summary>
    protected const string Key = "sk-of-the-test";

    private protected static Task<bool> RepairAsync(ServiceProvider node) =>
        node.GetRequiredService<AgentRepairs>().WorkAsync(Cancelled);

    /// <summary>An active greeter, whose config names nobody; one failure stops it.</summary>
    private protected async Task<Agent> GivenGreeterAsync(string description = "Greet the moon every day at eight")
    {
        var change = await new AgentRegister(Database.Factory, GivenRisks.Find).CreateAsync(
            new NewAgent
            {
                Name = "Greeter",
                Description = description,
                Status = AgentStatus.Active,
                Config = """{"schedule": "0 8 * * *", "pause_after": 1}""",
                Code = Greeter.Code,
                Tests = Greeter.Tests,
                Manifest = new Manifest { Tools = ["notifications.send"], Channels = ["inbox"] },
                Grant = new Manifest { Tools = ["notifications.send"], Channels = ["inbox"] },
                Hash = new string('0', 64),
                Origin = "import",
                CreatedBy = "dana",
            },
            Cancelled
        );
        return change.ShouldBeOfType<AgentChange.Done>().Agent.Agent;
    }

    /// <summary>A greeter that was stopped by a failure.</summary>
    private protected async Task<Agent> GivenStoppedAsync(string description = "Greet the moon every day at eight")
    {
        var agent = await GivenGreeterAsync(description);
        await GivenTaskAsync(agent, maxAttempts: 1);
        Execute = (_, _) => Task.FromResult(Failed("KeyError: 'whom'"));
        await WorkOnceAsync(NewNode(hasKey: false));
        return await AgentAsync(agent.Id);
    }

    private protected async Task<Agent> AgentAsync(long id)
    {
        await using var db = CreateDb();
        return await db.Agents.AsNoTracking().SingleAsync(agent => agent.Id == id, Cancelled);
    }

    /// <summary>What the owner is told of the repair.</summary>
    private protected async Task<InboxMessage> ToldAsync() =>
        (await InboxAsync()).Single(message => message.IdempotencyKey.StartsWith("repair:", StringComparison.Ordinal));

    private protected async Task<bool> AreDoneAsync() => (await AllAsync<Repair>()).Count == 0;

    protected static string LastTurn(ModelRequest request) =>
        request.Body["messages"]!.AsArray()[^1]!["content"]![0]!["text"]!.GetValue<string>();

    protected static ClaudeReply Answer(string code, string tests, params string[] questions) =>
        new AgentAnswer
        {
            Understood = "Greets the moon where nobody is named.",
            Code = code,
            Tests = tests,
            Questions = questions,
        }.ToReply();
}
