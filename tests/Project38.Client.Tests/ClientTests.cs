using System.Text.Json;
using Project38.Contracts;

namespace Project38.Client.Tests;

/// <summary>Every method, against a real server.</summary>
public sealed class ClientTests(RunningServer server) : IClassFixture<RunningServer>, IDisposable
{
    private readonly P38Client _p38 = P38Client.FromHome(server.Home);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _p38.Dispose();

    [Fact]
    public async Task Create_TellsOfEachStep()
    {
        var steps = new List<string>();

        var made = await _p38.Agents.CreateAsync(
            new CreateAgentRequest { Description = "Remind me every day at 9 to stretch" },
            step => steps.Add(step.Step),
            Cancelled
        );

        made.Schedule.ShouldBe("0 9 * * *");
        steps.Count.ShouldBeGreaterThanOrEqualTo(3);
        (await _p38.Agents.GetAsync(made.Id, Cancelled)).Name.ShouldBe(made.Name);
    }

    [Fact]
    public async Task Hooks_AreAddedListedAndRemoved()
    {
        var agent = await _p38.ImportAsync(Programs.Greets);

        var added = await _p38.Agents.AddHookAsync(agent.Id, new AddHookRequest { Name = "GitHub" }, Cancelled);
        var listed = await _p38.Agents.HooksAsync(agent.Id, Cancelled);
        await _p38.Agents.RemoveHookAsync(agent.Id, added.Id, Cancelled);

        added.Address.ShouldContain("/api/hooks/");
        $"{added}".ShouldNotContain("/api/hooks/");
        listed.ShouldHaveSingleItem().Name.ShouldBe("GitHub");
        (await _p38.Agents.HooksAsync(agent.Id, Cancelled)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Channels_AreSetUpTriedAndRemoved()
    {
        var request = new PutChannelRequest
        {
            Kind = "email-smtp",
            Settings = new Dictionary<string, string>
            {
                ["host"] = "127.0.0.1",
                ["from"] = "a@example.org",
                ["to"] = "b@example.org",
            },
        };

        var put = await _p38.PutChannelAsync("mail", request, Cancelled);
        var read = await _p38.ChannelAsync("mail", Cancelled);
        var tested = await _p38.TestChannelAsync("mail", Cancelled);
        await _p38.RemoveChannelAsync("mail", Cancelled);

        put.Kind.ShouldBe("email-smtp");
        read.Settings["to"].ShouldBe("b@example.org");
        tested.Delivered.ShouldBeFalse();
        (await _p38.ChannelsAsync(Cancelled)).ShouldHaveSingleItem().Name.ShouldBe("inbox");
    }

    [Fact]
    public async Task Create_ThrowsWhatTheServerSays_WhenItIsRefused()
    {
        var unserved = await RefusedAsync("buy ten shares of Tesla every morning");
        var wrong = await RefusedAsync("short");

        unserved.Status.ShouldBe(422);
        unserved.Message.ShouldContain("ANTHROPIC_API_KEY");
        unserved.Errors.ShouldBeEmpty();
        wrong.Errors.Keys.ShouldBe(["description"]);
    }

    [Fact]
    public async Task Import_StopsAtTheServerToo_WhenItIsCancelled()
    {
        using var stop = new CancellationTokenSource();
        var request = new ImportAgentRequest
        {
            Code = Programs.Greets,
            Tests = "import time\n\n\ndef test_all():\n    time.sleep(50)\n",
            Name = "Never made",
            StrictValidation = false,
        };

        var stopped = await Assert.ThrowsAsync<MakingStoppedException>(() =>
            _p38.Agents.ImportAsync(
                request,
                step =>
                {
                    if (step.Step == "checked")
                    {
                        stop.Cancel();
                    }
                },
                stop.Token
            )
        );

        stopped.State!.Status.ShouldBe("cancelled");
        (await _p38.Agents.ListAsync(cancellationToken: Cancelled).ToListAsync(Cancelled)).ShouldNotContain(agent =>
            agent.Name == "Never made"
        );
    }

    [Fact]
    public async Task Run_LeavesItsTraces()
    {
        var agent = await _p38.ImportAsync(Programs.Greets);

        var ran = await _p38.Agents.RunAsync(agent.Id, cancellationToken: Cancelled);
        var logs = await _p38.Tasks.LogsAsync(ran.TaskId, Cancelled);
        var message = (
            await _p38.InboxAsync(unread: true, agent.Id, cancellationToken: Cancelled)
        ).ShouldHaveSingleItem();
        var read = await _p38.ReadMessageAsync(message.Id, Cancelled);
        var handoff = await _p38.Agents.HandoffAsync(agent.Id, Cancelled);
        var handoffs = await _p38.Agents.HandoffsAsync(agent.Id, cancellationToken: Cancelled);
        await _p38.Agents.ResetHandoffAsync(agent.Id, Cancelled);

        (ran.Status, ran.Result?.GetString()).ShouldBe(("completed", "שלום"));
        (await _p38.Tasks.GetAsync(ran.TaskId, Cancelled)).Status.ShouldBe("completed");
        logs.Runs[0].Steps[0].Tool.ShouldBe("notifications.send");
        message.Text.ShouldBe("שלום");
        read.ReadAt.ShouldNotBeNull();
        handoff.NextRun.ShouldBe(2);
        handoffs[0].Observations[0].Text.ShouldBe("greeted");
        (await _p38.Agents.HandoffAsync(agent.Id, Cancelled)).Fresh.ShouldBeTrue();
        (await _p38.Tasks.RetryAsync(ran.TaskId, Cancelled)).Id.ShouldBe(ran.TaskId);
        (await _p38.Tasks.SummaryAsync(Cancelled)).Total.ShouldBeGreaterThanOrEqualTo(1);
    }

    [Fact]
    public async Task Run_ChangesNothing_WhenItIsDry()
    {
        var agent = await _p38.ImportAsync(Programs.Greets);

        var ran = await _p38.Agents.RunAsync(agent.Id, new ExecuteAgentRequest { DryRun = true }, Cancelled);

        ran.Run!.Steps.ShouldHaveSingleItem().Outcome.ShouldBe("recorded");
        (await _p38.InboxAsync(agentId: agent.Id, cancellationToken: Cancelled)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Tasks_AreCancelledAndHidden()
    {
        var agent = await _p38.ImportAsync(Programs.Waits);
        var config = JsonElement.Parse("""{"seconds": 60}""");
        var task = await _p38.Agents.StartAsync(agent.Id, new ExecuteAgentRequest { Config = config }, Cancelled);

        await _p38.Tasks.CancelAsync(task.Id, Cancelled);
        var again = await Should.ThrowAsync<ApiException>(() => _p38.Tasks.CancelAsync(task.Id, Cancelled));
        await _p38.Tasks.HideAsync(task.Id, Cancelled);
        var hidden = await Should.ThrowAsync<ApiException>(() => _p38.Tasks.GetAsync(task.Id, Cancelled));

        (again.Status, hidden.Status).ShouldBe((409, 404));
    }

    [Fact]
    public async Task Update_IsRefused_WhenSomebodyWasFaster()
    {
        var agent = await _p38.ImportAsync(Programs.Greets);
        var (_, tag) = await _p38.Agents.GetTaggedAsync(agent.Id, Cancelled);
        await _p38.Agents.UpdateAsync(agent.Id, new UpdateAgentRequest { Name = "first" }, tag, Cancelled);

        var changed = await Should.ThrowAsync<ApiException>(() =>
            _p38.Agents.UpdateAsync(agent.Id, new UpdateAgentRequest { Name = "second" }, tag, Cancelled)
        );
        var kept = await Should.ThrowAsync<ApiException>(() => _p38.Agents.DeleteAsync(agent.Id, tag, Cancelled));

        (changed.Status, kept.Status).ShouldBe((412, 412));
        (await _p38.Agents.GetAsync(agent.Id, Cancelled)).Name.ShouldBe("first");
    }

    [Fact]
    public async Task Agents_ArePausedResumedAndStopped()
    {
        var agent = await _p38.ImportAsync(Programs.Greets);

        (await _p38.Agents.PauseAsync(agent.Id, Cancelled)).Status.ShouldBe("paused");
        (await _p38.Agents.ResumeAsync(agent.Id, Cancelled)).Status.ShouldBe("active");
        (await _p38.Agents.StopAsync(agent.Id, Cancelled)).Status.ShouldBe("stopped");
    }

    [Fact]
    public async Task Versions_ComeAndGo()
    {
        var made = await _p38.Agents.CreateAsync(
            new CreateAgentRequest
            {
                Description = "Every 5 minutes check http://example.com and tell me when it is down",
            },
            cancellationToken: Cancelled
        );

        var edit = await _p38.Agents.EditAsync(
            made.Id,
            new EditAgentRequest { Wish = "only after 3 failures in a row", Activate = true },
            cancellationToken: Cancelled
        );
        var numbers = await _p38.Agents.VersionsAsync(made.Id, cancellationToken: Cancelled).ToListAsync(Cancelled);

        edit.Version.Number.ShouldBe(2);
        numbers.Select(version => version.Number).ShouldBe([2, 1]);
        (await _p38.Agents.DiffAsync(made.Id, cancellationToken: Cancelled)).Config.ShouldContain("+");
        (await _p38.Agents.VersionAsync(made.Id, 1, Cancelled)).Schedule.ShouldBe("*/5 * * * *");
        (await _p38.Agents.RollbackAsync(made.Id, 1, cancellationToken: Cancelled)).Version.ShouldBe(1);
        (await _p38.Agents.ActivateAsync(made.Id, 2, cancellationToken: Cancelled)).Version.ShouldBe(2);
        (await _p38.Agents.HistoryAsync(made.Id, cancellationToken: Cancelled).CountAsync(Cancelled)).ShouldBe(2);
    }

    [Fact]
    public async Task Lists_EndWhereTheyAreToldTo()
    {
        var agent = await _p38.ImportAsync(Programs.Greets, "listed");
        await _p38.Agents.RunAsync(agent.Id, cancellationToken: Cancelled);
        await _p38.Agents.RunAsync(agent.Id, cancellationToken: Cancelled);

        var all = _p38.Tasks.ListAsync(agent.Id, cancellationToken: Cancelled);
        var newest = await _p38.Tasks.ListAsync(agent.Id, "completed", most: 1, Cancelled).ToListAsync(Cancelled);

        (await all.CountAsync(Cancelled)).ShouldBe(2);
        newest.ShouldHaveSingleItem().Id.ShouldBe((await all.FirstAsync(Cancelled)).Id);
        (
            await _p38.Agents.ListAsync("paused", "nobody", cancellationToken: Cancelled).AnyAsync(Cancelled)
        ).ShouldBeFalse();
    }

    [Fact]
    public async Task Files_HaveAnyNameAndAnyBytes()
    {
        const string Name = "a b/שלום #1.bin";
        var agent = await _p38.ImportAsync(Programs.Greets);
        byte[] bytes = [0, 255];
        using var copy = new MemoryStream();

        await _p38.Agents.PutFileAsync(agent.Id, Name, bytes, Cancelled);
        var listed = await _p38.Agents.FilesAsync(agent.Id, Cancelled);
        await _p38.Agents.GetFileAsync(agent.Id, Name, copy, Cancelled);
        await _p38.Agents.DeleteFileAsync(agent.Id, Name, Cancelled);

        listed.ShouldHaveSingleItem().Path.ShouldBe(Name);
        copy.ToArray().ShouldBe(bytes);
        (await _p38.Agents.FilesAsync(agent.Id, Cancelled)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("../../7")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("/")]
    public async Task Files_StayInTheirWorkspace(string path) =>
        await Should.ThrowAsync<ArgumentException>(() => _p38.Agents.DeleteFileAsync(1, path, Cancelled));

    [Fact]
    public async Task TheRest_Answers()
    {
        var preview = await _p38.PreviewScheduleAsync(
            new PreviewScheduleRequest
            {
                Schedule = "30 9 * * 1-5",
                Timezone = "Asia/Jerusalem",
                After = DateTimeOffset.Parse("2026-11-26T00:00:00Z", null),
                Count = 1,
            },
            Cancelled
        );
        var agent = await _p38.ImportAsync(Programs.Greets);
        var check = await _p38.CheckAsync(new CheckRequest { Code = "import os\nos.system('ls')\n" }, Cancelled);
        var run = await _p38.RunInSandboxAsync(new SandboxRunRequest { Code = "print(1)\n" }, Cancelled);
        await _p38.PutSecretAsync("EXAMPLE", "value", Cancelled);
        var secrets = await _p38.SecretsAsync(Cancelled);
        await _p38.DeleteSecretAsync("EXAMPLE", Cancelled);
        await _p38.Agents.DeleteAsync(agent.Id, cancellationToken: Cancelled);

        preview.Next.ShouldHaveSingleItem().ShouldBe(DateTimeOffset.Parse("2026-11-26T07:30:00Z", null));
        check.Passed.ShouldBeFalse();
        (run.Ending, run.ExitCode, run.Printed).ShouldBe(("exited", 0, "1\n"));
        secrets.ShouldContain(secret => secret.Name == "EXAMPLE");
        (
            await Should.ThrowAsync<ApiException>(() =>
                _p38.Agents.ScheduleAsync(agent.Id, cancellationToken: Cancelled)
            )
        ).Status.ShouldBe(404);
        (await _p38.HealthAsync(Cancelled)).Status.ShouldBe("healthy");
        (await _p38.PythonsAsync(Cancelled)).ShouldBeEmpty();
        (
            await Should.ThrowAsync<ApiException>(() =>
                _p38.AddPythonAsync(new AddPythonRequest { Name = "data", Packages = ["-r"] }, Cancelled)
            )
        ).Status.ShouldBe(422);
        (await Should.ThrowAsync<ApiException>(() => _p38.RemovePythonAsync("data", Cancelled))).Status.ShouldBe(404);
        (await _p38.SystemAsync(Cancelled)).Mode.ShouldBe("up");
        (await _p38.UsageAsync("Asia/Jerusalem", Cancelled)).Ever.Runs.ShouldBeGreaterThanOrEqualTo(0);
        (
            await Should.ThrowAsync<ApiException>(() => _p38.Agents.UsageAsync(agent.Id, cancellationToken: Cancelled))
        ).Status.ShouldBe(404);
        await Should.ThrowAsync<ArgumentException>(() => _p38.DeleteSecretAsync("..", Cancelled));
    }

    private Task<ApiException> RefusedAsync(string description) =>
        Should.ThrowAsync<ApiException>(() =>
            _p38.Agents.CreateAsync(new CreateAgentRequest { Description = description }, cancellationToken: Cancelled)
        );
}
