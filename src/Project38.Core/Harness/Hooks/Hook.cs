using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Project38.Core.Agents;
using Project38.Core.Storage;

namespace Project38.Core.Harness.Hooks;

/// <summary>An address that starts an agent: whoever knows it may. Row of <c>hooks</c>; the address stands there only as a hash.</summary>
public sealed class Hook : IOwned
{
    /// <summary>The most characters of a name.</summary>
    public const int MaxName = 100;

    /// <summary>Assigned by the database.</summary>
    public long Id { get; private set; }

    /// <inheritdoc/>
    public string TeamId { get; init; } = Team.Default;

    /// <summary>The agent that it starts.</summary>
    public required long AgentId { get; init; }

    /// <summary>For people; need not be unique.</summary>
    public required string Name { get; init; }

    /// <summary>SHA-256 of the secret in its address.</summary>
    public required byte[] SecretHash { get; init; }

    /// <summary>The key that its deliveries are signed with, encrypted; null: they are not signed.</summary>
    public byte[]? SigningKey { get; init; }

    /// <summary>The master key that <see cref="SigningKey"/> was encrypted with.</summary>
    public string? SigningKeyId { get; init; }

    /// <summary>Who made it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>By the database's clock.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it started its agent last; null: never yet.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }
}

internal sealed class HookMapping : IEntityTypeConfiguration<Hook>
{
    public void Configure(EntityTypeBuilder<Hook> builder)
    {
        builder.ToTable("hooks");
        builder.Property(hook => hook.TeamId).HasMaxLength(64);
        builder.Property(hook => hook.Name).HasMaxLength(Hook.MaxName);
        builder.Property(hook => hook.SecretHash).HasMaxLength(32);
        builder.Property(hook => hook.SigningKeyId).HasMaxLength(16);
        builder.Property(hook => hook.CreatedBy).HasMaxLength(255);
        builder.HasOne<Agent>().WithMany().HasForeignKey(hook => hook.AgentId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(hook => hook.SecretHash).IsUnique();
        builder.HasIndex(hook => hook.AgentId);
    }
}

/// <summary>The table of hooks.</summary>
public static class HooksDb
{
    extension(ProductDb db)
    {
        /// <summary>All hooks of all agents.</summary>
        public DbSet<Hook> Hooks => db.Set<Hook>();
    }
}
