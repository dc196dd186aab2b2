using System.Collections.Concurrent;
using Project38.Cli.Evaluation.Corpus;
using Project38.Cli.Evaluation.Recordings;
using Project38.Cli.Evaluation.Worlds;

namespace Project38.Cli.Evaluation;

/// <summary>What an evaluation was told.</summary>
internal sealed record EvaluationOptions
{
    /// <summary>Briefs under way at one time.</summary>
    public required int AtOnce { get; init; }

    /// <summary>The user's zone, IANA.</summary>
    public required string Zone { get; init; }

    /// <summary>Without a model, whatever is configured.</summary>
    public required bool BlueprintsOnly { get; init; }

    /// <summary>Where the model's answers are written; null: nowhere.</summary>
    public string? Record { get; init; }

    /// <summary>Where the model's answers are read; null: the model itself is asked.</summary>
    public string? Replay { get; init; }
}

/// <summary>Takes a corpus through a server of its own.</summary>
/// <param name="options">How.</param>
/// <param name="told">Told each brief as it ends.</param>
/// <param name="note">Told what a person should know besides.</param>
internal sealed class CorpusRun(EvaluationOptions options, Action<BriefReport> told, Action<string> note)
{
    /// <summary>All briefs, some side by side.</summary>
    public async Task<EvaluationReport> RunAsync(IReadOnlyList<Brief> briefs, CancellationToken cancellationToken)
    {
        var recordings = await ReadRecordingsAsync(briefs, cancellationToken);
        await using var recorder =
            options.Replay is not null ? ModelRecorder.Replaying()
            : options.Record is not null ? ModelRecorder.Recording(ModelSetup.Address)
            : null;
        var environment =
            recorder is null ? (options.BlueprintsOnly ? ModelSetup.None() : [])
            : options.Replay is not null ? ModelSetup.Replaying(recordings.Values.First(), recorder.Url)
            : ModelSetup.Through(recorder.Url);

        var slots = new ConcurrentBag<WorldSlot>();
        try
        {
            for (var count = 0; count < Math.Min(options.AtOnce, briefs.Count); count++)
            {
                slots.Add(new WorldSlot());
            }
            await using var server = await EvaluationServer.StartAsync(
                slots.Select(slot => slot.Host),
                environment,
                cancellationToken
            );
            var reports = new BriefReport[briefs.Count];
            await Parallel.ForEachAsync(
                briefs.Index(),
                new ParallelOptions { MaxDegreeOfParallelism = slots.Count, CancellationToken = cancellationToken },
                async (one, token) =>
                {
                    slots.TryTake(out var slot);
                    reports[one.Index] = await RunAsync(server, one.Item, slot!, recorder, recordings, token);
                    slots.Add(slot!);
                    told(reports[one.Index]);
                }
            );
            return EvaluationReport.Of(reports);
        }
        finally
        {
            foreach (var slot in slots)
            {
                await slot.DisposeAsync();
            }
        }
    }

    private async Task<BriefReport> RunAsync(
        EvaluationServer server,
        Brief brief,
        WorldSlot slot,
        ModelRecorder? recorder,
        Dictionary<string, Recording> recordings,
        CancellationToken cancellationToken
    )
    {
        var world = slot.Put(brief);
        recorder?.Begin(brief.Id, world.Fill(brief.Text), slot.Host, recordings.GetValueOrDefault(brief.Id));
        var report = await new BriefRun(server.Api, brief, world, options.Zone).RunAsync(cancellationToken);
        if (recorder?.End(brief.Id) is not var (calls, missing, stale))
        {
            return report;
        }
        if (stale > 0)
        {
            note($"{brief.Id}: {stale} of its answers were recorded with another prompt; record them anew.");
        }
        if (missing > 0)
        {
            return report with
            {
                Faults =
                [
                    .. report.Faults,
                    new Judging.Fault("no-recording", "the model was asked more than was recorded"),
                ],
            };
        }
        if (options.Record is { } folder && calls.Count > 0)
        {
            var recording = new Recording
            {
                Brief = brief.Id,
                Provider = ModelSetup.Provider,
                Model = ModelSetup.Read("P38_MODEL") ?? "claude-sonnet-5-5",
                Fallback = ModelSetup.Read("P38_MODEL_FALLBACK"),
                Calls = calls,
            };
            await RecordingJson.WriteAsync(folder, recording, cancellationToken);
        }
        else if (options.Record is not null)
        {
            note($"{brief.Id}: no model was asked, so nothing was recorded.");
        }
        return report;
    }

    private async Task<Dictionary<string, Recording>> ReadRecordingsAsync(
        IReadOnlyList<Brief> briefs,
        CancellationToken cancellationToken
    )
    {
        var all = new Dictionary<string, Recording>();
        if (options.Replay is not { } folder)
        {
            return all;
        }
        foreach (var brief in briefs)
        {
            if (await RecordingJson.ReadAsync(folder, brief.Id, cancellationToken) is { } recording)
            {
                all[brief.Id] = recording;
            }
        }
        if (briefs.Select(brief => brief.Id).Where(id => !all.ContainsKey(id)).ToList() is { Count: > 0 } without)
        {
            throw new CliException(
                ExitCode.NotFound,
                $"There is no recording in '{folder}' of: {string.Join(", ", without)}. Choose others with --only, or record them."
            );
        }
        if (all.Values.Select(one => (one.Provider, one.Model, one.Fallback)).Distinct().Count() > 1)
        {
            throw new CliException(
                ExitCode.Usage,
                $"The recordings in '{folder}' are of several models; replay one with --only."
            );
        }
        return all;
    }
}
