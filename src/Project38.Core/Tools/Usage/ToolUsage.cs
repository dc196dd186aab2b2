using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Project38.Core.Agents;
using Project38.Core.Storage;

namespace Project38.Core.Tools.Usage;

/// <summary>An agent's calls of one tool on one day that ended alike, summed. Row of <c>tool_usage</c>.</summary>
/// <remarks>
/// Written with the run that made them, in one commit; each call by itself is a <see cref="RunStep"/> of that run. Runs are
/// pruned and these rows are not: they are what totals are made of. Nothing of a call's arguments is in them.
/// </remarks>
public sealed record ToolUsage : IOwned
{
    /// <inheritdoc/>
    public string TeamId { get; set; } = Team.Default;

    /// <summary>Who called.</summary>
    public long AgentId { get; set; }

    /// <summary>The day in UTC on which the run ended, by the database's clock.</summary>
    public DateOnly Day { get; set; }

    /// <summary>Full name, or <c>unknown</c> for all that are no tool's.</summary>
    public required string Tool { get; set; }

    /// <summary><c>ok</c>, <c>recorded</c>, or the class of the error by <see cref="ToolErrorClass"/>.</summary>
    public required string Ended { get; set; }

    /// <summary>How many.</summary>
    public long Calls { get; set; }

    /// <summary>What they took, in microseconds.</summary>
    public long TookMicroseconds { get; set; }

    /// <summary>Bytes of their arguments and answers, as JSON.</summary>
    public long Bytes { get; set; }

    /// <summary>What they cost, in millionths of a USD.</summary>
    public long CostMicroUsd { get; set; }
}

internal sealed class ToolUsageMapping : IEntityTypeConfiguration<ToolUsage>
{
    public void Configure(EntityTypeBuilder<ToolUsage> builder)
    {
        builder.ToTable("tool_usage");
        builder.HasKey(usage => new
        {
            usage.AgentId,
            usage.Day,
            usage.Tool,
            usage.Ended,
        });
        builder.Property(usage => usage.TeamId).HasMaxLength(64);
        builder.Property(usage => usage.Tool).HasMaxLength(ToolCallPipeline.MostNameLength);
        builder.Property(usage => usage.Ended).HasMaxLength(32);
        builder.HasOne<Agent>().WithMany().HasForeignKey(usage => usage.AgentId).OnDelete(DeleteBehavior.Restrict);
    }
}

/// <summary>The table of the usage of tools.</summary>
public static class ToolUsageDb
{
    extension(ProductDb db)
    {
        /// <summary>All usage of all agents.</summary>
        public DbSet<ToolUsage> ToolUsage => db.Set<ToolUsage>();

        /// <summary>Adds what a run used, in the caller's transaction.</summary>
        /// <param name="teamId">Whose the agent is.</param>
        /// <param name="agentId">The agent.</param>
        /// <param name="used">What its run used.</param>
        /// <param name="now">When it ended, by the database's clock.</param>
        /// <param name="cancellationToken">Stops waiting.</param>
        public async Task AddToolUsageAsync(
            string teamId,
            long agentId,
            IReadOnlyList<ToolUsageSum> used,
            DateTimeOffset now,
            CancellationToken cancellationToken
        )
        {
            var day = DateOnly.FromDateTime(now.UtcDateTime);
            foreach (var sum in used)
            {
                await db.Database.ExecuteSqlAsync(
                    $"""
                    INSERT INTO tool_usage (
                        team_id, agent_id, day, tool, ended, calls, took_microseconds, bytes, cost_micro_usd
                    )
                    VALUES (
                        {teamId}, {agentId}, {day}, {sum.Tool}, {sum.Ended}, {sum.Calls}, {sum.TookMicroseconds}, {sum.Bytes},
                        {sum.CostMicroUsd}
                    )
                    ON CONFLICT (agent_id, day, tool, ended) DO UPDATE SET
                        calls = tool_usage.calls + excluded.calls,
                        took_microseconds = tool_usage.took_microseconds + excluded.took_microseconds,
                        bytes = tool_usage.bytes + excluded.bytes,
                        cost_micro_usd = tool_usage.cost_micro_usd + excluded.cost_micro_usd
                    """,
                    cancellationToken
                );
            }
        }
    }
}
