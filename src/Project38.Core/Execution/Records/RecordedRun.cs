using System.Text.Json;
using System.Text.Json.Serialization;
using Project38.Core.Handoffs;
using Project38.Core.Tools.Records;

namespace Project38.Core.Execution.Records;

/// <summary>All that a run did and was given, so that it can be executed again.</summary>
/// <param name="Given">What the program was given.</param>
/// <param name="Calls">Its tool calls with their answers, in order.</param>
/// <param name="Readings">What its clock showed, in seconds since 1970; null: it was read more often than is kept.</param>
/// <param name="IsCut">Whether calls are missing, as there was more than is kept.</param>
public sealed record RecordedRun(
    GivenRun Given,
    IReadOnlyList<RecordedCall> Calls,
    IReadOnlyList<double>? Readings,
    bool IsCut
)
{
    /// <summary>Of a run that went by a record: the calls of that which it did not make.</summary>
    [JsonIgnore]
    public IReadOnlyList<RecordedCall> Left { get; init; } = [];

    /// <summary>Of a run that went by a record: where it did something else, and was ended; null: nowhere.</summary>
    [JsonIgnore]
    public string? Divergence { get; init; }
}

/// <summary>What the program of a run was given: a later execution is given the same.</summary>
/// <param name="RunNumber">The number it was told.</param>
/// <param name="Config">Its config.</param>
/// <param name="Handoff">What the runs before had left; null: nothing.</param>
/// <param name="Seed">What its chance followed from.</param>
/// <param name="Clock">The time that it was to live at; null: real time.</param>
public sealed record GivenRun(
    int RunNumber,
    JsonElement Config,
    HandoffView? Handoff,
    string Seed,
    DateTimeOffset? Clock = null
);
