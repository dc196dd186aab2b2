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

        SayTime(name, goal, (what.Name, Milliseconds(ours)), (beside.Name, Milliseconds(theirs)));
    }

    /// <summary>Says the medians of what was measured, in milliseconds, and their ratio: at most the goal.</summary>
    public static void SayTime(
        string name,
        double goal,
        (string Name, IReadOnlyList<double> Times) what,
        (string Name, IReadOnlyList<double> Times) beside
    )
    {
        var (our, their) = (Median(what.Times), Median(beside.Times));
        var ratio = our / their;
        Say($"{what.Name}: {our:0.00} ms");
        Say($"{beside.Name}: {their:0.00} ms");
        Say($"{name}: ratio {ratio:0.00} goal {goal:0.00} {(ratio <= goal ? "ok" : "short")}");
    }

    /// <summary>Says the medians of what was measured, in so many a second, and their ratio: at least the goal.</summary>
    public static void SayRate(
        string name,
        double goal,
        (string Name, IReadOnlyList<double> Rates) what,
        (string Name, IReadOnlyList<double> Rates) beside
    )
    {
        var (our, their) = (Median(what.Rates), Median(beside.Rates));
        var ratio = our / their;
        Say($"{what.Name}: {our:0} a second");
        Say($"{beside.Name}: {their:0} a second");
        Say($"{name}: ratio {ratio:0.00} goal {goal:0.00} {(ratio >= goal ? "ok" : "short")}");
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

    private static T Median<T>(IReadOnlyList<T> measured) => measured.Order().ElementAt(measured.Count / 2);

    private static List<double> Milliseconds(List<TimeSpan> times) => [.. times.Select(time => time.TotalMilliseconds)];

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}

/// <summary>One side of a benchmark.</summary>
/// <param name="Name">As it is printed.</param>
/// <param name="Run">Does it once.</param>
internal sealed record Side(string Name, Func<Task> Run);
