using Project38.Cli.Api;
using Project38.Cli.Output;
using Project38.Client;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary>What follows when an agent was made: its grants said, its files put, its schedule on, its first run.</summary>
internal static class NewAgentSteps
{
    /// <summary>Takes these steps, and shows each.</summary>
    public static async Task<int> FinishAsync(
        VerbRun run,
        P38Client api,
        CreatedAgentResponse agent,
        IReadOnlyList<FileInfo> files,
        bool runNow,
        CancellationToken cancellationToken
    )
    {
        foreach (var line in agent.Findings.SelectMany(finding => Findings.Lines(finding)))
        {
            run.Screen.Note(line);
        }
        run.Screen.Progress("granted", agent.Grants.Count == 0 ? "nothing" : string.Join("\n", agent.Grants));

        await PutFilesAsync(run, api, agent, files, cancellationToken);
        var (current, heldBack) = await ActivateAsync(api, agent, cancellationToken);
        if (ExpectedFile.Missing(agent, files) is { } missing)
        {
            run.Screen.Progress(
                "missing",
                $"{missing}, which it reads in its workspace; until it is there a run fails: "
                    + $"p38 files {agent.Id} put {missing}"
            );
        }
        run.Screen.Progress(
            "scheduled",
            heldBack is not null ? "not before somebody says yes: it is paused"
                : current.NextFire is null ? "by hand only: p38 run " + current.Id
                : ScheduleWords.IsOnce(current) ? ScheduleWords.Of(current)
                : $"{run.Screen.Time(current.NextFire)}, then as '{current.Schedule}' ({current.Timezone})"
        );

        var execution =
            runNow && heldBack is null
                ? await Execution.RunAsync(api, agent.Id, new ExecuteAgentRequest(), cancellationToken)
                : null;
        if (execution is not null)
        {
            Execution.Show(run.Screen, execution);
        }
        if (run.Screen.Json)
        {
            run.Screen.Result(
                agent with
                {
                    Status = current.Status,
                    NextFire = current.NextFire,
                    UpdatedAt = current.UpdatedAt,
                    RisksAccepted = current.RisksAccepted,
                    PausedBecause = heldBack is null ? null : agent.PausedBecause ?? heldBack.Message,
                },
                ContractsJson.Default.CreatedAgentResponse
            );
        }
        else
        {
            run.Screen.Line();
            run.Screen.Line($"Agent {agent.Id}, '{agent.Name}'. See 'p38 show {agent.Id}'.");
            if (current.NextFire is not null && run.Server.Mode == "embedded")
            {
                run.Screen.Line("Schedules fire while the service runs: 'p38 up'.");
            }
        }
        if (heldBack is not null)
        {
            run.Screen.Error(heldBack.Message);
            return heldBack.ExitCode;
        }
        return execution is null ? ExitCode.Ok : Execution.CodeOf(execution);
    }

    private static async Task PutFilesAsync(
        VerbRun run,
        P38Client api,
        AgentResponse agent,
        IReadOnlyList<FileInfo> files,
        CancellationToken cancellationToken
    )
    {
        if (files.Count == 0)
        {
            return;
        }

        try
        {
            foreach (var file in files)
            {
                var content = await File.ReadAllBytesAsync(file.FullName, cancellationToken);
                await api.Agents.PutFileAsync(agent.Id, file.Name, content, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is IOException || Refusal.Is(exception))
        {
            throw new CliException(
                Refusal.CodeOf(exception),
                $"Agent {agent.Id} was made and is paused, because its files could not be put: {Refusal.Words(exception)} "
                    + $"Use 'p38 files {agent.Id} put FILE', then 'p38 resume {agent.Id}'.",
                exception
            );
        }
        catch (OperationCanceledException exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new CliException(
                ExitCode.Interrupted,
                $"Stopped; agent {agent.Id} was made and is paused, because its files are not all there. "
                    + $"Use 'p38 files {agent.Id} put FILE', then 'p38 resume {agent.Id}'.",
                exception
            );
        }

        run.Screen.Progress("put", string.Join(", ", files.Select(file => $"{file.Name} ({Times.Size(file.Length)})")));
    }

    /// <summary>Starts its schedule, where it waits for its files or for a person's yes.</summary>
    /// <returns>The agent, and why it stays paused; null: it does not.</returns>
    private static async Task<(AgentResponse Agent, CliException? HeldBack)> ActivateAsync(
        P38Client api,
        CreatedAgentResponse agent,
        CancellationToken cancellationToken
    )
    {
        if (agent.Status != "paused")
        {
            return (agent, null);
        }

        var agentId = agent.Id;
        try
        {
            var resumed = await RiskQuestion.AskAsync(
                accepted: false,
                yes => api.Agents.ResumeAsync(agentId, yes, cancellationToken),
                $"Nobody said yes, so agent {agentId} was made and is paused. To say it: p38 resume {agentId}, on a terminal or "
                    + "with --accept-risks."
            );
            return (resumed, null);
        }
        catch (CliException exception) when (exception.InnerException is ApiException { Problem.Question: not null })
        {
            return (agent, exception);
        }
        catch (Exception exception) when (Refusal.Is(exception))
        {
            throw new CliException(
                Refusal.CodeOf(exception),
                $"Agent {agentId} was made with its files and is still paused, because it could not be activated: "
                    + $"{Refusal.Words(exception)} Use 'p38 resume {agentId}'.",
                exception
            );
        }
    }
}
