using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Project38.Core.Agents;
using Project38.Core.Storage;

namespace Project38.Core.Handoffs;

/// <summary>What one run left, whole and unchanged. Row of <c>handoffs</c>.</summary>
public sealed class HandoffRow : IOwned
{
    /// <summary>Assigned by the database.</summary>
    public long Id { get; set; }

    /// <inheritdoc/>
    public required string TeamId { get; set; }

    /// <summary>The agent.</summary>
    public long AgentId { get; set; }

    /// <summary>Number of the run that left it, within the agent.</summary>
    public int RunNumber { get; set; }

    /// <summary>
    /// 1, 2, 3… within the agent: what is handed on never reaches back over a reset, or over a time longer than the TTL.
    /// </summary>
    public int Generation { get; set; }

    /// <summary>Whether that run succeeded; only then its state counts.</summary>
    public bool Succeeded { get; set; }

    /// <summary>The state it committed, a JSON object; null when it failed.</summary>
    public string? State { get; set; }

    /// <summary>What it saw.</summary>
    public IReadOnlyList<NotedText> Observations { get; set; } = [];

    /// <summary>What it did.</summary>
    public IReadOnlyList<NotedText> Actions { get; set; } = [];

    /// <summary>Observations and actions of the generation up to this run, so that nobody has to count them.</summary>
    public long EntriesSoFar { get; set; }

    /// <summary>Its own summary; null when it gave none.</summary>
    public string? Summary { get; set; }

    /// <summary>By the database's clock.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>From then on it is history only, and hands nothing on.</summary>
    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>What a run left, by itself: its place among those before it, and its times, are still to come.</summary>
    internal static HandoffRow Of(string teamId, long agentId, int runNumber, HandoffDraft? draft, bool succeeded)
    {
        IReadOnlyList<NotedText> observations = draft?.Observations ?? [];
        IReadOnlyList<NotedText> actions = draft?.Actions ?? [];
        return new HandoffRow
        {
            TeamId = teamId,
            AgentId = agentId,
            RunNumber = runNumber,
            Succeeded = succeeded && draft is not null,
            State = succeeded ? draft?.State.GetRawText() : null,
            Observations = observations,
            Actions = actions,
            EntriesSoFar = observations.Count + actions.Count,
            Summary = succeeded ? draft?.Summary : null,
        };
    }
}

internal sealed class HandoffRowMapping : IEntityTypeConfiguration<HandoffRow>
{
    public void Configure(EntityTypeBuilder<HandoffRow> builder)
    {
        builder.ToTable("handoffs");
        builder.Property(row => row.TeamId).HasMaxLength(64);
        builder.Property(row => row.Observations).AsJson();
        builder.Property(row => row.Actions).AsJson();
        builder.HasOne<Agent>().WithMany().HasForeignKey(row => row.AgentId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(row => new { row.AgentId, row.RunNumber }).IsUnique();
        // The state is the last success's, however many failures have come since.
        builder
            .HasIndex(row => new
            {
                row.AgentId,
                row.Generation,
                row.RunNumber,
            })
            .HasFilter("succeeded")
            .HasDatabaseName("ix_handoffs_succeeded");
    }
}

/// <summary>The table of handoffs.</summary>
public static class HandoffsDb
{
    extension(ProductDb db)
    {
        /// <summary>What every run left.</summary>
        public DbSet<HandoffRow> Handoffs => db.Set<HandoffRow>();
    }
}
