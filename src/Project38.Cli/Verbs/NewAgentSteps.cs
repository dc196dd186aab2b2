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

        var current = await PutFilesAsync(run, api, agent, files, cancellationToken);
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
            current.NextFire is null ? "by hand only: p38 run " + current.Id
                : ScheduleWords.IsOnce(current) ? ScheduleWords.Of(current)
                : $"{run.Screen.Time(current.NextFire)}, then as '{current.Schedule}' ({current.Timezone})"
        );

        var execution = runNow
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
        return execution is null ? ExitCode.Ok : Execution.CodeOf(execution);
    }

    private static async Task<AgentResponse> PutFilesAsync(
        VerbRun run,
        P38Client api,
        AgentResponse agent,
        IReadOnlyList<FileInfo> files,
        CancellationToken cancellationToken
    )
    {
        if (files.Count == 0)
        {
            return agent;
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
        return await ActivateAsync(api, agent.Id, cancellationToken);
    }

    private static async Task<AgentResponse> ActivateAsync(
        P38Client api,
        long agentId,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await api.Agents.ResumeAsync(agentId, cancellationToken);
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
