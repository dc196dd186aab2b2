using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Project38.Core.Storage;

namespace Project38.Core.Budgets;

/// <summary>What a call of an agent costs: at most, until it has ended, and then what it did. Row of <c>expenses</c>.</summary>
/// <remarks>
/// One that nobody settles, because its process died in the middle, stays what it can have been at most: the money may be
/// spent. So the sum of the rows is never less than what was spent.
/// </remarks>
public sealed class Expense : IOwned
{
    /// <summary>Assigned by the database.</summary>
    public long Id { get; set; }

    /// <inheritdoc/>
    public string TeamId { get; set; } = Team.Default;

    /// <summary>Who pays.</summary>
    public long AgentId { get; set; }

    /// <summary>The task it is part of.</summary>
    public long TaskId { get; set; }

    /// <summary>What for: the full name of a tool.</summary>
    public required string Tool { get; set; }

    /// <summary>In millionths of a USD, rounded up.</summary>
    public long MicroUsd { get; set; }

    /// <summary>Whether <see cref="MicroUsd"/> is what it did cost; false: the most it can.</summary>
    public bool Settled { get; set; }

    /// <summary>When it was set aside, by the database's clock.</summary>
    public DateTimeOffset CreatedAt { get; set; }
}

// No foreign keys: Budgets stands above Agents and Harness and does not know their tables.
internal sealed class ExpenseMapping : IEntityTypeConfiguration<Expense>
{
    public void Configure(EntityTypeBuilder<Expense> builder)
    {
        builder.ToTable("expenses");
        builder.Property(expense => expense.TeamId).HasMaxLength(64);
        builder.Property(expense => expense.Tool).HasMaxLength(80);

        // A budget is summed from the index alone.
        builder.HasIndex(expense => new
        {
            expense.AgentId,
            expense.CreatedAt,
            expense.MicroUsd,
        });
    }
}

/// <summary>The table of expenses.</summary>
public static class ExpensesDb
{
    extension(ProductDb db)
    {
        /// <summary>All expenses of all agents.</summary>
        public DbSet<Expense> Expenses => db.Set<Expense>();
    }
}
