using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Project38.Core.Harness.Scheduling;

/// <summary>How schedules become tasks. Section <c>Harness:Scheduler</c>.</summary>
public sealed class SchedulerOptions
{
    /// <summary>The longest sleep between two looks at the schedules. Default: 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan MaxSleep { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How late a fire may be and still run under <c>misfire: skip</c>. Default: 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan MisfireGrace { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How many fires of one outage <c>misfire: run_all</c> runs, the latest ones. Default: 100.</summary>
    [Range(1, 10_000)]
    public int CatchUpLimit { get; set; } = 100;

    /// <summary>How many fires of one agent one tick looks at, so that a long outage cannot hold a transaction. Default: 10,000.</summary>
    [Range(2, 1_000_000)]
    public int FiresPerTick { get; set; } = 10_000;

    /// <summary>How many agents one tick takes. Default: 300.</summary>
    [Range(1, 10_000)]
    public int AgentsPerTick { get; set; } = 300;
}

/// <summary>Refuses a start with options out of range, naming each.</summary>
[OptionsValidator]
internal sealed partial class SchedulerOptionsValidator : IValidateOptions<SchedulerOptions>;
