using Project38.Core.Budgets;

namespace Project38.Core.Tests.Budgets;

public sealed class AgentBudgetTests
{
    [Theory]
    [InlineData("UTC", "2026-11-30T23:30:00Z", "2026-11-30T00:00:00Z", "2026-11-01T00:00:00Z")]
    [InlineData("Asia/Jerusalem", "2026-11-30T23:30:00Z", "2026-11-30T22:00:00Z", "2026-11-30T22:00:00Z")]
    // The month began in summer time.
    [InlineData("Asia/Jerusalem", "2026-10-27T12:00:00Z", "2026-10-26T22:00:00Z", "2026-09-30T21:00:00Z")]
    // Midnight came twice.
    [InlineData("America/Havana", "2026-11-01T04:30:00Z", "2026-11-01T04:00:00Z", "2026-11-01T04:00:00Z")]
    [InlineData("America/New_York", "2026-03-09T03:59:00Z", "2026-03-08T05:00:00Z", "2026-03-01T05:00:00Z")]
    public void At_BeginsDayAndMonth_AtTheZonesMidnight(string zone, string now, string day, string month)
    {
        var budget = new AgentBudget(PerRun: 1, PerDay: 2, PerMonth: 3);

        var limits = budget.At(DateTimeOffset.Parse(now), TimeZoneInfo.FindSystemTimeZoneById(zone));

        limits.ShouldBe([
            new BudgetLimit("a day", DateTimeOffset.Parse(day), 2),
            new BudgetLimit("a month", DateTimeOffset.Parse(month), 3),
        ]);
    }
}
