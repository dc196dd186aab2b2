using System.Diagnostics;
using Npgsql;
using Project38.Drills;
using Project38.Testing;

namespace Project38.Bench;

/// <summary>The long form of the drills: what is counted is what a person who trusts the platform would lose.</summary>
internal static class FaultsBenchmark
{
    /// <summary>Drills, and says what became of every fire.</summary>
    /// <param name="full">As many fires and faults as the promise names; else a tenth of them.</param>
    /// <param name="names">Which of them; none: all, one after the other.</param>
    /// <returns>How the process is to end: 1 when anything was lost, twice or double; 2 when there is no such drill.</returns>
    public static async Task<int> RunAsync(bool full, IReadOnlyList<string> names)
    {
        var drills = Drills(full).ToList();
        if (names.Except(drills.Select(drill => drill.Name)).FirstOrDefault() is { } unknown)
        {
            var known = string.Join(", ", drills.Select(drill => drill.Name));
            await Console.Error.WriteLineAsync($"There is no drill {unknown}. There are: {known}.");
            return 2;
        }
        var isWhole = true;
        foreach (var drill in drills.Where(drill => names.Count == 0 || names.Contains(drill.Name)))
        {
            var started = Stopwatch.GetTimestamp();
            var (isDrillWhole, text) = await drill.RunAsync();
            Console.WriteLine($"{drill.Name}: {text} ({Stopwatch.GetElapsedTime(started).TotalMinutes:0.0} min)");
            isWhole &= isDrillWhole;
        }
        Console.WriteLine($"faults: {(isWhole ? "nothing lost, nothing twice, no effect double: ok" : "short")}");
        return isWhole ? 0 : 1;
    }

    private static IEnumerable<(string Name, Func<Task<Outcome>> RunAsync)> Drills(bool full)
    {
        var part = full ? 1 : 10;
        foreach (var seed in full ? new[] { 1, 2, 3 } : [1])
        {
            var plan = new StormPlan
            {
                Agents = 20,
                Fires = 10_000 / part,
                Kills = 200 / part,
                Freezes = 10 / part,
                Restarts = full ? 3 : 1,
                Seed = seed,
            };
            yield return ($"storm-{seed}", () => OnPostgresAsync(plan));
            yield return (
                $"pooler-{seed}",
                () =>
                    OnPostgresAsync(
                        plan,
                        (server, database) =>
                        {
                            var bouncer = PgBouncer.Start(server);
                            return (bouncer, bouncer.Url(database));
                        }
                    )
            );
        }
        var rolling = new StormPlan
        {
            Nodes = 3,
            Fires = 2_000 / part,
            Rollings = 20 / part,
        };
        yield return ("rolling", () => OnPostgresAsync(rolling));
        var clocks = new StormPlan { Fires = 1_000 / part, ClockShift = TimeSpan.FromMinutes(10) };
        yield return ("clocks", () => OnPostgresAsync(clocks));
        // Runs end together, so there are fewer commits than fires.
        var commits = new StormPlan { Fires = 2_000 / part, Nodes = 2 };
        yield return ("commit", () => CutAsync(commits, cuts: 100 / part));
        var kills = new StormPlan
        {
            Nodes = 1,
            Fires = 4_000 / part,
            Kills = 100 / part,
        };
        yield return ("sqlite", () => OnSqliteAsync(kills));
    }

    private static async Task<Outcome> CutAsync(StormPlan plan, int cuts)
    {
        CommitCutter? cutter = null;
        var outcome = await OnPostgresAsync(
            plan,
            (server, database) =>
            {
                cutter = CommitCutter.Start(server.Folder, cuts);
                var url = new NpgsqlConnectionStringBuilder(server.Url(database)) { Host = cutter.Folder };
                return (cutter, url.ConnectionString);
            }
        );
        return outcome.And(cutter!.Cut == cuts, $"{cutter.Cut} of {cuts} commits cut");
    }

    private static async Task<Outcome> OnPostgresAsync(
        StormPlan plan,
        Func<PostgresServer, string, (IDisposable Between, string Url)>? between = null
    )
    {
        using var fixture = new PostgresFixture();
        await using var database = await fixture.CreateAsync(CancellationToken.None);
        var way = between?.Invoke(
            fixture.Server,
            new NpgsqlConnectionStringBuilder(database.Options.DatabaseUrl).Database!
        );
        using var gone = way?.Between;
        var storm = new Storm(database, plan, way?.Url, () => Task.Run(fixture.Server.Restart));
        return Outcome.Of(await storm.RunAsync(CancellationToken.None));
    }

    private static async Task<Outcome> OnSqliteAsync(StormPlan plan)
    {
        using var fixture = new SqliteFixture();
        await using var database = await fixture.CreateAsync(CancellationToken.None);
        var outcome = Outcome.Of(await new Storm(database, plan).RunAsync(CancellationToken.None));
        var integrity = await Storm.IntegrityAsync(database, CancellationToken.None);
        return outcome.And(integrity == "ok", $"the file's integrity: {integrity}");
    }

    /// <summary>How a drill went.</summary>
    /// <param name="IsWhole">Whether every promise was kept, and all that was to break broke.</param>
    /// <param name="Text">One line, for people.</param>
    private sealed record Outcome(bool IsWhole, string Text)
    {
        public static Outcome Of(Account account) => new(account.IsWhole, account.ToString());

        public Outcome And(bool isSo, string text) => new(IsWhole && isSo, $"{Text}; {text}");
    }
}
