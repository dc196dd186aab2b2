using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Project38.Core.Harness.Queue;

/// <summary>How long finished tasks are kept. Section <c>Harness:Retention</c>.</summary>
public sealed class RetentionOptions
{
    /// <summary>A finished task goes when it ended longer ago. Default: 90 days.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "36500.00:00:00")]
    public TimeSpan Age { get; set; } = TimeSpan.FromDays(90);

    /// <summary>It goes, too, when its agent has this many newer tasks. Default: 10,000.</summary>
    [Range(100, 10_000_000)]
    public int TasksPerAgent { get; set; } = 10_000;
}

/// <summary>Refuses a start with options out of range, naming each.</summary>
[OptionsValidator]
internal sealed partial class RetentionOptionsValidator : IValidateOptions<RetentionOptions>;
