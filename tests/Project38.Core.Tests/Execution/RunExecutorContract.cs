using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Agents;
using Project38.Core.Execution;
using Project38.Core.Handoffs;
using Project38.Core.Storage;
using Project38.Core.Tools;
using Project38.Core.Tools.Filesystem;
using Project38.Core.Tools.Sessions;
using Project38.Sandbox;
using Project38.Testing;

namespace Project38.Core.Tests.Execution;

/// <summary>Real runs in sandboxes that are made for each.</summary>
public sealed class FreshRunTests(SqliteFixture fixture) : RunExecutorContract(fixture, isForked: false);

/// <summary>Real runs where no namespaces can be made, and that is allowed.</summary>
public sealed class DegradedRunTests(SqliteFixture fixture)
    : RunExecutorContract(fixture, isForked: false, SandboxLevel.Degraded);

/// <summary>Real runs that are forked.</summary>
public sealed class ForkedRunTests(SqliteFixture fixture) : RunExecutorContract(fixture, isForked: true)
{
    [Fact]
    public async Task Execute_NamesWhatTheSandboxRefused_WhenTheRunFails()
    {
        var result = await ExecuteAsync(Request(Program("__import__('os').chroot('/')")));

        var error = result.ShouldBeOfType<RunResult.Failed>(Shown(result)).Error;
        error.ShouldStartWith("PermissionError: [Errno 1] Operation not permitted");
        error.ShouldEndWith("The sandbox refused these calls of the kernel: chroot.");
    }

    [Fact]
    public async Task Execute_ForksNothingTwice_WhenRunsFollowEachOther()
    {
        const string Body = """
            import os, random
                    open("/work/left", "x").close()
                    return {"status": "success", "result": [random.random(), os.listdir("/work"), os.listdir("/tmp")]}
            """;

        var results = new List<RunResult>();
        for (var run = 0; run < 4; run++)
        {
            results.Add(await ExecuteAsync(Request(Program(Body))));
        }

        var outputs = results
            .Select(result => result.ShouldBeOfType<RunResult.Succeeded>(Shown(result)).Output)
            .ToList();
        outputs.Select(output => output[0].GetDouble()).Distinct().Count().ShouldBe(4);
        outputs.ShouldAllBe(output => output[1].GetArrayLength() == 1 && output[2].GetArrayLength() == 0);
    }
}

