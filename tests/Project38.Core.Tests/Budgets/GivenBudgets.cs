using Microsoft.Extensions.Logging.Abstractions;
using Project38.Core.Budgets;
using Project38.Core.Storage;
using Project38.Testing;

namespace Project38.Core.Tests.Budgets;

/// <summary>Budgets of runs, on a test's database.</summary>
internal static class GivenBudgets
{
    /// <summary>The budget of a run; each has a memory of its own, as on a node of its own.</summary>
    public static RunBudget RunBudget(this TestDatabase database, AgentBudget budget, long agent = 7, int task = 42) =>
        new(
            new RunBudget.Source
            {
                Book = new BudgetBook(database.Factory),
                Budget = budget,
                Zone = TimeZoneInfo.Utc,
                TeamId = Team.Default,
                AgentId = agent,
                TaskId = task,
                Logger = NullLogger.Instance,
                Time = TimeProvider.System,
            }
        );
}
