using System.CommandLine;
using Project38.Cli.Api;
using Project38.Cli.Output;
using Project38.Cli.Servers;
using Project38.Client;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary>One verb at work: what it was told, where it writes, and the server when it needs one.</summary>
internal sealed class VerbRun(ParseResult parsed, Screen screen) : IAsyncDisposable
{
    private ServerConnection? _connection;

    /// <summary>Where it writes.</summary>
    public Screen Screen { get; } = screen;

    /// <summary>Where its server lives.</summary>
    public Home Home { get; } = Home.Find();

    /// <summary>Value of an option.</summary>
    public T? Get<T>(Option<T> option) => parsed.GetValue(option);

    /// <summary>Value of an argument.</summary>
    public T Get<T>(Argument<T> argument) => parsed.GetValue(argument)!;

    /// <summary>The server: the one that runs, or an embedded one that stays as long as this verb.</summary>
    public async Task<P38Client> ConnectAsync(CancellationToken cancellationToken) =>
        (_connection ??= await ServerConnection.OpenAsync(Home, Screen, cancellationToken)).Api;

    /// <summary>The server it is connected to.</summary>
    public ServerFile Server => _connection!.Server;

    /// <summary>Where the server is that it is connected to, for what speaks to it by itself.</summary>
    /// <param name="gone">Where nobody answers any more: unless it is known to be elsewhere by now, it is looked for again, or started.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<ServerAddress> AddressAsync(ServerAddress? gone, CancellationToken cancellationToken)
    {
        // Whoever listens where a server was would be told the token.
        var there = Home.ReadServer();
        if (_connection is null || there?.Url != _connection.Server.Url || _connection.Address == gone)
        {
            var wasService = _connection?.Server.Mode == "up";
            await DisposeAsync();
            _connection = wasService
                ? await ServerConnection.OpenServiceAsync(Home, Screen, cancellationToken)
                : await ServerConnection.OpenAsync(Home, Screen, cancellationToken);
        }
        return _connection.Address;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }
    }
}

/// <summary>Gives a command what it does.</summary>
internal static class VerbAction
{
    /// <summary>Sets the action; what goes wrong becomes a message and an exit code.</summary>
    public static Command Does(this Command command, Func<VerbRun, CancellationToken, Task<int>> action)
    {
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var screen = CommandLine.ScreenOf(parsed);
                try
                {
                    if (UserZone.Unknown() is { } zone)
                    {
                        screen.Note(
                            $"TZ is '{zone}', which is no time zone known here. Times are those of {UserZone.Find()}."
                        );
                    }
                    await using var run = new VerbRun(parsed, screen);
                    return await action(run, cancellationToken);
                }
                catch (CliException exception) when (exception.ExitCode == ExitCode.Interrupted)
                {
                    screen.Stopped(exception.Message);
                    return exception.ExitCode;
                }
                catch (Exception exception) when (Refusal.Is(exception))
                {
                    screen.Error(Refusal.Words(exception), (exception as ApiException)?.Problem);
                    return Refusal.CodeOf(exception);
                }
                catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
                {
                    screen.Stopped("Stopped.");
                    return ExitCode.Interrupted;
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    screen.Error(exception.Message);
                    return ExitCode.Unexpected;
                }
            }
        );
        return command;
    }
}
