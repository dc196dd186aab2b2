using Project38.Contracts;
using Project38.Testing;

namespace Project38.Client.Tests;

/// <summary>The example of the client's README, as it is compiled and run here.</summary>
public sealed class ReadmeTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task Example_Runs()
    {
        Environment.SetEnvironmentVariable("P38_HOME", server.Home);

        await ExampleAsync();

        using var p38 = P38Client.FromHome();
        (await p38.Tasks.SummaryAsync(TestContext.Current.CancellationToken)).Completed.ShouldBe(1);
    }

    [Fact]
    public void Example_IsThatOfTheReadme()
    {
        var readme = File.ReadAllText(Repository.Folder("src", "Project38.Client", "README.md"));
        var here = File.ReadAllText(Repository.Folder("tests", "Project38.Client.Tests", "ReadmeTests.cs"));

        var shown = readme.Split("```csharp\n")[1].Split("```")[0].Split("\n\n", 2)[1];
        var compiled = here.Split("// README\n")[1].Split("        // END")[0];

        shown.ShouldBe(compiled.Replace("\n        ", "\n", StringComparison.Ordinal).TrimStart());
    }

    private static async Task ExampleAsync()
    {
        // README
        using var p38 = P38Client.FromHome(); // the server of ~/.p38, as `p38 up` runs it
        var agent = await p38.Agents.CreateAsync(
            new CreateAgentRequest { Description = "Every day at 8 remind me to stretch" },
            step => Console.WriteLine(step.Text)
        );
        var run = await p38.Agents.RunAsync(agent.Id, new ExecuteAgentRequest { DryRun = true });
        Console.WriteLine($"{run.Status}, {run.Run!.Steps.Count} steps");
        await foreach (var task in p38.Tasks.ListAsync(agent.Id))
        {
            Console.WriteLine($"{task.ScheduledAt} {task.Status}");
        }
        // END
    }
}
