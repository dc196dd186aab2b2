using System.Globalization;
using Project38.Core.Agents;

namespace Project38.Core.Harness.Scheduling;

/// <summary>Decides what becomes of the fires that are due. Pure: no clock, no database.</summary>
/// <remarks>
/// <para>
/// The promise is the ledger's: every nominal fire from <c>firstDue</c> up to <c>now</c> stands in exactly one line, and
/// the fires of one outage that do not run share one. A tick looks at a bounded number of fires; what is left of a very
/// long outage is for the next tick, which comes at once.
/// </para>
/// <para>
/// More than one due fire means that nothing ticked for a while. Under <see cref="MisfirePolicy.RunAll"/> they then wait
/// for each other whatever <see cref="OverlapPolicy"/> says: an agent that asks for every fire gets every fire.
/// </para>
/// </remarks>
internal static class FirePlanner
{
    /// <summary>Plans the fires from <paramref name="firstDue"/> up to and including <paramref name="now"/>.</summary>
    /// <param name="schedule">When the agent fires.</param>
    /// <param name="firstDue">The first fire that has no line yet.</param>
    /// <param name="now">By the database's clock.</param>
    /// <param name="policy">What the agent and the platform want.</param>
    public static FirePlan Plan(Schedule schedule, DateTimeOffset firstDue, DateTimeOffset now, FirePolicy policy)
    {
        List<DateTimeOffset> due = [];
        DateTimeOffset? next = firstDue;
        while (next <= now && due.Count < policy.FiresPerTick)
        {
            due.Add(next.Value);
            next = schedule.NextAfter(next.Value);
        }
        if (due.Count == 0)
        {
            return new FirePlan([], next);
        }

        var wanted = next <= now ? 0 : HowManyRun(due, now, policy);
        var runs = Math.Min(wanted, HowManyAreInTime(due, now, policy));
        var missed = due.Count - runs;
        List<FireLine> lines = [];
        if (missed > 0)
        {
            lines.Add(new FireLine.Missed(due[0], due[missed - 1], missed, WhyMissed(policy, tooLate: runs < wanted)));
        }
        var catchesUp = policy.Misfire == MisfirePolicy.RunAll && due.Count > 1;
        var overlaps = policy is { Overlap: OverlapPolicy.Skip, OpenTask: not null } && !catchesUp;
        lines.AddRange(
            due.Skip(missed)
                .Select(fire =>
                    overlaps
                        ? (FireLine)new FireLine.Skipped(fire, $"overlap: task {policy.OpenTask} was not finished")
                        : new FireLine.Due(fire)
                )
        );
        return new FirePlan(lines, next);
    }

    private static int HowManyRun(List<DateTimeOffset> due, DateTimeOffset now, FirePolicy policy) =>
        policy.Misfire switch
        {
            MisfirePolicy.RunAll => Math.Min(due.Count, policy.CatchUpLimit),
            MisfirePolicy.Skip => now - due[^1] <= policy.Grace ? 1 : 0,
            _ => 1,
        };

    private static int HowManyAreInTime(List<DateTimeOffset> due, DateTimeOffset now, FirePolicy policy) =>
        policy.CatchUp is { } window
            ? due.Count(fire => now - fire <= window || now - fire <= policy.Grace)
            : due.Count;

    private static string WhyMissed(FirePolicy policy, bool tooLate) =>
        policy.Misfire switch
        {
            _ when tooLate => string.Create(
                CultureInfo.InvariantCulture,
                $"misfire: nothing ran when it was due, and that was more than catch_up ({policy.CatchUp?.TotalSeconds} s) ago"
            ),
            MisfirePolicy.RunAll => $"misfire: run_all catches up on the last {policy.CatchUpLimit} fires only",
            MisfirePolicy.Skip => "misfire: nothing ran when it was due, and skip runs none of them later",
            _ => "misfire: nothing ran when it was due, and run_once runs the last one only",
        };
}
