using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Execution.Programs;
using Project38.Sandbox;
using Project38.Testing;

namespace Project38.Server.Tests.Api;

public sealed class SandboxApiTests(SqliteServerFixture fixture, SqliteFixture databases)
    : IClassFixture<SqliteServerFixture>
{
    private const string Path = "/api/sandbox/runs";

    private TestServer Server => fixture.Server;

    [Fact]
    public async Task Run_TellsHowItEndedAndWhatItUsed_WhenItEndsByItself()
    {
        var answer = await RunAsync(
            """
            import sys

            print("one")
            print("two", file=sys.stderr)
            print("שלום")
            print(repr(sys.stdin.read()))
            sys.exit(3)
            """
        );

        answer.Status.ShouldBe(200, answer.Text);
        answer.Body.ShouldHaveFields(
            "level: string",
            "ending: string",
            "exit_code: integer",
            "signal: null",
            "reason: string",
            "wall_seconds: number",
            "cpu_seconds: number",
            "peak_memory_bytes: integer",
            "file_bytes: integer",
            "printed_bytes: integer",
            "printed: string"
        );
        Ending(answer).ShouldBe("exited");
        answer.Body.GetProperty("exit_code").GetInt32().ShouldBe(3);
        answer.Body.GetProperty("reason").GetString().ShouldBe("It exited with 3.");
        Printed(answer).ShouldBe("one\ntwo\nשלום\n''\n");
        answer.Body.GetProperty("printed_bytes").GetInt64().ShouldBe(20);
        answer.Body.GetProperty("wall_seconds").GetDouble().ShouldBeGreaterThan(0);
        answer.Body.GetProperty("cpu_seconds").GetDouble().ShouldBeGreaterThan(0);
        answer.Body.GetProperty("peak_memory_bytes").GetInt64().ShouldBeGreaterThan(1024 * 1024);
    }

    [Fact]
    public async Task Run_IsContainedAsAnAgentsRunIs()
    {
        const string Look =
            "[str(sys.flags), sys.executable, os.getcwd(), os.getuid() > 0, os.getgid() > 0, sorted(os.listdir(\"/\"))]";
        var agent = await Server.ImportAsync(
            Programs.Turning($"return {{\"status\": \"success\", \"result\": {Look}}}")
        );

        var alone = await RunAsync($"import json, os, sys\n\nprint(json.dumps({Look}))\n");
        var run = await Server.PostAsync(
            $"/api/agents/{agent}/execute",
            new JsonObject { ["config"] = new JsonObject { ["bad"] = true } }
        );

        var seen = JsonNode.Parse(Printed(alone))!;
        seen[5]!.AsArray().Add("p38"); // the library, which an agent has besides
        seen[5] = new JsonArray([.. seen[5]!.AsArray().Select(name => (string)name!).Order(StringComparer.Ordinal)]);
        var seenByAgent = JsonNode.Parse(run.Body.GetProperty("result").GetRawText())!;
        JsonNode.DeepEquals(seen, seenByAgent).ShouldBeTrue($"{seen}\n{seenByAgent}");
    }

    [Theory]
    [InlineData("while True: pass", "timeout", 1, "timed_out", "It ran longer than 1 s.")]
    [InlineData("x = bytearray(10**9)", "memory_mb", 64, "out_of_memory", "It needed more than 64 MB of memory.")]
    [InlineData("while True: print('x' * 100000)", null, 0, "output_exceeded", "It printed more than 10 MB.")]
    [InlineData("import os; os.kill(os.getpid(), 11)", null, 0, "signalled", "Signal 11 ended it.")]
    [InlineData("import os; os.close(2); os._exit(0)", null, 0, "exited", "It exited with 0.")]
    [InlineData("", null, 0, "exited", "It exited with 0.")]
    [InlineData(
        "import os, time\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        time.sleep(600)\n",
        "timeout",
        2,
        "timed_out",
        "It ran longer than 2 s. It wanted more than the 64 processes and threads that it may have."
    )]
    [InlineData(
        "open('/tmp/x', 'wb').write(bytes(70 * 2**20))",
        null,
        0,
        "exited",
        "It exited with 1. It filled a folder that it may write to: /work and /tmp hold 64 MB each, /dev/shm 16 MB at most."
    )]
    public async Task Run_TellsTheEnding(string code, string? limit, int value, string ending, string reason)
    {
        var request = new JsonObject { ["code"] = code };
        if (limit is not null)
        {
            request[limit] = value;
        }

        var answer = await Server.PostAsync(Path, request);

        answer.Status.ShouldBe(200, answer.Text);
        (Ending(answer), answer.Body.GetProperty("reason").GetString()).ShouldBe((ending, reason));
    }

    [Fact]
    public async Task Run_GivesTheFirstMegabyte_WhenItPrintsMore()
    {
        var answer = await RunAsync("print('x' * 3_000_000)");

        answer.Body.GetProperty("printed_bytes").GetInt64().ShouldBe(3_000_001);
        Printed(answer).ShouldBe(new string('x', ProgramExecutor.MaxPrinted));
    }

    [Fact]
    public async Task Run_IsAtAWeakerLevel_WhenOneIsAskedFor()
    {
        const string Forks = "import os\n\nprint(os.fork() >= 0)\n";

        var weaker = await RunAsync(Forks, "no-cgroup");
        var again = await RunAsync(Forks, "no-cgroup");
        var strongest = await RunAsync(Forks, "full");

        (Level(weaker), Level(again), Level(strongest)).ShouldBe(("no-cgroup", "no-cgroup", "full"));
        Printed(weaker).ShouldContain("PermissionError");
        weaker.Body.GetProperty("peak_memory_bytes").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        Printed(strongest).ShouldContain("True");
    }

    [Fact]
    public async Task Run_IsUnavailable_WhenLevelDegradedIsAskedForAndNotAllowed()
    {
        var answer = await RunAsync("print(1)", "degraded");

        answer.ShouldBeProblem(503, "This machine contains a program at level 'none', and 'no-cgroup' is the least.");
        answer.Text.ShouldContain("P38_SANDBOX_LEAST=degraded");
        answer.Headers.RetryAfter.ShouldBeNull();
    }

    [Fact]
    public async Task Run_IsRefused_WhenItIsGivenFewerProcessesThanItsSandboxTakes()
    {
        var few = new JsonObject { ["code"] = "print(1)", ["processes"] = SandboxLimits.LeastProcesses - 1 };

        var answer = await Server.PostAsync(Path, few);

        answer.ShouldBeProblem(422, $"processes must be {SandboxLimits.LeastProcesses} at least");
        answer.WrongFields.ShouldBe(["processes"]);
    }

    [Fact]
    public async Task Health_IsDegraded_WhenRunsAreAndThatIsAllowed()
    {
        await using var server = await TestServer.StartAsync(
            databases,
            TestContext.Current.CancellationToken,
            sandbox: SandboxLevel.Degraded,
            leastSandbox: SandboxLevel.Degraded
        );

        var run = await server.PostAsync(Path, new JsonObject { ["code"] = "import os; print(os.getcwd())" });
        var health = await server.GetAsync("/health");

        Level(run).ShouldBe("degraded");
        Printed(run).ShouldEndWith("/work\n");
        health.Body.GetProperty("sandbox").GetString().ShouldBe("degraded");
        health.Body.GetProperty("status").GetString().ShouldBe("degraded");
    }

    [Fact]
    public async Task Run_IsRefused_WhenTheLevelIsStrongerThanTheMachines()
    {
        var answer = await RunAsync("print(1)", "vm");

        answer.ShouldBeProblem(422, "level is 'vm', and this machine contains a program at 'full' at most.");
    }

    [Fact]
    public async Task Run_NamesEveryFieldThatIsWrong()
    {
        var answer = await Server.PostAsync(
            Path,
            new JsonObject
            {
                ["code"] = new string('x', 1024 * 1024 + 1),
                ["level"] = "none",
                ["timeout"] = 0,
                ["memory_mb"] = 8,
                ["cpu_percent"] = 101,
                ["processes"] = 5000,
                ["cpu"] = 1,
            }
        );

        answer.ShouldBeProblem(422, "timeout must be a number of seconds from 1 to 86400");
        answer.WrongFields.ShouldBe(["code", "cpu", "cpu_percent", "level", "memory_mb", "processes", "timeout"]);
    }

    [Fact]
    public async Task Run_IsUnavailable_WhenNothingHereContainsAProgram()
    {
        await using var bare = await TestServer.StartAsync(
            databases,
            TestContext.Current.CancellationToken,
            sandbox: SandboxLevel.None
        );

        var answer = await bare.PostAsync(Path, new JsonObject { ["code"] = "print(1)\n" });

        answer.ShouldBeProblem(503, "This machine contains a program at level 'none', and 'no-cgroup' is the least.");
    }

    [Fact]
    public async Task Run_IsRefusedForAMoment_WhenAsManyRunAsMay()
    {
        var programs = Server.Running.App.Services.GetRequiredService<ProgramExecutor>();
        using var end = new CancellationTokenSource();
        var spec = new ProgramSpec("import time\n\ntime.sleep(600)\n", null, new SandboxLimits());
        var running = Enumerable.Range(0, ProgramExecutor.MostAtOnce).Select(_ => programs.RunAsync(spec, end.Token));
        var all = Task.WhenAll([.. running]);

        var answer = await RunAsync("print(1)\n");
        await end.CancelAsync();
        await all.WaitAsync(TestContext.Current.CancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);

        answer.ShouldBeProblem(429, "4 programs run in the sandbox already, which is the most.");
        answer.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(5));
        (await RunAsync("print(1)\n")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Run_IsKilled_WhenItsClientLeaves()
    {
        var name = $"p38-{Guid.NewGuid():N}"[..15];
        var code = $"import time\n\nopen('/proc/self/comm', 'w').write('{name}')\ntime.sleep(600)\n";
        using var leaves = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, Path);
        request.Content = TestServer.JsonContent(new JsonObject { ["code"] = code }.ToJsonString());
        request.Headers.Add("Idempotency-Key", name);

        var answer = Server.Http.SendAsync(request, leaves.Token);
        await UntilAsync(() => IsRunning(name));
        await leaves.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => answer);
        await UntilAsync(() => !IsRunning(name));
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        while (!isSo())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken);
        }
    }

    private static bool IsRunning(string name) =>
        Directory.EnumerateDirectories("/proc").Any(process => NameOf(process) == name);

    private static string? NameOf(string process)
    {
        try
        {
            return File.ReadAllText(System.IO.Path.Join(process, "comm")).Trim();
        }
        catch (IOException)
        {
            return null; // no process, or one that has just ended
        }
    }

    private Task<Answer> RunAsync(string code, string? level = null) =>
        Server.PostAsync(Path, new JsonObject { ["code"] = code, ["level"] = level });

    private static string Ending(Answer answer) => answer.Body.GetProperty("ending").GetString()!;

    private static string Level(Answer answer) => answer.Body.GetProperty("level").GetString()!;

    private static string Printed(Answer answer) => answer.Body.GetProperty("printed").GetString()!;
}
