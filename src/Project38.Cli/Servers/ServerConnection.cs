using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Project38.Contracts;

namespace Project38.Cli.Servers;

/// <summary>A verb's hold on a server: the one that runs, else an embedded one that stays as long as it is held.</summary>
internal sealed class ServerConnection : IAsyncDisposable
{
    /// <summary>What to say of a server that is gone before its answer was.</summary>
    public const string Lost = "The server went away in the middle. Nothing is known of what it did last; try again.";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    private readonly HttpResponseMessage _attachment;

    private ServerConnection(HttpClient http, HttpResponseMessage attachment, ServerFile server)
    {
        Http = http;
        _attachment = attachment;
        Server = server;
    }

    /// <summary>Speaks to the server, with the token.</summary>
    public HttpClient Http { get; }

    /// <summary>The server.</summary>
    public ServerFile Server { get; }

    /// <summary>Finds the server of a home, or starts one.</summary>
    /// <exception cref="CliException">There is none and none can be started; the message has its reason.</exception>
    public static Task<ServerConnection> OpenAsync(Home home, CancellationToken cancellationToken) =>
        OpenAsync(home, new Dictionary<string, string?>(), cancellationToken);

    /// <summary>Finds the server of a home, or starts one with more or less in its environment.</summary>
    /// <param name="home">Its home.</param>
    /// <param name="environment">Over this process's own; null as a value takes a variable away.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="CliException">There is none and none can be started; the message has its reason.</exception>
    public static async Task<ServerConnection> OpenAsync(
        Home home,
        IReadOnlyDictionary<string, string?> environment,
        CancellationToken cancellationToken
    )
    {
        home.Prepare();
        var waited = Stopwatch.StartNew();
        Process? child = null;
        ServerLog? log = null;
        try
        {
            while (waited.Elapsed < Patience)
            {
                if (home.ReadServer() is { } server)
                {
                    if (await TryAttachAsync(home, server, cancellationToken) is { } connection)
                    {
                        return connection;
                    }
                }
                else if (child is null)
                {
                    log = ServerLog.Begin(home.ServerLog);
                    child = ServerProgram.StartEmbedded(home, environment);
                }

                if (child is { HasExited: true })
                {
                    // Two verbs at once: the other's server was first, and will announce itself.
                    if (child.ExitCode != ServerProgram.HomeHeld && home.ReadServer() is null)
                    {
                        throw new CliException(ExitCode.Server, $"The server could not start: {log!.Reason()}");
                    }
                    child.Dispose();
                    child = null;
                    await Task.Delay(Pace * 4, cancellationToken);
                }
                await Task.Delay(Pace, cancellationToken);
            }
        }
        finally
        {
            child?.Dispose();
        }

        throw new CliException(
            ExitCode.Server,
            $"No server answered within {Patience.TotalSeconds:0} s. See {home.ServerLog}, or run 'p38 doctor'."
        );
    }

    /// <summary>Attaches to a server that is said to run.</summary>
    /// <returns>Null when it does not take anybody any more, or not yet.</returns>
    public static async Task<ServerConnection?> TryAttachAsync(
        Home home,
        ServerFile server,
        CancellationToken cancellationToken
    )
    {
        var http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5), UseProxy = false })
        {
            BaseAddress = new Uri(server.Url),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", home.ReadToken() ?? "none");
        HttpResponseMessage? answer = null;
        try
        {
            answer = await http.GetAsync(
                "/api/system/attach",
                HttpCompletionOption.ResponseHeadersRead,
                cancellationToken
            );
            if (answer.StatusCode == HttpStatusCode.Unauthorized)
            {
                throw new CliException(
                    ExitCode.Server,
                    $"The server does not take the token in {home.Path}/token. Was the file changed? Restart the server."
                );
            }
            if (answer.IsSuccessStatusCode)
            {
                var connection = new ServerConnection(http, answer, server);
                (http, answer) = (null, null);
                return connection;
            }
            return null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
        finally
        {
            answer?.Dispose();
            http?.Dispose();
        }
    }

    /// <summary>Whether an answer ended before its end, rather than a file here.</summary>
    public static bool IsLost(Exception exception) =>
        exception is HttpRequestException or HttpIOException or IOException { InnerException: SocketException };

    /// <summary>Leaves.</summary>
    public ValueTask DisposeAsync()
    {
        _attachment.Dispose();
        Http.Dispose();
        return ValueTask.CompletedTask;
    }
}
