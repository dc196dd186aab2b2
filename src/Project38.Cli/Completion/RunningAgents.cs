using System.CommandLine.Completions;
using Project38.Cli.Api;
using Project38.Cli.Servers;

namespace Project38.Cli.Completion;

/// <summary>The agents of the server that runs, for a shell that completes a line.</summary>
internal static class RunningAgents
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Their names; none where no server runs, for a key must not start one, or where it does not answer at once.</summary>
    public static IEnumerable<CompletionItem> Complete(CompletionContext context)
    {
        // Definitions complete synchronously.
        var names = Task.Run(NamesAsync).GetAwaiter().GetResult();
        return names.Select(name => new CompletionItem(name));
    }

    private static async Task<IReadOnlyList<string>> NamesAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var home = Home.Find();
            if (
                home.ReadServer() is not { } server
                || await ServerConnection.TryAttachAsync(home, server, notice: null, patience.Token)
                    is not { } connection
            )
            {
                return [];
            }
            await using var held = connection;
            var agents = connection.Api.Agents.ListAsync(cancellationToken: patience.Token);
            return await agents.Select(agent => agent.Name).Distinct().ToListAsync(patience.Token);
        }
        catch (Exception exception) when (Refusal.Is(exception) || exception is OperationCanceledException)
        {
            // In the middle of a line that somebody types there is no place for a word about it.
            return [];
        }
    }
}
