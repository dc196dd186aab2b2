using System.CommandLine;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 channels</c>: where agents can send to.</summary>
internal static class ChannelsVerb
{
    private static readonly IReadOnlyList<ChannelResponse> Channels =
    [
        new("inbox", "keeps what agents and the platform say: p38 inbox"),
    ];

    /// <summary>The verb.</summary>
    public static Command Create() => new Command("channels", "List where agents can send to").Does(ListAsync);

    private static Task<int> ListAsync(VerbRun run, CancellationToken cancellationToken)
    {
        if (run.Screen.Json)
        {
            run.Screen.Result(Channels, ContractsJson.Default.IReadOnlyListChannelResponse);
        }
        else
        {
            run.Screen.Table(
                ["CHANNEL", "WHAT IT DOES"],
                Channels.Select(channel => (IReadOnlyList<string>)[channel.Name, channel.Does])
            );
            run.Screen.Line();
            run.Screen.Line("It is the only one there is: mail, chats and webhooks cannot be sent to yet.");
        }
        return Task.FromResult(ExitCode.Ok);
    }
}
