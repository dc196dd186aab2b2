using System.Diagnostics;
using System.Globalization;

namespace Project38.Bench;

/// <summary>Two things measured in turn, so that whatever else the machine does weighs on both.</summary>
internal static class SideBySide
{
    private const int Rounds = 5;
    private const int Repeats = 10;

    /// <summary>Measures, and says both medians and their ratio beside the goal.</summary>
    /// <param name="name">Of the benchmark.</param>
    /// <param name="goal">The ratio is to be this or less.</param>
    /// <param name="what">What is measured.</param>
    /// <param name="beside">What it is measured beside.</param>
    public static async Task RunAsync(string name, double goal, Side what, Side beside)
    {
        // Each warm-up is a whole round: what is measured has been done before.
        await MedianAsync(what.Run);
        await MedianAsync(beside.Run);

        var (ours, theirs) = (new List<TimeSpan>(), new List<TimeSpan>());
        for (var round = 0; round < Rounds; round++)
        {
            ours.Add(await MedianAsync(what.Run));
            theirs.Add(await MedianAsync(beside.Run));
        }

        var (our, their) = (Median(ours), Median(theirs));
        var ratio = our / their;
        Say($"{what.Name}: {our.TotalMilliseconds:0.00} ms");
        Say($"{beside.Name}: {their.TotalMilliseconds:0.00} ms");
        Say($"{name}: ratio {ratio:0.00} goal {goal:0.00} {(ratio <= goal ? "ok" : "short")}");
    }

    /// <summary>What everything of a process's start is measured beside: Python, as bare as it gets.</summary>
    public static Side BarePython { get; } =
        new("/usr/bin/python3 -I -c pass", () => ProcessAsync("/usr/bin/python3", ["-I", "-c", "pass"]));

    /// <summary>A process from its start to its end, its output thrown away.</summary>
    /// <exception cref="InvalidOperationException">It failed: there is nothing to measure.</exception>
    public static async Task ProcessAsync(
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null
    )
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var (key, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[key] = value;
        }
        using var process = Process.Start(start)!;
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
        }
    }

    private static async Task<TimeSpan> MedianAsync(Func<Task> run)
    {
        var times = new List<TimeSpan>();
        for (var repeat = 0; repeat < Repeats; repeat++)
        {
            var started = Stopwatch.GetTimestamp();
            await run();
            times.Add(Stopwatch.GetElapsedTime(started));
        }
        return Median(times);
    }

    private static TimeSpan Median(List<TimeSpan> times) => times.Order().ElementAt(times.Count / 2);

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}

/// <summary>One side of a benchmark.</summary>
/// <param name="Name">As it is printed.</param>
/// <param name="Run">Does it once.</param>
internal sealed record Side(string Name, Func<Task> Run);
