using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Project38.Core.Storage;
using Project38.Core.Tools;

namespace Project38.Core.Execution;

/// <summary>A piece of what a run printed and did, while it goes on. Row of <c>run_output</c>; gone with the run's end.</summary>
public sealed class RunOutput : IOwned
{
    /// <summary>Assigned by the database.</summary>
    public long Id { get; set; }

    /// <inheritdoc/>
    public string TeamId { get; set; } = Team.Default;

    /// <summary>The task.</summary>
    public long TaskId { get; set; }

    /// <summary>Which run of its task this is, from 1.</summary>
    public int Attempt { get; set; }

    /// <summary>The claim it runs under.</summary>
    public long Fence { get; set; }

    /// <summary>What was printed since the piece before.</summary>
    public required string Text { get; set; }

    /// <summary>How many bytes of UTF-8 the run has printed with this piece.</summary>
    public long LogEnd { get; set; }

    /// <summary>The tool calls that ended since the piece before, a JSON array of <see cref="StepView"/>.</summary>
    public string Steps { get; set; } = "[]";

    /// <summary>The number of the last tool call told with this piece; 0: none yet.</summary>
    public int StepEnd { get; set; }
}

/// <summary>A tool call as those see it who follow: nothing of what it was called with or what it answered.</summary>
/// <param name="Number">1, 2, 3… within the run.</param>
/// <param name="Tool">Full tool name.</param>
/// <param name="Outcome"><c>ok</c>, <c>recorded</c>, <c>refused</c> or <c>error</c>.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record StepView(int Number, string Tool, string Outcome, double Seconds);

internal static class StepViews
{
    /// <summary>A tool call as those see it who follow.</summary>
    public static StepView View(this RunStep step) =>
        new(step.Number, step.Tool, step.Outcome, step.Duration.TotalSeconds);
}

internal sealed class RunOutputMapping : IEntityTypeConfiguration<RunOutput>
{
    public void Configure(EntityTypeBuilder<RunOutput> builder)
    {
        builder.ToTable("run_output");
        builder.Property(output => output.TeamId).HasMaxLength(64);
        builder.HasIndex(output => new { output.TaskId, output.Fence });
    }
}

internal static class RunOutputDb
{
    extension(ProductDb db)
    {
        /// <summary>What runs that go on have printed and done.</summary>
        public DbSet<RunOutput> RunOutput => db.Set<RunOutput>();
    }
}
