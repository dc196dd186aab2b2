using Project38.Client;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary>A creation or an edit that did not come to its end, in words.</summary>
internal static class Making
{
    /// <summary>An agent that is being made.</summary>
    /// <exception cref="CliException">It was stopped, or the server went away.</exception>
    public static Task<CreatedAgentResponse> AgentAsync(Task<CreatedAgentResponse> making) =>
        EndAsync(
            making,
            state =>
                (state.Agent?.Id ?? state.Problem?.AgentId) is not { } agent
                    ? $"Stopped; no agent was made{Spent(state)}."
                    : $"Stopped; but agent {agent} was made already. See 'p38 show {agent}', or remove it: 'p38 delete {agent}'."
        );

    /// <summary>An edit under way.</summary>
    /// <exception cref="CliException">It was stopped, or the server went away.</exception>
    public static Task<EditResponse> EditAsync(Task<EditResponse> making) =>
        EndAsync(
            making,
            state =>
                state.Edit is not { } edit
                    ? $"Stopped; nothing was changed{Spent(state)}."
                    : $"Stopped; but version {edit.Version.Number} was made already. See 'p38 versions {edit.Agent.Id}'."
        );

    private static async Task<T> EndAsync<T>(Task<T> making, Func<GenerationResponse, string> stopped)
    {
        try
        {
            return await making;
        }
        catch (MakingStoppedException exception)
        {
            throw new CliException(
                ExitCode.Interrupted,
                exception.State is { } state
                    ? stopped(state)
                    : "Stopped; the server did not say what was made already. See 'p38 list' and 'p38 versions'.",
                exception
            );
        }
        catch (ConnectionLostException exception)
        {
            throw new CliException(
                ExitCode.Server,
                "The server went away while it made the agent. Look with 'p38 list' or 'p38 versions' what is there, then try again.",
                exception
            );
        }
    }

    private static string Spent(GenerationResponse state) =>
        state.Progress.LastOrDefault(step => step.Step == "stopped") is { } stopped ? $"; {stopped.Text}" : "";
}
