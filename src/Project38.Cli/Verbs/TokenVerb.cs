using System.CommandLine;
using Project38.Cli.Servers;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 token [show|new]</c>: the key to the API, for programs that call it.</summary>
internal static class TokenVerb
{
    private static readonly Option<bool> Yes = Confirmation.Yes();

    /// <summary>The verb, with its own.</summary>
    public static Command Create() =>
        new Command("token", "Say where the API's token is")
        {
            new Command("show", "Print the token").Does(ShowAsync),
            new Command("new", "Make another token; the old one opens nothing any more") { Yes }.Does(RenewAsync),
        }.Does(SayWhereAsync);

    private static Task<int> SayWhereAsync(VerbRun run, CancellationToken cancellationToken)
    {
        var there = run.Home.ReadToken() is not null;
        Show(
            run,
            token: null,
            there
                ? $"The token is in {run.Home.TokenFile}. Print it: p38 token show"
                : $"There is no token yet. The first verb that needs a server makes it, in {run.Home.TokenFile}."
        );
        return Task.FromResult(ExitCode.Ok);
    }

    private static Task<int> ShowAsync(VerbRun run, CancellationToken cancellationToken)
    {
        var token =
            run.Home.ReadToken()
            ?? throw new CliException(
                ExitCode.NotFound,
                $"There is no token in {run.Home.Path} yet. Any verb that needs a server makes it: p38 list"
            );
        Show(run, token, token);
        return Task.FromResult(ExitCode.Ok);
    }

    // A server reads its token once, when it starts: one that serves others is its owner's to stop.
    private static async Task<int> RenewAsync(VerbRun run, CancellationToken cancellationToken)
    {
        await Seat.WaitAsync(
            run.Home,
            run.Screen,
            service => new CliException(
                ExitCode.Refused,
                $"The service runs (process {service.Pid}), and took its token when it started. Stop it, call "
                    + "'p38 token new' again, and start it; programs that call the API then need the new token."
            ),
            cancellationToken
        );
        Confirmation.Demand(
            run,
            Yes,
            $"Forget the token in {run.Home.TokenFile}? Programs that have it are locked out.",
            "The token stays as it is."
        );

        // The server makes what is not there.
        run.Home.DeleteToken();
        await run.ConnectAsync(cancellationToken);
        Show(run, token: null, $"There is a new token in {run.Home.TokenFile}. Print it: p38 token show");
        return ExitCode.Ok;
    }

    private static void Show(VerbRun run, string? token, string words)
    {
        if (run.Screen.Json)
        {
            run.Screen.Result(new TokenResponse(run.Home.TokenFile, token), ContractsJson.Default.TokenResponse);
        }
        else
        {
            run.Screen.Raw(words);
        }
    }
}
