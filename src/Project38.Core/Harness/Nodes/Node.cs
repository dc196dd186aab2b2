using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Project38.Core.Storage;

namespace Project38.Core.Harness.Nodes;

/// <summary>A process that serves this database, as long as it is heard of. Row of <c>nodes</c>.</summary>
/// <remarks>Nothing is decided by it: who owns a task says its lease. It is there to be looked at.</remarks>
public sealed class Node
{
    /// <summary>One not heard of for this long is taken for dead.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromMinutes(2);

    /// <summary>The role of a node that turns schedules into tasks.</summary>
    internal const string SchedulerRole = "scheduler";

    /// <summary>As in <c>claimed_by</c> of tasks: host, process, and a random part.</summary>
    public required string Id { get; init; }

    /// <summary><c>api</c>, <c>worker</c> (runs what is due, or in an embedded one what was started by hand), <c>scheduler</c>.</summary>
    public required IReadOnlyList<string> Roles { get; init; }

    /// <summary>What its worker is labelled with.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>Of the program.</summary>
    public required string Version { get; init; }

    /// <summary>How its runs are contained: <c>full</c>, <c>no_cgroup</c>…</summary>
    public required string SandboxLevel { get; init; }

    /// <summary>By the database's clock.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>By the database's clock.</summary>
    public required DateTimeOffset SeenAt { get; init; }
}

internal sealed class NodeMapping : IEntityTypeConfiguration<Node>
{
    public void Configure(EntityTypeBuilder<Node> builder)
    {
        builder.ToTable("nodes");
        builder.Property(node => node.Id).HasMaxLength(255);
        builder.Property(node => node.Roles).AsJson();
        builder.Property(node => node.Labels).AsJson();
        builder.Property(node => node.Version).HasMaxLength(64);
        builder.Property(node => node.SandboxLevel).HasMaxLength(32);
    }
}

/// <summary>The table of nodes.</summary>
public static class NodesDb
{
    extension(ProductDb db)
    {
        /// <summary>All nodes that were heard of lately.</summary>
        public DbSet<Node> Nodes => db.Set<Node>();
    }
}
