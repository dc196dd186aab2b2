using Microsoft.EntityFrameworkCore;
using Project38.Core.Storage;

namespace Project38.Core.Budgets;

/// <summary>Keeps what agents spend within their budgets, whichever node they spend it on.</summary>
public sealed class BudgetBook(IDbContextFactory<ProductDb> databases)
{
    /// <summary>Sets an expense aside. Those of one agent come one after another, so that together they pass no limit.</summary>
    /// <param name="expense">The most it can be.</param>
    /// <param name="budget">The agent's.</param>
    /// <param name="zone">Whose midnight begins a day and a month.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Null when it is set aside, and the expense has its id; else the limit that it could pass, and what is left of it.</returns>
    internal async Task<(BudgetLimit Limit, decimal Left)?> ReserveAsync(
        Expense expense,
        AgentBudget budget,
        TimeZoneInfo zone,
        CancellationToken cancellationToken
    )
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (db.IsPostgres)
        {
            // A transaction of SQLite is alone as it is.
            await db.Database.ExecuteSqlAsync(
                $"SELECT pg_advisory_xact_lock(hashtextextended('budget of ' || {expense.AgentId}, 38))",
                cancellationToken
            );
        }

        expense.CreatedAt = await DatabaseClock.NowAsync(db, cancellationToken);
        foreach (var limit in budget.At(expense.CreatedAt, zone))
        {
            var spent = await db
                .Expenses.Where(row => row.AgentId == expense.AgentId && row.CreatedAt >= limit.Since)
                .SumAsync(row => row.MicroUsd, cancellationToken);
            var left = limit.Usd - Usd.OfMicro(spent);
            if (Usd.OfMicro(expense.MicroUsd) > left)
            {
                return (limit, Math.Max(0, left));
            }
        }

        db.Expenses.Add(expense);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return null;
    }

    /// <summary>Books what an expense did cost, once.</summary>
    internal async Task SettleAsync(long expense, long microUsd, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await db
            .Expenses.Where(row => row.Id == expense && !row.Settled)
            .ExecuteUpdateAsync(
                set => set.SetProperty(row => row.MicroUsd, microUsd).SetProperty(row => row.Settled, true),
                cancellationToken
            );
    }
}
