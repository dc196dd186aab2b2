using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Project38.Core.Execution;
using Project38.Core.Handoffs;
using Project38.Core.Harness.Queue;
using Project38.Core.Tools.Notifications;
using Project38.Testing;

namespace Project38.Drills;

/// <summary>What became of every fire, by what the database holds when all is quiet.</summary>
public sealed record Account
{
    /// <summary>Nominal fires of the schedules, by arithmetic.</summary>
    public required int Fires { get; init; }

    /// <summary>Fires that ran to their end.</summary>
    public required int Completed { get; init; }

    /// <summary>Fires that the ledger leaves out, with a reason: skipped or missed.</summary>
    public required int LeftOut { get; init; }

    /// <summary>Fires that stand in no line of the ledger, and tasks that never ended.</summary>
    public required int Lost { get; init; }

    /// <summary>Fires that stand in more than one line.</summary>
    public required int Twice { get; init; }

    /// <summary>Effects beyond one for each task: results, messages, and steps of the handoff.</summary>
    public required int DoubleEffects { get; init; }

    /// <summary>Effects that a completed task lacks.</summary>
    public required int MissingEffects { get; init; }

    /// <summary>How often a task was carried out again: at least once is what is promised.</summary>
    public required int Reexecutions { get; init; }

    /// <summary>Whether every promise was kept: each fire stands in one line, and each that ran had its effects once.</summary>
    public bool IsWhole =>
        Fires > 0 && (Lost, Twice, DoubleEffects, MissingEffects) == (0, 0, 0, 0) && Completed + LeftOut == Fires;

    /// <summary>One line, for people.</summary>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Fires} fires: {Completed} ran, {LeftOut} left out, {Lost} lost, {Twice} twice, "
                + $"{DoubleEffects} double effects, {MissingEffects} missing; carried out again: {Reexecutions}"
        );

    /// <summary>Draws it up.</summary>
    /// <param name="database">Quiet: nothing fires or runs any more.</param>
    /// <param name="spans">For each agent its first nominal fire, and the one that no longer came.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal static async Task<Account> OfAsync(
        TestDatabase database,
        IReadOnlyDictionary<long, FireSpan> spans,
        CancellationToken cancellationToken
    )
    {
        await using var db = database.CreateDb();
        var tasks = await db.Tasks.AsNoTracking().ToListAsync(cancellationToken);
        var runs = await db
            .Runs.AsNoTracking()
            .Where(run => run.Outcome == "succeeded")
            .GroupBy(run => run.TaskId)
            .Select(group => new { Task = group.Key, Count = group.Count() })
            .ToDictionaryAsync(one => one.Task, one => one.Count, cancellationToken);
        var messages = await db
            .Inbox.AsNoTracking()
            .Where(message => message.Source == "agent" && message.TaskId != null)
            .GroupBy(message => message.TaskId!.Value)
            .Select(group => new { Task = group.Key, Count = group.Count() })
            .ToDictionaryAsync(one => one.Task, one => one.Count, cancellationToken);
        var executions = await db
            .Database.SqlQuery<int>($"SELECT COUNT(*) AS \"Value\" FROM drill_executions")
            .SingleAsync(cancellationToken);
        var executed = await db
            .Database.SqlQuery<int>($"SELECT COUNT(DISTINCT task_id) AS \"Value\" FROM drill_executions")
            .SingleAsync(cancellationToken);

        var (lost, twice, fires, effects, missing) = (0, 0, 0, 0, 0);
        foreach (var (agent, span) in spans)
        {
            var own = tasks.Where(task => task.AgentId == agent).ToList();
            var covered = own.SelectMany(FiresOf)
                .GroupBy(fire => fire)
                .ToDictionary(one => one.Key, one => one.Count());
            var nominal = span.Fires().ToList();
            fires += nominal.Count;
            lost += nominal.Count(fire => !covered.ContainsKey(fire));
            twice += covered.Values.Sum(lines => lines - 1) + covered.Keys.Except(nominal).Count();

            var completed = own.Where(task => task.Status == AgentTaskStatus.Completed).ToList();
            lost += own.Count(task =>
                task.Status is not (AgentTaskStatus.Completed or AgentTaskStatus.Skipped or AgentTaskStatus.Missed)
            );
            foreach (
                var count in completed.SelectMany(task =>
                    new[] { runs, messages }.Select(all => all.GetValueOrDefault(task.Id))
                )
            )
            {
                effects += Math.Max(0, count - 1);
                missing += count == 0 ? 1 : 0;
            }
            var steps = await StepsAsync(db, agent, cancellationToken) - completed.Count;
            effects += Math.Max(0, steps);
            missing += Math.Max(0, -steps);
        }
        return new Account
        {
            Fires = fires,
            Completed = tasks.Count(task => task.Status == AgentTaskStatus.Completed),
            LeftOut = tasks
                .Where(task => task.Status is AgentTaskStatus.Skipped or AgentTaskStatus.Missed)
                .Sum(task => task.Fires),
            Lost = lost,
            Twice = twice,
            DoubleEffects = effects,
            MissingEffects = missing,
            Reexecutions = executions - executed,
        };
    }

    private static IEnumerable<DateTimeOffset> FiresOf(AgentTask task) =>
        new FireSpan(task.ScheduledAt, (task.LastFireAt ?? task.ScheduledAt).AddSeconds(1)).Fires();

    private static async Task<int> StepsAsync(
        Core.Storage.ProductDb db,
        long agent,
        CancellationToken cancellationToken
    )
    {
        var state = await db
            .Handoffs.AsNoTracking()
            .Where(row => row.AgentId == agent && row.State != null)
            .OrderByDescending(row => row.RunNumber)
            .Select(row => row.State)
            .FirstOrDefaultAsync(cancellationToken);
        return state is null ? 0 : JsonElement.Parse(state).GetProperty("runs").GetInt32();
    }
}

/// <summary>The fires of a schedule that is due every second.</summary>
/// <param name="First">The first.</param>
/// <param name="End">The first that is not counted.</param>
internal sealed record FireSpan(DateTimeOffset First, DateTimeOffset End)
{
    /// <summary>Each.</summary>
    public IEnumerable<DateTimeOffset> Fires()
    {
        for (var fire = First; fire < End; fire = fire.AddSeconds(1))
        {
            yield return fire;
        }
    }
}
