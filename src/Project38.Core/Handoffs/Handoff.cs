using System.Text.Json;

namespace Project38.Core.Handoffs;

/// <summary>What an agent receives from the runs before: at most 64 KB of JSON.</summary>
/// <param name="RunNumber">Number of the run that receives it; the first is 1.</param>
/// <param name="State">State of the last run that succeeded, a JSON object.</param>
/// <param name="Observations">Latest observations, oldest first.</param>
/// <param name="Actions">Latest actions, oldest first.</param>
/// <param name="Summary">What the older ones came to, in one text; empty when nothing was left out.</param>
public sealed record HandoffView(
    int RunNumber,
    JsonElement State,
    IReadOnlyList<HandoffEntry> Observations,
    IReadOnlyList<HandoffEntry> Actions,
    string Summary
);

/// <summary>One thing a run noted.</summary>
/// <param name="Run">Number of the run that noted it.</param>
/// <param name="At">When, by the run's clock.</param>
/// <param name="Text">What.</param>
/// <param name="Failed">Whether that run failed in the end.</param>
public sealed record HandoffEntry(int Run, DateTimeOffset At, string Text, bool Failed);

/// <summary>What one run leaves for the next, as the runner sends it at the end.</summary>
/// <param name="State">A JSON object; committed only with the success of the run.</param>
/// <param name="Observations">What it saw; kept, marked, when the run fails.</param>
/// <param name="Actions">What it did; kept, marked, when the run fails.</param>
/// <param name="Summary">The agent's own summary; null when it gave none.</param>
public sealed record HandoffDraft(
    JsonElement State,
    IReadOnlyList<NotedText> Observations,
    IReadOnlyList<NotedText> Actions,
    string? Summary
);

/// <summary>A text and when it was noted, by the run's clock.</summary>
public sealed record NotedText(DateTimeOffset At, string Text);