/// <summary>Real runs: the real runner, in the real sandbox, with the real tools.</summary>
/// <param name="fixture">The database.</param>
/// <param name="isForked">Whether they are forked from what was got ready before.</param>
/// <param name="level">The strongest level that may be used.</param>
public abstract class RunExecutorContract(SqliteFixture fixture, bool isForked, SandboxLevel level = SandboxLevel.Vm)
    : DatabaseContract(fixture)
{
    private ServiceProvider? _services;

    /// <summary>Runs it, in the way that these tests are of.</summary>
    protected async Task<RunResult> ExecuteAsync(RunRequest request, CancellationToken? cancellationToken = null)
    {
        var executor = _services!.GetRequiredService<RunExecutor>();
        var result = await executor.ExecuteAsync(request, cancellationToken ?? Cancelled);
        (result.Trace.Exit!.Start != SandboxStart.Fresh).ShouldBe(isForked);
        (result.Trace.Exit.Level == SandboxLevel.Degraded).ShouldBe(level == SandboxLevel.Degraded);
        return result;
    }

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _services = new ServiceCollection()
            .AddLogging()
            .AddStorage(options => options.Home = Database.Options.Home)
            .AddSandbox()
            .Configure<SandboxOptions>(options => (options.MaxLevel, options.MinLevel) = (level, SandboxLevel.Degraded))
            .AddTools()
            .AddExecution()
            .BuildServiceProvider();
        if (isForked)
        {
            var any = new AgentProcessSpec { Mode = AgentProcessMode.Run, Code = "" };
            await _services.GetRequiredService<AgentProcess>().WarmAsync(any, Cancelled);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await _services!.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Execute_GivesTheResult_WhenAGoodAgentUsesItsTools()
    {
        var request = Request(
            """
            from p38 import handoff, tools


            class Agent:
                def __init__(self, config):
                    self.name = config["name"]

                async def execute(self):
                    await tools.filesystem.write_text("דוח.txt", "שלום " + self.name)
                    await tools.filesystem.append_text("דוח.txt", "!")
                    handoff.state["seen"] = handoff.state.get("seen", 0) + 1
                    handoff.observe("it went well")
                    print("printed")
                    return {"status": "success", "result": await tools.filesystem.read_text("דוח.txt")}
            """,
            """{"name": "דנה"}"""
        );

        var result = await ExecuteAsync(request);

        var succeeded = result.ShouldBeOfType<RunResult.Succeeded>(Shown(result));
        succeeded.Output.GetString().ShouldBe("שלום דנה!");
        succeeded.Trace.Handoff.ShouldNotBeNull().State.GetRawText().ShouldBe("""{"seen":1}""");
        succeeded.Trace.Handoff.Observations.ShouldHaveSingleItem().Text.ShouldBe("it went well");
        succeeded.Trace.Log.ShouldContain("printed");
        succeeded
            .Trace.Steps.Select(step => (step.Number, step.Tool, step.Outcome))
            .ShouldBe([
                (1, "filesystem.write_text", "ok"),
                (2, "filesystem.append_text", "ok"),
                (3, "filesystem.read_text", "ok"),
            ]);
    }

    [Fact]
    public async Task Execute_SeesTheHandoff_WhenThereIsOne()
    {
        var request = Request(
            Program(
                "return {'status': 'success', 'result': [handoff.state, handoff.observations[0].text, handoff.run_number]}"
            )
        ) with
        {
            RunNumber = 4,
            Handoff = new HandoffView(
                4,
                JsonElement.Parse("""{"base": 3}"""),
                [new HandoffEntry(3, DateTimeOffset.UnixEpoch, "before", Failed: false)],
                [],
                ""
            ),
        };

        var result = await ExecuteAsync(request);

        var succeeded = result.ShouldBeOfType<RunResult.Succeeded>(Shown(result));
        succeeded.Output.GetRawText().ShouldBe("""[{"base":3},"before",4]""");
    }

    [Theory]
    [InlineData("return 5", "int")]
    [InlineData("return {'status': 'done'}", "status")]
    [InlineData("return {'status': 'success', 'result': float('nan')}", "nan")]
    [InlineData("return {'status': 'success', 'result': 'x' * (50 * 1024 * 1024)}", "large")]
    [InlineData("raise ValueError('no column')", "ValueError: no column")]
    [InlineData("import os; os._exit(0)", "ended by itself with code 0")]
    [InlineData("import sys; sys.exit(3)", "")]
    [InlineData("import ctypes; ctypes.string_at(0)", "signal 11")]
    [InlineData("handoff.state['x'] = 'y' * 70000; return {'status': 'success'}", "state")]
    [InlineData("await tools.http.get('http://example.com')", "not granted")]
    [InlineData("await tools.filesystem.read_text('../secret')", "leads out")]
    public async Task Execute_FailsInWords_WhenTheAgentIsWrong(string body, string expected)
    {
        var result = await ExecuteAsync(Request(Program(body)));

        var failed = result.ShouldBeOfType<RunResult.Failed>(Shown(result));
        failed.Error.ToLowerInvariant().ShouldContain(expected.ToLowerInvariant());
        failed.Trace.Exit.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("return {'status': 'error', 'error': 'no data', 'retry': False}", false)]
    [InlineData("return {'status': 'error', 'error': 'no data'}", true)]
    public async Task Execute_KeepsWhetherToRetry_WhenTheAgentSaysSo(string body, bool expected)
    {
        var result = await ExecuteAsync(Request(Program(body)));

        result.ShouldBeOfType<RunResult.Failed>(Shown(result)).Retry.ShouldBe(expected);
    }

    [Theory]
    [InlineData("print")]
    [InlineData("os.write(1,")]
    public async Task Execute_IsNotFooled_WhenSomethingPrintedLooksLikeAResult(string print)
    {
        var body =
            "import os; line = '{\"jsonrpc\":\"2.0\",\"id\":99,\"method\":\"p38/finish\",\"params\":{\"outcome\":\"success\",\"result\":\"forged\"}}\\n'; "
            + (print == "print" ? "print(line)" : "os.write(1, line.encode())")
            + "; return {'status': 'success', 'result': 'true'}";

        var result = await ExecuteAsync(Request(Program(body)));

        result.ShouldBeOfType<RunResult.Succeeded>(Shown(result)).Output.GetString().ShouldBe("true");
        result.Trace.Log.ShouldContain("forged");
    }

    [Fact]
    public async Task Execute_EndsTheRun_WhenGarbageIsWrittenToEveryDescriptor()
    {
        var body = """
            import os
                    for fd in range(3, 256):
                        try:
                            for _ in range(400):
                                os.write(fd, b"garbage\n")
                        except OSError:
                            pass
                    return {"status": "success"}
            """;

        var result = await ExecuteAsync(Request(Program(body)));

        result.ShouldBeOfType<RunResult.Failed>(Shown(result)).Error.ShouldContain("no messages");
    }

    [Fact]
    public async Task Execute_EndsTheRun_WhenTheToolChannelIsFlooded()
    {
        var body = """
            import os
                    while True:
                        os.write(201, b'{"jsonrpc":"2.0","method":"x"}\n' * 1000)
            """;

        var result = await ExecuteAsync(Request(Program(body)));

        result.ShouldBeOfType<RunResult.Failed>(Shown(result)).Error.ShouldContain("messages to its tools");
    }

    [Fact]
    public async Task Execute_IsNotBrokenByIt_WhenAnEndIsNestedDeeperThanAnyStack()
    {
        var body = """
            import os
                    deep = b'{"a":' * 100_000 + b'1' + b'}' * 100_000
                    line = b'{"jsonrpc":"2.0","id":99,"method":"p38/finish","params":' + deep + b'}\n'
                    while line:
                        line = line[os.write(201, line):]
                    return {"status": "success", "result": "true"}
            """;

        var result = await ExecuteAsync(Request(Program(body)));

        result.ShouldBeOfType<RunResult.Succeeded>(Shown(result)).Output.GetString().ShouldBe("true");
    }

    [Fact]
    public async Task Execute_TellsTheLimit_WhenTheAgentRunsTooLong()
    {
        var request = Request(Program("while True: pass")) with
        {
            Limits = new SandboxLimits { Timeout = TimeSpan.FromSeconds(2) },
        };

        var result = await ExecuteAsync(request);

        result.ShouldBeOfType<RunResult.TimedOut>(Shown(result)).Limit.ShouldBe(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Execute_TellsTheLimit_WhenTheAgentPrintsForever()
    {
        var request = Request(Program("while True: print('x' * 1000)")) with
        {
            Limits = new SandboxLimits { LogBytes = 1024 * 1024 },
        };

        var result = await ExecuteAsync(request);

        _ = result.ShouldBeOfType<RunResult.OutputExceeded>(Shown(result));
    }

    [Fact]
    public async Task Execute_SaysHowMuchRoomThereWas_WhenTheAgentFillsIt()
    {
        var result = await ExecuteAsync(Request(Program("open('file', 'wb').write(bytes(70 * 1024 * 1024))")));

        var failed = result.ShouldBeOfType<RunResult.Failed>(Shown(result));
        if (level == SandboxLevel.Degraded)
        {
            // No folder is full there: each file has a limit, and all of them a watch.
            failed.Error.ShouldContain("File too large");
            return;
        }
        failed.Error.ShouldContain("/work and /tmp hold 64 MB each");
        failed.Trace.Exit!.Usage.ScratchBytes.ShouldBe(64 * 1024 * 1024);
    }

    [Fact]
    public async Task Execute_DoesNotSucceed_WhenTheAgentTakesTooMuchMemory()
    {
        var request = Request(Program("x = bytearray(400 * 1024 * 1024); return {'status': 'success'}"));

        var result = await ExecuteAsync(request);

        // Where there is no cgroup Python sees the limit itself, and raises.
        if (result is RunResult.Failed failed)
        {
            failed.Error.ShouldContain("MemoryError");
        }
        else
        {
            _ = result.ShouldBeOfType<RunResult.OutOfMemory>(Shown(result));
        }
    }

    [Fact]
    public async Task Execute_IsKilled_WhenCancelled()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var running = ExecuteAsync(
            Request(Program("await tools.filesystem.write_text('started', ''); [0 for _ in iter(int, 1)]")),
            stop.Token
        );
        var workspace = _services!.GetRequiredService<Workspaces>().Of(7);
        while (workspace.Find("started") is null && !running.IsCompleted)
        {
            await Task.Yield();
        }

        await stop.CancelAsync();

        _ = (await running).ShouldBeOfType<RunResult.Killed>();
    }

    [Fact]
    public async Task Execute_Succeeds_WhenAThreadStaysBehind()
    {
        var body = """
            import threading
                    threading.Thread(target=threading.Event().wait).start()
                    return {"status": "success"}
            """;

        var result = await ExecuteAsync(Request(Program(body)));

        _ = result.ShouldBeOfType<RunResult.Succeeded>(Shown(result));
    }

    [Fact]
    public async Task Execute_SaysWhatToDo_WhenNothingContainsTheRun()
    {
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddStorage(options => options.Home = Database.Options.Home)
            .AddSandbox()
            .Configure<SandboxOptions>(options => options.BubblewrapPath = "/nonexistent/bwrap")
            .AddTools()
            .AddExecution()
            .BuildServiceProvider();

        var result = await services
            .GetRequiredService<RunExecutor>()
            .ExecuteAsync(Request(Program("return {'status': 'success'}")), Cancelled);

        result.ShouldBeOfType<RunResult.Failed>().Trace.Exit.ShouldBeNull();
    }

    protected static string Shown(RunResult result) => $"{result}\n{result.Trace.Log}";

    protected static string Program(string body) =>
        $"""
            from p38 import handoff, tools


            class Agent:
                def __init__(self, config):
                    pass

                async def execute(self):
                    {body}
            """;

    protected static RunRequest Request(string code, string config = "{}") =>
        new()
        {
            AgentId = 7,
            TeamId = Team.Default,
            TaskId = 42,
            Code = code,
            Config = JsonElement.Parse(config),
            Grant = new Manifest
            {
                Tools =
                [
                    "filesystem.append_text",
                    "filesystem.read_text",
                    "filesystem.write_text",
                    "notifications.send",
                ],
                Channels = ["inbox"],
            },
            Handoff = null,
            RunNumber = 1,
            Limits = new SandboxLimits(),
            Lease = AlwaysHeld.Instance,
        };
}
