using System.Text.Json;
using System.Text.Json.Nodes;
using Project38.Core.Execution.Records;
using Project38.Core.Handoffs;
using Project38.Core.Tools;

namespace Project38.Core.Execution;

/// <summary>Writes <c>/app/run.json</c>: what the platform tells the run.</summary>
internal static class RunFile
{
    public static byte[] Write(AgentProcessSpec spec) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new JsonObject
            {
                ["run_number"] = spec.RunNumber,
                ["config"] = JsonObject.Create(spec.Config),
                ["handoff"] = spec.Handoff is { } handoff ? Handoff(handoff) : null,
                ["clock"] = spec.Clock is { } clock ? Instant(clock) : null,
                ["record"] = spec.Recording is { } recording ? Record(recording) : null,
            },
            ToolAnswer.Json
        );

    /// <summary>A handoff as a run reads it.</summary>
    public static JsonObject Handoff(HandoffView handoff) =>
        new()
        {
            ["state"] = JsonObject.Create(handoff.State),
            ["observations"] = Entries(handoff.Observations),
            ["actions"] = Entries(handoff.Actions),
            ["summary"] = handoff.Summary,
        };

    private static JsonObject Record(RunRecording recording) =>
        new()
        {
            ["seed"] = recording.Seed,
            ["readings"] = new JsonArray([.. recording.Readings.Select(reading => JsonValue.Create(reading))]),
        };

    private static JsonArray Entries(IReadOnlyList<HandoffEntry> entries) =>
        [
            .. entries.Select(entry => new JsonObject
            {
                ["run"] = entry.Run,
                ["at"] = Instant(entry.At),
                ["text"] = entry.Text,
                ["failed"] = entry.Failed,
            }),
        ];

    private static string Instant(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'");
}
