using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Project38.Server.McpEndpoint;

/// <summary>Which of a list are wanted: arguments of every tool that lists.</summary>
internal abstract record PageArguments
{
    [
        Range(1, 100, ErrorMessage = "must be a whole number from 1 to 100"),
        Description("How many at most. Default: 20.")
    ]
    public int? Limit { get; init; }

    [
        Range(0, 1_000_000, ErrorMessage = "must be a whole number from 0 to 1000000"),
        Description("How many of the newest to pass over. Default: 0.")
    ]
    public int? Offset { get; init; }

    /// <summary>How many at most.</summary>
    public int Most() => Limit ?? McpDoor.PageSize;

    /// <summary>How many to pass over.</summary>
    public int PassedOver() => Offset ?? 0;
}
