using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Project38.Core.Storage;

/// <summary>A request that came with a key of its own, and its answer, for whoever asks again. Row of <c>keyed_requests</c>.</summary>
public sealed class KeyedRequest : IOwned
{
    /// <summary>Assigned by the database.</summary>
    public long Id { get; set; }

    /// <inheritdoc/>
    public string TeamId { get; set; } = Team.Default;

    /// <summary>The client's key; unique within the team.</summary>
    public required string Key { get; set; }

    /// <summary>SHA-256 of method, path and body, hexadecimal: the same key with another request is a mistake.</summary>
    public required string Fingerprint { get; set; }

    /// <summary>The claim of the server that answers it; another one may take it over once <see cref="HeldUntil"/> is past.</summary>
    public required string Holder { get; set; }

    /// <summary>Until when its holder holds it without a word.</summary>
    public DateTimeOffset HeldUntil { get; set; }

    /// <summary>The answer's status; null while there is none.</summary>
    public int? Status { get; set; }

    /// <summary>The answer's headers that matter, a JSON object of texts; null while there is none.</summary>
    public string? Headers { get; set; }

    /// <summary>The answer's body; null while there is none.</summary>
    public string? Body { get; set; }

    /// <summary>By the database's clock.</summary>
    public DateTimeOffset CreatedAt { get; set; }
}

internal sealed class KeyedRequestMapping : IEntityTypeConfiguration<KeyedRequest>
{
    public void Configure(EntityTypeBuilder<KeyedRequest> builder)
    {
        builder.ToTable("keyed_requests");
        builder.Property(request => request.TeamId).HasMaxLength(64);
        builder.Property(request => request.Key).HasMaxLength(255);
        builder.Property(request => request.Fingerprint).HasMaxLength(64);
        builder.Property(request => request.Holder).HasMaxLength(64);
        builder.HasIndex(request => new { request.TeamId, request.Key }).IsUnique();
        builder.HasIndex(request => request.CreatedAt);
    }
}

/// <summary>The table of requests with keys.</summary>
public static class KeyedRequestsDb
{
    extension(ProductDb db)
    {
        /// <summary>All requests with keys that are still known.</summary>
        public DbSet<KeyedRequest> KeyedRequests => db.Set<KeyedRequest>();
    }
}
