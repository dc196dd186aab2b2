using Project38.Core.Storage;

namespace Project38.Core.Budgets;

/// <summary>What an agent's tool calls may cost, in USD. What is null has no limit.</summary>
/// <param name="PerRun">In one run.</param>
/// <param name="PerDay">From midnight to midnight.</param>
/// <param name="PerMonth">In a month of the calendar.</param>
public sealed record AgentBudget(decimal? PerRun, decimal? PerDay, decimal? PerMonth)
{
    /// <summary>What holds where nobody said anything: 5 USD a month.</summary>
    public static AgentBudget Default { get; } = new(PerRun: null, PerDay: null, PerMonth: 5);

    /// <summary>The limits over time that hold at a moment.</summary>
    /// <param name="now">The moment.</param>
    /// <param name="zone">Whose midnight begins a day and a month.</param>
    internal IEnumerable<BudgetLimit> At(DateTimeOffset now, TimeZoneInfo zone)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).Date);
        if (PerDay is { } day)
        {
            yield return new BudgetLimit("a day", ZonedTime.StartOf(today, zone), day);
        }
        if (PerMonth is { } month)
        {
            yield return new BudgetLimit("a month", ZonedTime.StartOf(today.AddDays(1 - today.Day), zone), month);
        }
    }
}

/// <summary>The most that may be spent since a moment.</summary>
/// <param name="Period">For people: <c>a day</c>, <c>a month</c>.</param>
/// <param name="Since">The moment.</param>
/// <param name="Usd">The most.</param>
internal sealed record BudgetLimit(string Period, DateTimeOffset Since, decimal Usd);
