using System.Diagnostics;
using Microsoft.Extensions.Options;
using Project38.Sandbox.Native;
using Project38.Sandbox.Staging;

namespace Project38.Sandbox.Tests;

/// <summary>A platform in a process of its own: this very test program, started with <c>platform</c>.</summary>
internal static class SmallPlatform
{
    /// <summary>Starts one.</summary>
    public static Process Start(params string[] arguments) => Start(AppContext.BaseDirectory, [], arguments);

    /// <summary>Starts one as another user, which only root can. A copy of the build goes to a folder.</summary>
    public static Process StartAs(int uid, string folder, params string[] arguments)
    {
        // The build may lie where nobody else may look.
        var staging = new StagingArea(Options.Create(new SandboxOptions { StagingFolder = folder }));
        var copy = staging.StageFolder(AppContext.BaseDirectory);
        var cache = Directory.CreateDirectory(Path.Combine(folder, "cache")).FullName;
        LibC.Check(LibC.ChangeOwner(cache, (uint)uid, (uint)uid), "chown");
        return Start(
            copy,
            ["env", $"XDG_CACHE_HOME={cache}", "setpriv", $"--reuid={uid}", $"--regid={uid}", "--clear-groups", "--"],
            arguments
        );
    }

    /// <summary><c>level</c>, and perhaps the most, tells its level and what a program says there; <c>hold LEVEL MARK</c> runs one until killed, and
    /// <c>start LEVEL MARK</c> starts them without end.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var cancellationToken = CancellationToken.None;
        var max = arguments.Length > 1 ? Enum.Parse<SandboxLevel>(arguments[1]) : SandboxLevel.Vm;
        using var sandbox = SandboxFixture.Create(max);
        if (arguments is ["start", _, var name])
        {
            await StartForeverAsync(sandbox, SandboxFixture.Shell($"read line # {name}"), cancellationToken);
        }

        var spec = arguments is ["hold", _, var mark]
            ? SandboxFixture.Python($"import time; print('up', flush=True); time.sleep(600) # {mark}")
            : SandboxFixture.Python("import os; print(os.getuid())");

        await using var process = await sandbox.StartAsync(spec, cancellationToken);
        using var reader = new StreamReader(process.Output);
        Console.WriteLine($"{sandbox.Level} {await reader.ReadLineAsync(cancellationToken)}");
        await process.Completion;
        return 0;
    }

    private static async Task StartForeverAsync(
        BubblewrapSandbox sandbox,
        SandboxSpec spec,
        CancellationToken cancellationToken
    )
    {
        var report = await sandbox.ReportAsync(cancellationToken);
        Console.WriteLine(report.Level);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, int.MaxValue),
            new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellationToken },
            async (_, token) =>
            {
                await using var process = await sandbox.StartAsync(spec, token);
                await Task.WhenAny(process.Completion, Task.Delay(20, token));
            }
        );
    }

    private static Process Start(string folder, string[] prefix, string[] arguments)
    {
        List<string> command = [.. prefix, "dotnet", "Project38.Sandbox.Tests.dll", "platform", .. arguments];
        return Process.Start(
            new ProcessStartInfo(command[0], command.Skip(1))
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardInput = true,
                UseShellExecute = false,
            }
        )!;
    }
}
