using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Project38.Core.Agents;
using Project38.Core.Storage;

namespace Project38.Core.Execution.Records;

/// <summary>What is kept of a run so that it can be executed again. Row of <c>run_records</c>.</summary>
public sealed class RunRecord : IOwned
{
    /// <summary>Assigned by the database.</summary>
    public long Id { get; private set; }

    /// <inheritdoc/>
    public required string TeamId { get; init; }

    /// <summary>The agent.</summary>
    public required long AgentId { get; init; }

    /// <summary>The task.</summary>
    public required long TaskId { get; init; }

    /// <summary>The number of the run, as <see cref="AgentRun.Number"/>.</summary>
    public required int RunNumber { get; init; }

    /// <summary>The version that ran, and that is to run again.</summary>
    public required long VersionId { get; init; }

    /// <summary>Whether its task goes on from it; false: it is kept to be looked at.</summary>
    public required bool Waits { get; init; }

    /// <summary>How many calls it holds.</summary>
    public required int Calls { get; init; }

    /// <summary>The <see cref="RecordedRun"/> as JSON, sealed under the master key.</summary>
    public required byte[] Sealed { get; init; }

    /// <summary>The master key that opens it.</summary>
    public required string KeyId { get; init; }

    /// <summary>By the database's clock.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

// No foreign key to tasks, as runs have none.
internal sealed class RunRecordMapping : IEntityTypeConfiguration<RunRecord>
{
    public void Configure(EntityTypeBuilder<RunRecord> builder)
    {
        builder.ToTable("run_records");
        builder.Property(record => record.TeamId).HasMaxLength(64);
        builder.Property(record => record.KeyId).HasMaxLength(16);
        builder.HasOne<Agent>().WithMany().HasForeignKey(record => record.AgentId).OnDelete(DeleteBehavior.Restrict);
        builder
            .HasOne<AgentVersion>()
            .WithMany()
            .HasForeignKey(record => record.VersionId)
            .OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(record => new { record.AgentId, record.RunNumber }).IsUnique();
        builder.HasIndex(record => record.TaskId);
    }
}

/// <summary>The table of records.</summary>
public static class RunRecordsDb
{
    extension(ProductDb db)
    {
        /// <summary>What is kept of runs.</summary>
        public DbSet<RunRecord> RunRecords => db.Set<RunRecord>();
    }
}
