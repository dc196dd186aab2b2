using System.Text.Json;
using Project38.Contracts;

namespace Project38.Client.Tests;

/// <summary>What happens, as it happens, also over the end of a server.</summary>
public sealed class FollowTests : IAsyncLifetime
{
    private readonly RunningServer _server = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Task_IsFollowedToItsEnd_AndFromAnyEventOn()
    {
        using var p38 = P38Client.FromHome(_server.Home);
        var agent = await p38.ImportAsync(Programs.Greets);
        var task = await p38.Agents.StartAsync(agent.Id, cancellationToken: Cancelled);

        var all = await p38.Tasks.FollowAsync(task.Id, cancellationToken: Cancelled).ToListAsync(Cancelled);
        var rest = await p38.Tasks.FollowAsync(task.Id, all[^2].Id, Cancelled).ToListAsync(Cancelled);
        var none = await p38.Tasks.FollowAsync(task.Id, all[^1].Id, Cancelled).ToListAsync(Cancelled);

        string.Concat(all.OfType<TaskEvent.Printed>().Select(printed => printed.Log.Text)).ShouldBe("שלום\n");
        all.OfType<TaskEvent.Stepped>().ShouldHaveSingleItem().Step.Tool.ShouldBe("notifications.send");
        all[^1].ShouldBeOfType<TaskEvent.Ended>().Task.Status.ShouldBe("completed");
        rest.ShouldBe([all[^1]]);
        none.ShouldBeEmpty();
    }

    [Fact]
    public async Task Task_IsFollowedFurther_WhenTheServerComesBackElsewhere()
    {
        var notices = new List<ClientNotice>();
        using var p38 = P38Client.FromHome(_server.Home, new P38ClientOptions { Notice = notices.Add });
        var agent = await p38.ImportAsync(Programs.Waits);
        var config = JsonElement.Parse("""{"seconds": 60}""");
        var task = await p38.Agents.StartAsync(agent.Id, new ExecuteAgentRequest { Config = config }, Cancelled);
        var seen = new List<TaskEvent>();

        await foreach (var one in p38.Tasks.FollowAsync(task.Id, cancellationToken: Cancelled))
        {
            seen.Add(one);
            if (seen is [TaskEvent.Printed])
            {
                await _server.KillAsync();
                // The worker is dead, and a start by hand gets one run.
                await _server.StartAsync();
            }
        }

        seen[^1].ShouldBeOfType<TaskEvent.Ended>().Task.Status.ShouldBe("failed");
        notices.Count.ShouldBe(2);
        notices[0].ShouldBeOfType<ClientNotice.ServerLost>();
        notices[1].ShouldBeOfType<ClientNotice.ServerBack>().Url.ShouldBe(ServerAddress.OfHome(_server.Home).Url);
    }

    [Fact]
    public async Task Run_IsWaitedForOverARestart_AndIsNoSecondTask()
    {
        await _server.StopAsync();
        _server.Environment["P38_Harness__Workers__DrainLimit"] = "00:00:00";
        await _server.StartAsync();
        using var p38 = P38Client.FromHome(_server.Home);
        var agent = await p38.ImportAsync(Programs.Waits);
        var config = JsonElement.Parse("""{"seconds": 3}""");
        var run = p38.Agents.RunAsync(agent.Id, new ExecuteAgentRequest { Config = config }, Cancelled);
        using var other = P38Client.FromHome(_server.Home);
        while (!await other.Tasks.ListAsync(agent.Id, "running", cancellationToken: Cancelled).AnyAsync(Cancelled))
        {
            // Until it has begun.
        }

        await _server.StopAsync();
        await _server.StartAsync();
        var ended = await run;

        (ended.Status, ended.Result?.GetString()).ShouldBe(("completed", "waited"));
        ended.Run.ShouldNotBeNull().Attempt.ShouldBe(1);
        (await p38.Tasks.ListAsync(agent.Id, cancellationToken: Cancelled).ToListAsync(Cancelled))
            .ShouldHaveSingleItem()
            .Id.ShouldBe(ended.TaskId);
    }

    [Fact]
    public async Task Platform_IsFollowed()
    {
        using var p38 = P38Client.FromHome(_server.Home);
        var agent = await p38.ImportAsync(Programs.Greets);
        var first = p38.FollowAsync(agent.Id, "agent.changed", cancellationToken: Cancelled).FirstAsync(Cancelled);
        while (!first.IsCompleted)
        {
            // Whether it listens already cannot be asked; what happens again is heard once it does.
            await p38.Agents.PauseAsync(agent.Id, Cancelled);
            await p38.Agents.ResumeAsync(agent.Id, Cancelled);
        }

        (await first).Event.AgentId.ShouldBe(agent.Id);
    }
}
