using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Project38.Core.Harness.Queue;

/// <summary>How claims hold and retries wait. Section <c>Harness:Queue</c>.</summary>
public sealed class QueueOptions : IValidatableObject
{
    /// <summary>How long a claim holds without a heartbeat. Default: 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "01:00:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a claim is renewed; less than half of <see cref="Lease"/>. Default: 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:20:00")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a worker looks for work that nobody told it of, and a run whether it was cancelled. Default: 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan Poll { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long saving a result may take, outages of the database included. Default: 60 s.</summary>
    /// <remarks>Its own limit: a result outlives the stop of the platform.</remarks>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan SaveLimit { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest wait before a retry, however often it failed. Default: 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Heartbeat > Lease / 2)
        {
            yield return new ValidationResult(
                "Heartbeat must be at most half of Lease, or one lost packet ends a run.",
                [nameof(Heartbeat)]
            );
        }
    }
}

/// <summary>Refuses a start with options out of range, naming each.</summary>
[OptionsValidator]
internal sealed partial class QueueOptionsValidator : IValidateOptions<QueueOptions>;
