using System.Diagnostics;
using System.Globalization;
using Project38.Sandbox;

namespace Project38.Bench.Sandbox;

/// <summary>Memory of a forked run beside that of a plain Python with the same imports, each shared page by its share.</summary>
internal sealed class RunMemoryBenchmark
{
    private const int Runs = 20;
    private const double Goal = 0.25;

    private readonly IReadOnlyList<string> _imports;
    private readonly string _wait;

    private RunMemoryBenchmark(IReadOnlyList<string> imports) =>
        (_imports, _wait) = (imports, $"import {string.Join(", ", imports)}\nprint('up')\ninput()\n");

    /// <summary>Measures one after the other: what they share among themselves counts, what they would share with each other does not.</summary>
    public static async Task RunAsync()
    {
        await new RunMemoryBenchmark(Programs.Imports).RunAsync("run-memory");
        await new RunMemoryBenchmark([.. Programs.Imports, "asyncio"]).RunAsync("run-memory-asyncio");
    }

    private async Task RunAsync(string name)
    {
        var plain = await PlainAsync();
        var forked = await ForkedAsync();
        Say($"plain python3 with the same imports: {plain / 1024.0:0.0} MB");
        Say($"a forked run, both of its processes: {forked / 1024.0:0.0} MB");
        Say($"{name}: ratio {forked / plain:0.00} goal {Goal:0.00} {(forked / plain <= Goal ? "ok" : "short")}");
    }

    private async Task<double> PlainAsync()
    {
        var processes = new List<Process>();
        for (var i = 0; i < Runs; i++)
        {
            var start = new ProcessStartInfo("/usr/bin/python3", ["-I", "-S", "-c", _wait])
            {
                RedirectStandardInput = true,
                UseShellExecute = false,
                RedirectStandardOutput = true,
            };
            var process = Process.Start(start)!;
            await process.StandardOutput.ReadLineAsync();
            processes.Add(process);
        }

        var all = Memory();
        foreach (var process in processes)
        {
            await process.StandardInput.WriteLineAsync();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        return all / Runs;
    }

    // The server's own memory is not a run's: it is there with none.
    private async Task<double> ForkedAsync()
    {
        await using var sandbox = Programs.NewSandbox();
        var spec = Programs.Spec(_wait, new ForkImage { Imports = _imports });
        await sandbox.WarmAsync(spec, CancellationToken.None);
        var alone = Memory();
        var processes = new List<SandboxProcess>();
        for (var i = 0; i < Runs; i++)
        {
            var process = await sandbox.StartAsync(spec, CancellationToken.None);
            await process.Output.ReadExactlyAsync(new byte[3]);
            processes.Add(process);
        }

        var all = Memory();
        foreach (var process in processes)
        {
            await process.DisposeAsync();
        }

        return (all - alone) / Runs;
    }

    /// <summary>Of all Python processes below this one, in KB, each shared page by its share.</summary>
    private static double Memory() =>
        Descendants(Environment.ProcessId)
            .SelectMany(pid => File.ReadLines($"/proc/{pid}/smaps_rollup"))
            .Where(line => line.StartsWith("Pss:", StringComparison.Ordinal))
            .Sum(line => double.Parse(line[4..^2], CultureInfo.InvariantCulture));

    private static IEnumerable<int> Descendants(int parent)
    {
        foreach (var thread in Directory.EnumerateDirectories($"/proc/{parent}/task"))
        {
            var children = File.ReadAllText($"{thread}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);
            foreach (var child in children.Select(text => int.Parse(text, CultureInfo.InvariantCulture)))
            {
                if (File.ReadAllText($"/proc/{child}/comm").StartsWith("python", StringComparison.Ordinal))
                {
                    yield return child;
                }

                foreach (var descendant in Descendants(child))
                {
                    yield return descendant;
                }
            }
        }
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
