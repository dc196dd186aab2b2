using System.Text.Json;
using Project38.Core.Handoffs;
using Project38.Core.Tools.Records;

namespace Project38.Core.Execution.Records;

/// <summary>All that a run did and was given, so that it can be executed again.</summary>
/// <param name="Given">What the program was given.</param>
/// <param name="Calls">Its tool calls with their answers, in order.</param>
/// <param name="IsCut">Whether calls are missing, as there was more than is kept.</param>
public sealed record RecordedRun(GivenRun Given, IReadOnlyList<RecordedCall> Calls, bool IsCut);

/// <summary>What the program of a run was given: a later execution is given the same.</summary>
/// <param name="RunNumber">The number it was told.</param>
/// <param name="Config">Its config.</param>
/// <param name="Handoff">What the runs before had left; null: nothing.</param>
public sealed record GivenRun(int RunNumber, JsonElement Config, HandoffView? Handoff);
