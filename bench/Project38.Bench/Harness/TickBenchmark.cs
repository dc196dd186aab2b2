using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Harness.Scheduling;

namespace Project38.Bench.Harness;

/// <summary>A tick that finds nothing due, of a million schedules beside a hundred thousand; and what a due one costs.</summary>
internal static class TickBenchmark
{
    private const int Few = 100_000;
    private const int Many = 1_000_000;
    private const int Ticks = 200;
    private const int Rounds = 5;

    /// <summary>Measures.</summary>
    public static async Task RunAsync()
    {
        await using var harness = await BenchHarness.StartAsync();
        await harness.GivenAgentsAsync(Few, "0 0 1 1 *", "now() + interval '1 year'");
        var few = await EmptyAsync(harness);
        await harness.GivenAgentsAsync(Many - Few, "0 0 1 1 *", "now() + interval '1 year'");
        var many = await EmptyAsync(harness);
        SideBySide.SayTime(
            "tick",
            1.2,
            ($"empty tick, {Many:n0} schedules", many),
            ($"empty tick, {Few:n0} schedules", few)
        );

        var (some, crowd) = (new List<double>(), new List<double>());
        for (var round = 0; round <= Rounds; round++)
        {
            var (one, other) = (await DueAsync(harness, 10_000), await DueAsync(harness, 300));
            if (round > 0)
            {
                crowd.Add(one);
                some.Add(other);
            }
        }
        SideBySide.SayTime("tick-due", 1.5, ("a task, when 10,000 are due", crowd), ("a task, when 300 are due", some));
    }

    private static async Task<List<double>> EmptyAsync(BenchHarness harness)
    {
        var tick = harness.Services.GetRequiredService<Tick>();
        var times = new List<double>();
        for (var round = 0; round <= Rounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            for (var one = 0; one < Ticks; one++)
            {
                await tick.RunAsync(CancellationToken.None);
            }
            if (round > 0)
            {
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds / Ticks);
            }
        }
        return times;
    }

    private static async Task<double> DueAsync(BenchHarness harness, int due)
    {
        await harness.ExecuteAsync("DELETE FROM tasks");
        var some = due.ToString(CultureInfo.InvariantCulture);
        await harness.ExecuteAsync($"UPDATE agents SET next_fire = date_trunc('second', now()) WHERE id <= {some}");
        var tick = harness.Services.GetRequiredService<Tick>();
        var started = Stopwatch.GetTimestamp();
        while (await tick.RunAsync(CancellationToken.None) == TimeSpan.Zero) { }
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds / due;
    }
}
