using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Project38.Core.Agents;
using Project38.Core.Execution;
using Project38.Core.Factory;
using Project38.Core.Factory.Generation;
using Project38.Core.Handoffs;
using Project38.Core.Harness;
using Project38.Core.Harness.Queue;
using Project38.Core.Secrets;
using Project38.Core.Storage;
using Project38.Core.Tools;
using Project38.Core.Tools.Filesystem;
using Project38.Core.Tools.Notifications;
using Project38.Sandbox;
using Project38.Testing;

namespace Project38.Core.Tests;

public sealed class SqliteMainJobTests(SqliteFixture fixture) : MainJobContract(fixture);

public sealed class PostgresMainJobTests(PostgresFixture fixture) : MainJobContract(fixture);

/// <summary>One sentence becomes a proven agent that runs, again and again, and remembers. Every part is the real one.</summary>
public abstract class MainJobContract(DatabaseFixture fixture) : DatabaseContract(fixture)
{
    private const string PlanAgent = """
        class Agent:
            def __init__(self, config):
                self.name = config["name"]

            async def execute(self):
                print("hello from the log")
                return {"status": "success", "result": {"greeting": f"hello {self.name}"}}

            async def cleanup(self):
                print("cleaned up")
        """;

    private const string PlanTests = """
        from agent import Agent


        async def test_greets():
            assert (await Agent({"name": "you"}).execute())["result"] == {"greeting": "hello you"}
        """;

    private ServiceProvider? _platform;

    private ServiceProvider Platform => _platform ??= NewPlatform();

    public override async ValueTask DisposeAsync()
    {
        if (_platform is not null)
        {
            await _platform.DisposeAsync();
        }
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Sentence_BecomesAnAgentThatRunsThreeTimesAndRemembers_WhenItIsDueEverySecond()
    {
        var brief = new AgentBrief(
            "Every second add up expenses.csv and tell me when the total passes 1000",
            Name: null,
            TimeZone: "Asia/Jerusalem",
            CreatedBy: "test"
        );
        var made = await Platform
            .GetRequiredService<AgentFactory>()
            .FromBriefAsync(brief, strict: true, new Progress<FactoryProgress>(), Cancelled);
        var agent = await GivenAgentAsync(Proved(made));
        await StartAsync();

        // Passed; still passed; back; passed again: told twice, because each run knows what the one before had told.
        string[] tables = ["amount\n700\n400\n", "amount\n700\n500\n", "amount\n700\n", "amount\n700\n600\n"];
        foreach (var table in tables)
        {
            Platform.GetRequiredService<Workspaces>().Of(agent.Id).Write("expenses.csv", Encoding.UTF8.GetBytes(table));
            await RunOnceMoreAsync();
        }
        await StopAsync();

        var runs = (await AllAsync<AgentRun>()).OrderBy(run => run.Number).ToList();
        runs.Count.ShouldBeGreaterThanOrEqualTo(tables.Length);
        runs.Select(run => run.Number).ShouldBe(Enumerable.Range(1, runs.Count));
        runs.ShouldAllBe(run => run.Outcome == "succeeded");
        (await AllAsync<InboxMessage>())
            .Select(message => message.Text)
            .ShouldBe([
                "expenses.csv: the total is 1,100, above 1,000.",
                "expenses.csv: the total is 1,300, above 1,000.",
            ]);
        var tasks = await AllAsync<AgentTask>();
        tasks.Select(task => task.ScheduledAt).ShouldBeUnique();
        tasks.ShouldAllBe(task => task.Trigger == TaskTrigger.Schedule);
    }

    [Theory]
    [InlineData(PlanTests, "test")]
    [InlineData(null, "smoke")]
    public async Task PlanAgent_IsImportedAndRunsUnchanged(string? tests, string trial)
    {
        var config = JsonSerializer.SerializeToNode(new { name = "you" })!.AsObject();

        var made = await Platform
            .GetRequiredService<AgentFactory>()
            .FromProgramAsync(
                PlanAgent,
                tests,
                "Greeter",
                config,
                strict: false,
                new Progress<FactoryProgress>(),
                Cancelled
            );
        var proved = Proved(made);
        var agent = await GivenAgentAsync(proved);
        await StartAsync();
        var started = await Platform
            .GetRequiredService<TaskControl>()
            .StartAsync(agent.Id, new ManualStart(), "test", Cancelled);
        var task = await Platform
            .GetRequiredService<TaskControl>()
            .WaitAsync(started.ShouldBeOfType<TaskAnswer.Accepted>().Task.Id, Cancelled);
        await StopAsync();

        (proved.Trial.Smoke ? "smoke" : "test").ShouldBe(trial);
        proved.Report.Manifest.Tools.ShouldBeEmpty();
        task!.Status.ShouldBe(AgentTaskStatus.Completed);
        JsonDocument.Parse(task.Result!).RootElement.GetProperty("greeting").GetString().ShouldBe("hello you");
        (await AllAsync<AgentRun>()).Single().Log.ShouldBe("hello from the log\ncleaned up\n");
    }

    private static FactoryResult.Proved Proved(FactoryResult made) =>
        made.ShouldBeOfType<FactoryResult.Proved>(
            made is FactoryResult.NotProved not
                ? string.Join('\n', [.. not.Report.Findings.Select(f => f.ToString()), $"{not.Trial}"])
                : made.ToString()
        );

    private ServiceProvider NewPlatform()
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddLogging();
        services.AddMetrics();
        services.AddStorage(storage =>
        {
            storage.Home = Database.Options.Home;
            storage.DatabaseUrl = Database.Options.DatabaseUrl;
        });
        services.AddSandbox();
        services.AddSecrets();
        services.AddAgents();
        services.AddHandoffs();
        services.AddTools();
        services.AddExecution();
        services.AddFactory();
        services.AddHarness();
        services.Configure<FactoryOptions>(factory => factory.RuffFolder = Repository.Folder("runtime", "ruff"));
        return services.BuildServiceProvider();
    }

