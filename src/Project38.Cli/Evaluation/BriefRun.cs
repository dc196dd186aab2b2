using System.Diagnostics;
using System.Text;
using Project38.Cli.Api;
using Project38.Cli.Evaluation.Corpus;
using Project38.Cli.Evaluation.Judging;
using Project38.Cli.Evaluation.Worlds;
using Project38.Cli.Verbs;
using Project38.Client;
using Project38.Contracts;

namespace Project38.Cli.Evaluation;

/// <summary>One pass over one brief, as a user would go: make the agent, put its files, run it, look at what it did.</summary>
/// <param name="api">The server.</param>
/// <param name="brief">The brief.</param>
/// <param name="world">Its world.</param>
/// <param name="zone">The user's zone, IANA.</param>
internal sealed class BriefRun(P38Client api, Brief brief, World world, string zone)
{
    /// <summary>Goes, and judges.</summary>
    public async Task<BriefReport> RunAsync(CancellationToken cancellationToken)
    {
        var report = new BriefReport
        {
            Id = brief.Id,
            Lang = brief.Language,
            Kind = brief.Kind,
            ExpectedRefusal = brief.Expect.Refused,
        };
        var took = Stopwatch.StartNew();
        try
        {
            var agent = await MakeAsync(cancellationToken);
            report = report with
            {
                Outcome = "made",
                Origin = agent.Origin,
                Iterations = agent.Iterations,
                Cost = agent.GenerationCost,
                Tokens = agent.TokensUsed,
                CreateSeconds = took.Elapsed.TotalSeconds,
            };
            if (brief.Expect.Refused)
            {
                return report with { Faults = [new Fault("not-refused", $"an agent was made: {agent.Understood}")] };
            }
            took.Restart();
            var seen = await LiveAsync(agent, cancellationToken);
            return report with
            {
                RunSeconds = took.Elapsed.TotalSeconds,
                Runs = seen.Runs,
                Faults = Judge.Of(brief, seen),
            };
        }
        catch (ApiException exception)
        {
            var outcome =
                exception.Status != 422 ? "error"
                : exception.Problem.Findings is { Count: > 0 } || exception.Problem.AgentId is not null ? "not-proved"
                : "refused";
            var isRight = outcome == "refused" && brief.Expect.Refused && report.Outcome == "error";
            return report with
            {
                Outcome = outcome,
                Why = Refusal.Words(exception),
                Iterations = exception.Problem.Iterations ?? report.Iterations,
                Cost = exception.Problem.GenerationCost ?? report.Cost,
                Tokens = exception.Problem.TokensUsed ?? report.Tokens,
                CreateSeconds = report.CreateSeconds > 0 ? report.CreateSeconds : took.Elapsed.TotalSeconds,
                Faults = isRight ? [] : [new Fault(outcome, Refusal.Words(exception))],
            };
        }
        catch (CliException exception) when (exception.ExitCode == ExitCode.Refused)
        {
            return report with { Why = exception.Message, Faults = [new Fault("error", exception.Message)] };
        }
    }

    private Task<CreatedAgentResponse> MakeAsync(CancellationToken cancellationToken)
    {
        world.Run(1);
        var request = new CreateAgentRequest
        {
            Description = world.Fill(brief.Text),
            CreatedBy = "p38 eval",
            Timezone = zone,

            // Its runs are those of the brief alone.
            Status = "paused",

            // The world is the brief's own, and holds nobody's data.
            AcceptRisks = true,
        };
        return api.Agents.CreateAsync(request, progress: null, cancellationToken);
    }

    private async Task<Seen> LiveAsync(CreatedAgentResponse agent, CancellationToken cancellationToken)
    {
        var runs = new List<SeenRun>();
        for (var number = 1; number <= brief.Runs; number++)
        {
            world.Run(number);
            await PutAsync(agent.Id, brief.Files[number - 1], cancellationToken);
            var run = await Execution.RunAsync(
                api,
                agent.Id,
                new ExecuteAgentRequest { Clock = brief.Clock[number - 1] },
                cancellationToken
            );
            runs.Add(
                new SeenRun(
                    run.Status,
                    run.Error,
                    [.. run.Messages.Where(one => one.Source == "agent").Select(one => $"{one.Title}\n{one.Text}")]
                )
            );
        }
        var files = await FilesAsync(agent.Id, cancellationToken);
        return new Seen(runs, files, world.Posts, agent.Schedule, agent.Timezone);
    }

    private async Task PutAsync(long agentId, IReadOnlyList<FileChange> changes, CancellationToken cancellationToken)
    {
        foreach (var change in changes)
        {
            WorkspaceFile.Check(change.Path);
            var bytes = change.Text is { } text ? Encoding.UTF8.GetBytes(world.Fill(text)) : change.Bytes;
            if (bytes is null)
            {
                await api.Agents.DeleteFileAsync(agentId, change.Path, cancellationToken);
                continue;
            }
            await api.Agents.PutFileAsync(agentId, change.Path, bytes, cancellationToken);
        }
    }

    private async Task<IReadOnlyDictionary<string, byte[]>> FilesAsync(
        long agentId,
        CancellationToken cancellationToken
    )
    {
        var files = new Dictionary<string, byte[]>();
        if (brief.Expect.Files.Count == 0)
        {
            return files;
        }
        foreach (var file in await api.Agents.FilesAsync(agentId, cancellationToken))
        {
            using var content = new MemoryStream();
            if (brief.Expect.Files.Any(line => line.Glob.Fits(file.Path)))
            {
                await api.Agents.GetFileAsync(agentId, file.Path, content, cancellationToken);
            }
            files[file.Path] = content.ToArray();
        }
        return files;
    }
}
