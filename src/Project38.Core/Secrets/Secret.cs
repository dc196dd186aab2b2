using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Project38.Core.Storage;

namespace Project38.Core.Secrets;

/// <summary>A value that nobody may see, by its name. Row of <c>secrets</c>; the value stands there encrypted only.</summary>
public sealed class Secret : IOwned
{
    /// <summary>Assigned by the database.</summary>
    public long Id { get; private set; }

    /// <inheritdoc/>
    public required string TeamId { get; init; }

    /// <summary>Unique within the team; see <see cref="SecretName"/>.</summary>
    public required string Name { get; init; }

    /// <summary>What <see cref="Sealing"/> made of the value.</summary>
    public required byte[] Sealed { get; set; }

    /// <summary>The <see cref="MasterKey.Id"/> it was sealed with.</summary>
    public required string KeyId { get; set; }

    /// <summary>Who put the value last.</summary>
    public required string UpdatedBy { get; set; }

    /// <summary>When the name came to be, by the database's clock.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the value was put last, by the database's clock.</summary>
    public required DateTimeOffset UpdatedAt { get; set; }
}

internal sealed class SecretMapping : IEntityTypeConfiguration<Secret>
{
    public void Configure(EntityTypeBuilder<Secret> builder)
    {
        builder.ToTable("secrets");
        builder.Property(secret => secret.TeamId).HasMaxLength(64);
        builder.Property(secret => secret.Name).HasMaxLength(SecretName.MaxLength);
        builder.Property(secret => secret.KeyId).HasMaxLength(16);
        builder.Property(secret => secret.UpdatedBy).HasMaxLength(255);
        builder.HasIndex(secret => new { secret.TeamId, secret.Name }).IsUnique();
    }
}

/// <summary>The table of secrets.</summary>
public static class SecretsDb
{
    extension(ProductDb db)
    {
        /// <summary>All secrets of all teams.</summary>
        public DbSet<Secret> Secrets => db.Set<Secret>();
    }
}
