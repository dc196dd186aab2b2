using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Agents;
using Project38.Core.Execution;
using Project38.Core.Harness.Queue;
using Project38.Core.Storage;
using Project38.Core.Tools;
using Project38.Core.Tools.Sessions;
using Project38.Sandbox;
using Project38.Testing;

namespace Project38.Core.Tests.Execution;

/// <summary>Ends that are not clean: what is said is told from what happens, and nothing is left behind.</summary>
public sealed class RunEndTests(SqliteFixture fixture) : DatabaseContract(fixture)
{
    private const string Finish =
        "os.write(201, b'{\"jsonrpc\":\"2.0\",\"id\":99,\"method\":\"p38/finish\",\"params\":{\"outcome\":\"success\",\"result\":1}}\\n')";

    public static TheoryData<SandboxLevel> Levels => [SandboxLevel.Full, SandboxLevel.NoCgroup, SandboxLevel.Degraded];

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task Execute_KeepsWhatWasSaid_WhenTheProcessDoesNotExitAfterIt(SandboxLevel level)
    {
        var result = await RunAsync(level, $"import os\n        {Finish}\n        while True: pass");

        result.ShouldBeOfType<RunResult.Succeeded>(Shown(result)).Output.GetInt32().ShouldBe(1);
        result.Trace.Exit.ShouldNotBeNull().Usage.WallTime.ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task Execute_CountsOneEndOnly_WhenTheAgentForgesOneAndThenReturnsAnother(SandboxLevel level)
    {
        var result = await RunAsync(level, $"import os\n        {Finish}\n        raise ValueError('late')");

        // The forger is the agent itself: it could as well have returned 1.
        result.ShouldBeOfType<RunResult.Succeeded>(Shown(result)).Output.GetInt32().ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task Execute_IsNoSuccess_WhenMemoryEndsTheRunAfterItsEnd(SandboxLevel level)
    {
        var body = $"import os\n        {Finish}\n        x = [b'x' * 1000000 for _ in iter(int, 1)]";

        // Little memory: there are two seconds for it, also on a slow machine.
        var result = await RunAsync(level, body, megabytes: 64);

        // Without a cgroup, Python is refused the memory and ends in its own way: what was said before stands.
        if (result.Trace.Exit.ShouldNotBeNull().Level <= SandboxLevel.NoCgroup)
        {
            _ = result.ShouldBeOfType<RunResult.Succeeded>(Shown(result));
        }
        else
        {
            _ = result.ShouldBeOfType<RunResult.OutOfMemory>(Shown(result));
        }
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task Execute_TimesOut_WhenCleanupHangs(SandboxLevel level)
    {
        var body = """
            return {"status": "success"}

                async def cleanup(self):
                    while True:
                        pass
            """;

        var result = await RunAsync(level, body);

        _ = result.ShouldBeOfType<RunResult.TimedOut>(Shown(result));
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task Execute_LeavesNothingBehind_WhenThreadsAndChildrenOutliveTheEnd(SandboxLevel level)
    {
        var marker = $"p38-left-{Guid.NewGuid():n}";
        var body = $$"""
            import atexit, os, subprocess, sys, threading, time
                    threading.Thread(target=time.sleep, args=(1000,)).start()
                    atexit.register(time.sleep, 1000)
                    child = "import os, time; os.setsid(); print('ready', flush=True); time.sleep(1000)"
                    try:
                        one = subprocess.Popen([sys.executable, "-c", child, "{{marker}}"], stdout=subprocess.PIPE)
                        one.stdout.readline()
                        if os.fork() == 0:
                            os.execv(sys.executable, [sys.executable, "-c", child, "{{marker}}"])
                        started = True
                    except PermissionError:
                        started = False
                    return {"status": "success", "result": started}
            """;

        var result = await RunAsync(level, body);

        var succeeded = result.ShouldBeOfType<RunResult.Succeeded>(Shown(result));
        // Without a cgroup nothing counts processes, so a run may have none but its own.
        succeeded.Output.GetBoolean().ShouldBe(result.Trace.Exit!.Level >= SandboxLevel.Full);
        CommandLines().ShouldNotContain(line => line.Contains(marker));
    }

    [Fact]
    public async Task Execute_SaysWhatItWantedMoreOf_WhenItRanOutOfTime()
    {
        var body = """
            import threading, time
                    while True:
                        try:
                            threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
                        except RuntimeError:
                            time.sleep(600)
            """;

        var result = await RunAsync(SandboxLevel.Full, body, seconds: 5);

        _ = result.ShouldBeOfType<RunResult.TimedOut>(Shown(result));
        Verdict
            .ErrorOf(result)
            .ShouldStartWith(
                "It ran longer than its 5 s (config key 'timeout'). "
                    + "It wanted more than the 64 processes and threads that it may have."
            );
    }

    private static IEnumerable<string> CommandLines()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(path => int.TryParse(path[6..], out _)))
        {
            var line = "";
            try
            {
                line = File.ReadAllText(Path.Join(folder, "cmdline"));
            }
            catch (IOException)
            {
                // It has just ended.
            }

            yield return line;
        }
    }

    private async Task<RunResult> RunAsync(SandboxLevel level, string body, int seconds = 10, int megabytes = 128)
    {
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddStorage(options => options.Home = Database.Options.Home)
            .AddSandbox()
            .Configure<SandboxOptions>(options => (options.MaxLevel, options.MinLevel) = (level, SandboxLevel.Degraded))
            .AddTools()
            .AddExecution()
            .BuildServiceProvider();
        var request = new RunRequest
        {
            AgentId = 7,
            TeamId = Team.Default,
            TaskId = 42,
            Code = $"""
                class Agent:
                    def __init__(self, config):
                        pass

                    async def execute(self):
                        {body}
                """,
            Config = JsonElement.Parse("{}"),
            Grant = Manifest.Empty,
            Handoff = null,
            RunNumber = 1,
            Limits = new SandboxLimits
            {
                Timeout = TimeSpan.FromSeconds(seconds),
                MemoryBytes = megabytes * 1024L * 1024,
            },
            Lease = AlwaysHeld.Instance,
        };
        return await services.GetRequiredService<RunExecutor>().ExecuteAsync(request, Cancelled);
    }

    private static string Shown(RunResult result) => $"{result}\n{result.Trace.Log}";
}
