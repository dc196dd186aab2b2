using System.Diagnostics;
using System.Globalization;
using Project38.Sandbox;

namespace Project38.Bench.Sandbox;

/// <summary>From the request to the first line of a program, forked or from those that wait ready, beside a whole bare Python.</summary>
internal static class StartBenchmark
{
    private const int Rounds = 60;

    // Time for the next one to be made ready.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(30);

    // The kernel's monotonic clock, which is the stopwatch's too.
    private const string SayTime = "import time\nprint(time.monotonic_ns())\n";

    /// <summary>Measures each in turn.</summary>
    public static async Task RunAsync()
    {
        await using var sandbox = Programs.NewSandbox();
        var forked = Programs.Spec(SayTime, new ForkImage { Imports = Programs.Imports });
        var pooled = Programs.Spec(SayTime, new ForkImage { Imports = Programs.Imports, Ready = 2 });
        await sandbox.WarmAsync(forked, CancellationToken.None);
        await sandbox.WarmAsync(pooled, CancellationToken.None);

        var (bare, fork, pool) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            bare.Add(await BareAsync());
            fork.Add(await FirstLineAsync(sandbox, forked, SandboxStart.Forked));
            pool.Add(await FirstLineAsync(sandbox, pooled, SandboxStart.Pooled));
            await Task.Delay(Pause);
        }

        SideBySide.SayTime("start-fork", 0.5, ("first line, forked", fork), (SideBySide.BarePython.Name, bare));
        SideBySide.SayTime("start-pool", 0.1, ("first line, from the pool", pool), (SideBySide.BarePython.Name, bare));
    }

    private static async Task<double> BareAsync()
    {
        var started = Stopwatch.GetTimestamp();
        await SideBySide.BarePython.Run();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static async Task<double> FirstLineAsync(BubblewrapSandbox sandbox, SandboxSpec spec, SandboxStart expected)
    {
        var started = Stopwatch.GetTimestamp();
        var line = await Programs.FirstLineAsync(sandbox, spec, expected);
        return (long.Parse(line, CultureInfo.InvariantCulture) - started) / 1e6;
    }
}
