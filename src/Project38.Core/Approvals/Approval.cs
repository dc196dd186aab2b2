using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Project38.Core.Agents;
using Project38.Core.Storage;

namespace Project38.Core.Approvals;

/// <summary>How far a question is.</summary>
public enum ApprovalStatus
{
    /// <summary>Nobody has answered.</summary>
    Open,

    /// <summary>A person said yes.</summary>
    Approved,

    /// <summary>A person said no.</summary>
    Rejected,

    /// <summary>Nobody answered in time, which is a no.</summary>
    Expired,

    /// <summary>Its task is over: cancelled, or its agent deleted.</summary>
    Withdrawn,
}

/// <summary>A question of a run to a person. Row of <c>approvals</c>, written in the commit in which its task begins to wait.</summary>
public sealed class Approval : IOwned
{
    /// <summary>Assigned by the database.</summary>
    public long Id { get; private set; }

    /// <inheritdoc/>
    public required string TeamId { get; init; }

    /// <summary>Whose run asks.</summary>
    public required long AgentId { get; init; }

    /// <summary>The task that waits.</summary>
    public required long TaskId { get; init; }

    /// <summary>The number of the run that asked; it asks once.</summary>
    public required int RunNumber { get; init; }

    /// <summary>See <see cref="ApprovalQuestion.Text"/>.</summary>
    public required string Question { get; init; }

    /// <summary>See <see cref="ApprovalQuestion.Details"/>.</summary>
    public required string? Details { get; init; }

    /// <summary>How far it is.</summary>
    public required ApprovalStatus Status { get; init; }

    /// <summary>Who answered; null: nobody did.</summary>
    public string? DecidedBy { get; init; }

    /// <summary>What they said to it; null: nothing.</summary>
    public string? Note { get; init; }

    /// <summary>By the database's clock.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From then on it cannot be answered.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was answered, expired or was withdrawn; null: it is open.</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>What became of it; null: it is open.</summary>
    public ApprovalAnswer? Answer =>
        Status is ApprovalStatus.Open ? null : new ApprovalAnswer(Status, DecidedBy, Note, DecidedAt ?? ExpiresAt);
}

// No foreign key to tasks: Approvals stands above Harness and does not know its table.
internal sealed class ApprovalMapping : IEntityTypeConfiguration<Approval>
{
    public void Configure(EntityTypeBuilder<Approval> builder)
    {
        builder.ToTable("approvals");
        builder.Property(approval => approval.TeamId).HasMaxLength(64);
        builder.Property(approval => approval.Question).HasMaxLength(ApprovalQuestion.MaxText);
        builder.Property(approval => approval.DecidedBy).HasMaxLength(255);
        builder.Property(approval => approval.Note).HasMaxLength(ApprovalQuestion.MaxNote);
        builder
            .HasOne<Agent>()
            .WithMany()
            .HasForeignKey(approval => approval.AgentId)
            .OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(approval => new { approval.AgentId, approval.RunNumber }).IsUnique();
        builder.HasIndex(approval => approval.TaskId);
        builder
            .HasIndex(approval => approval.ExpiresAt)
            .HasFilter("status = 'open'")
            .HasDatabaseName("ix_approvals_open");
    }
}

/// <summary>The table of questions.</summary>
public static class ApprovalsDb
{
    extension(ProductDb db)
    {
        /// <summary>All questions, answered ones too.</summary>
        public DbSet<Approval> Approvals => db.Set<Approval>();
    }
}
