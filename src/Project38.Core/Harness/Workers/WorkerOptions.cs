using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Project38.Core.Harness.Workers;

/// <summary>How this node runs tasks. Section <c>Harness:Workers</c>.</summary>
public sealed class WorkerOptions
{
    /// <summary>Runs at one time. Default: 5.</summary>
    [Range(1, 1024)]
    public int Slots { get; set; } = 5;

    /// <summary>How long a stop waits for runs to end before it kills them and hands their tasks back. Default: 20 s.</summary>
    /// <remarks>The host's own <c>ShutdownTimeout</c> must be longer; <c>AddHarness</c> sees to that.</remarks>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan DrainLimit { get; set; } = TimeSpan.FromSeconds(20);
}

/// <summary>Refuses a start with options out of range, naming each.</summary>
[OptionsValidator]
internal sealed partial class WorkerOptionsValidator : IValidateOptions<WorkerOptions>;
