using System.CommandLine;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 inbox</c>: what agents said. What is shown counts as read.</summary>
internal static class InboxVerb
{
    private static readonly Option<bool> Unread = new("--unread") { Description = "Only what nobody has read" };
    private static readonly Option<int> Limit = LimitOption.Create();

    /// <summary>The verb.</summary>
    public static Command Create() => new Command("inbox", "Read what agents said") { Unread, Limit }.Does(ReadAsync);

    private static async Task<int> ReadAsync(VerbRun run, CancellationToken cancellationToken)
    {
        var api = await run.ConnectAsync(cancellationToken);
        var messages = await api.InboxAsync(run.Get(Unread), agentId: null, run.Get(Limit), cancellationToken);
        if (run.Screen.Json)
        {
            run.Screen.Result(messages, ContractsJson.Default.IReadOnlyListInboxMessageResponse);
        }
        else if (messages.Count == 0)
        {
            run.Screen.Line(run.Get(Unread) ? "Nothing unread." : "Nothing was said yet.");
        }

        foreach (var message in messages.Reverse())
        {
            if (!run.Screen.Json)
            {
                var from = message.AgentId is { } agent ? $"agent {agent}" : "platform";
                var unreadMark = message.ReadAt is null ? ", new" : "";
                run.Screen.Faint($"{run.Screen.Time(message.CreatedAt)}, {from}{unreadMark}{WayOf(run, message)}");
                run.Screen.Line(message.Title);
                foreach (var line in message.Text == message.Title ? [] : message.Text.Split('\n'))
                {
                    run.Screen.Line($"  {line}");
                }
                run.Screen.Line();
            }
            if (message.ReadAt is null)
            {
                await api.ReadMessageAsync(message.Id, cancellationToken);
            }
        }
        return ExitCode.Ok;
    }

    // How far it is on its way to another channel.
    private static string WayOf(VerbRun run, InboxMessageResponse message) =>
        message.Delivery switch
        {
            null => "",
            { Status: "sent" } => $", sent to {message.Channel}",
            { Status: "failed", LastError: var error } => $", not sent to {message.Channel}: {error}",
            { NextAttemptAt: { } next, LastError: { } error } =>
                $", for {message.Channel}, again at {run.Screen.Time(next)}: {error}",
            { Status: "held", NextAttemptAt: { } next } => $", for {message.Channel} at {run.Screen.Time(next)}",
            _ => $", on its way to {message.Channel}",
        };
}
