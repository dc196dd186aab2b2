using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Project38.Core.Harness.Repairs;

/// <summary>Whether and how agents are mended that fail again and again. Section <c>Harness:Repairs</c>.</summary>
public sealed class RepairOptions
{
    /// <summary>Whether this node has its model propose repairs. Default: true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>How often one repair is begun, when nodes go away over it; each time costs money. Default: 2.</summary>
    [Range(1, 10)]
    public int MaxTries { get; set; } = 2;

    /// <summary>How long a stop waits for a node with a model; after that nobody expects a repair any more. Default: a day.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan Wait { get; set; } = TimeSpan.FromDays(1);
}

/// <summary>Refuses a start with options out of range, naming each.</summary>
[OptionsValidator]
internal sealed partial class RepairOptionsValidator : IValidateOptions<RepairOptions>;
