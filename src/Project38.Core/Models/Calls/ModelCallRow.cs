using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Project38.Core.Storage;

namespace Project38.Core.Models.Calls;

/// <summary>One call of a model, also one that failed or was refused before it was sent. Row of <c>model_calls</c>.</summary>
/// <remarks>What was said in it is nowhere in the row. Rows are never deleted: they are what totals are made of.</remarks>
public sealed class ModelCallRow : IOwned
{
    /// <summary>What <see cref="Outcome"/> says of a call that was answered; any other is a failure.</summary>
    public const string Answered = "answered";

    /// <summary>Assigned by the database.</summary>
    public long Id { get; private set; }

    /// <inheritdoc/>
    public string TeamId { get; set; } = Team.Default;

    /// <summary>The agent it was for; null while there is none, and for good where the making came to none.</summary>
    public long? AgentId { get; init; }

    /// <summary>The making it was part of; null: of none.</summary>
    public string? Making { get; init; }

    /// <summary>Who was asked.</summary>
    public required ModelProvider Provider { get; init; }

    /// <summary>The model's name at its provider; empty where none was named.</summary>
    public required string Model { get; init; }

    /// <summary>What for.</summary>
    public required ModelPurpose Purpose { get; init; }

    /// <summary>Tokens read anew.</summary>
    public required long InputTokens { get; init; }

    /// <summary>Tokens written, thinking included.</summary>
    public required long OutputTokens { get; init; }

    /// <summary>Tokens read and kept in the provider's cache.</summary>
    public required long CacheWriteTokens { get; init; }

    /// <summary>Tokens read from the provider's cache.</summary>
    public required long CacheReadTokens { get; init; }

    /// <summary>What it cost, in millionths of a USD; null: nobody knows the model's price.</summary>
    public required long? CostMicroUsd { get; init; }

    /// <summary>Whether the provider never said what was used, so that the cost is the most it can have been.</summary>
    public required bool Estimated { get; init; }

    /// <summary><see cref="Answered"/>, <c>cancelled</c>, or a <see cref="ModelFailure"/> in snake_case.</summary>
    public required string Outcome { get; init; }

    /// <summary>When it ended, by the database's clock.</summary>
    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>What a model is asked for.</summary>
public enum ModelPurpose
{
    /// <summary>The first program of a brief.</summary>
    Create,

    /// <summary>A change of an agent.</summary>
    Edit,

    /// <summary>Another program, because the one before was not right.</summary>
    Repair,

    /// <summary>What an agent's program asks in a run.</summary>
    Agent,
}

// No foreign key to agents: Models stands above Agents and does not know its table.
internal sealed class ModelCallMapping : IEntityTypeConfiguration<ModelCallRow>
{
    public void Configure(EntityTypeBuilder<ModelCallRow> builder)
    {
        builder.ToTable("model_calls");
        builder.Property(call => call.TeamId).HasMaxLength(64);
        builder.Property(call => call.Making).HasMaxLength(32);
        builder.Property(call => call.Model).HasMaxLength(255);
        builder.Property(call => call.Outcome).HasMaxLength(32);
        builder.HasIndex(call => call.CreatedAt);
        builder.HasIndex(call => new { call.AgentId, call.CreatedAt });
        builder.HasIndex(call => call.Making);
    }
}

/// <summary>The table of calls of models.</summary>
public static class ModelCallsDb
{
    extension(ProductDb db)
    {
        /// <summary>All calls of models there ever were.</summary>
        public DbSet<ModelCallRow> ModelCalls => db.Set<ModelCallRow>();
    }
}
