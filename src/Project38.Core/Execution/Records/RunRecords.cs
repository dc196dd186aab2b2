using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Project38.Core.Secrets;
using Project38.Core.Storage;
using Project38.Core.Tools;
using Project38.Core.Tools.Records;

namespace Project38.Core.Execution.Records;

/// <summary>A record that was opened.</summary>
/// <param name="Row">Where it stands.</param>
/// <param name="Run">What it holds.</param>
internal sealed record OpenedRecord(RunRecord Row, RecordedRun Run);

/// <summary>Keeps what runs did, sealed under the master key, and without the secrets that are known here.</summary>
/// <remarks>
/// Sealed, because it holds whatever an agent read. And without known secrets, because no value may be part of a row: a program
/// that is executed again sees their names where it had been answered the values.
/// </remarks>
internal sealed class RunRecords(SecretStore secrets, KnownSecrets known)
{
    private static readonly JsonSerializerOptions s_format = new(ToolAnswer.Json)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        MaxDepth = 128,
    };

    /// <summary>Adds a record to what the caller is about to save.</summary>
    /// <param name="db">The caller's; it saves.</param>
    /// <param name="run">The run's row.</param>
    /// <param name="record">What it did.</param>
    /// <param name="now">By the database's clock.</param>
    /// <param name="cancellationToken">Then nothing was added.</param>
    /// <exception cref="SecretException">There is no master key to seal it with.</exception>
    public async Task AddAsync(
        ProductDb db,
        AgentRun run,
        RecordedRun record,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var text = Redacted(JsonSerializer.SerializeToNode(record, s_format))!.ToJsonString(s_format);
        var box = await secrets.SealTextAsync(db, NameOf(run.AgentId, run.Number), text, cancellationToken);
        db.RunRecords.Add(
            new RunRecord
            {
                TeamId = run.TeamId,
                AgentId = run.AgentId,
                TaskId = run.TaskId,
                RunNumber = run.Number,
                VersionId = run.VersionId,
                Waits = run.Outcome == RecordedCall.Asked,
                Calls = record.Calls.Count,
                Sealed = box.Box,
                KeyId = box.KeyId,
                CreatedAt = now,
            }
        );
    }

    /// <summary>What a task goes on from; null: from nothing.</summary>
    /// <exception cref="SecretException">The master key is missing or another one.</exception>
    public async Task<OpenedRecord?> FindAsync(ProductDb db, long taskId, CancellationToken cancellationToken)
    {
        var row = await db
            .RunRecords.AsNoTracking()
            .SingleOrDefaultAsync(record => record.TaskId == taskId && record.Waits, cancellationToken);
        return row is null ? null : Open(row);
    }

    /// <summary>Opens a record.</summary>
    /// <exception cref="SecretException">The master key is missing or another one.</exception>
    /// <exception cref="InvalidDataException">It was written by another version, and cannot be read.</exception>
    public OpenedRecord Open(RunRecord row)
    {
        var text = secrets.OpenText(NameOf(row.AgentId, row.RunNumber), new SealedValue(row.Sealed, row.KeyId));
        try
        {
            return new OpenedRecord(row, JsonSerializer.Deserialize<RecordedRun>(text, s_format)!);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException(
                $"The record of run {row.RunNumber} of agent {row.AgentId} cannot be read.",
                exception
            );
        }
    }

    // Value by value, and not in the text, where what takes a value's place may leave no JSON.
    private JsonNode? Redacted(JsonNode? node) =>
        node switch
        {
            JsonObject parts => new JsonObject(
                parts.Select(part => KeyValuePair.Create(known.Redact(part.Key), Redacted(part.Value)))
            ),
            JsonArray items => new JsonArray([.. items.Select(Redacted)]),
            JsonValue value => Redacted(value),
            _ => null,
        };

    private JsonNode Redacted(JsonValue value)
    {
        var text = value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString();
        var clean = known.Redact(text);
        return clean == text ? value.DeepClone() : JsonValue.Create(clean);
    }

    /// <summary>Forgets what a task goes on from: its next run begins anew.</summary>
    public static Task ForgetAsync(ProductDb db, long taskId, CancellationToken cancellationToken) =>
        db.RunRecords.Where(record => record.TaskId == taskId && record.Waits).ExecuteDeleteAsync(cancellationToken);

    private static string NameOf(long agentId, int runNumber) => $"record of run {runNumber} of agent {agentId}";
}
