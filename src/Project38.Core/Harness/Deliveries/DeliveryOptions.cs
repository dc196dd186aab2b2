using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Project38.Core.Harness.Deliveries;

/// <summary>How messages are delivered to channels. Section <c>Harness:Deliveries</c>.</summary>
public sealed class DeliveryOptions
{
    /// <summary>The waits between attempts: short ones for a peer that restarts, long ones for one that is down. A day in all.</summary>
    internal static readonly IReadOnlyList<TimeSpan> Waits =
    [
        TimeSpan.FromSeconds(10),
        TimeSpan.FromMinutes(1),
        TimeSpan.FromMinutes(5),
        TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(2),
        TimeSpan.FromHours(6),
        TimeSpan.FromHours(12),
    ];

    /// <summary>How often a delivery is tried. Default: 8, over about 21 hours.</summary>
    [Range(1, 8)]
    public int MaxAttempts { get; set; } = 8;

    /// <summary>A message that waited longer is not sent any more: nobody wants it then. Default: 3 days.</summary>
    [Range(typeof(TimeSpan), "1.06:00:00", "365.00:00:00")]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(3);

    /// <summary>Deliveries that one channel has under way on a node: one peer that hangs holds no other up. Default: 4.</summary>
    [Range(1, 100)]
    public int PerChannel { get; set; } = 4;

    /// <summary>Deliveries that all channels together have under way on a node. Default: 64.</summary>
    [Range(1, 1000)]
    public int AtOnce { get; set; } = 64;

    /// <summary>Messages in one digest; what is more goes out as the next. Default: 50.</summary>
    [Range(1, 500)]
    public int PerDigest { get; set; } = 50;

    /// <summary>How often a node looks for what became due by itself. Default: 2 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:05:00")]
    public TimeSpan Poll { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a stop waits for what is under way. Default: 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan DrainLimit { get; set; } = TimeSpan.FromSeconds(10);
}

/// <summary>Refuses a start with options out of range, naming each.</summary>
[OptionsValidator]
internal sealed partial class DeliveryOptionsValidator : IValidateOptions<DeliveryOptions>;