    private async Task<Agent> GivenAgentAsync(FactoryResult.Proved proved)
    {
        var change = await Platform
            .GetRequiredService<AgentRegister>()
            .CreateAsync(
                new NewAgent
                {
                    Name = proved.Agent.Name,
                    Description = "An agent of a test, made by sentence or imported.",
                    Status = AgentStatus.Active,
                    Config = proved.Agent.Config.ToJsonString(),
                    Code = proved.Agent.Code,
                    Tests = proved.Agent.Tests,
                    Manifest = proved.Report.Manifest,
                    Grant = proved.Report.Manifest,
                    Hash = proved.Hash,
                    Origin = proved.Agent.Origin,
                    CreatedBy = "test",
                },
                Cancelled
            );
        return change.ShouldBeOfType<AgentChange.Done>().Agent.Agent;
    }

    /// <summary>Moves the database's clock by a second, and waits for the end of a run that started after that.</summary>
    private async Task RunOnceMoreAsync()
    {
        var before = await NowAsync();
        await Database.ShiftClockAsync(TimeSpan.FromSeconds(1), Cancelled);
        while ((await AllAsync<AgentRun>()).All(run => run.StartedAt < before))
        {
            await Task.Delay(20, Cancelled);
        }
    }

    private async Task<List<T>> AllAsync<T>()
        where T : class
    {
        await using var db = CreateDb();
        return await db.Set<T>().AsNoTracking().ToListAsync(Cancelled);
    }

    private async Task StartAsync()
    {
        foreach (var service in Platform.GetServices<IHostedService>())
        {
            await service.StartAsync(Cancelled);
        }
    }

    private Task StopAsync() =>
        Task.WhenAll(Platform.GetServices<IHostedService>().Select(service => service.StopAsync(Cancelled)));
}
