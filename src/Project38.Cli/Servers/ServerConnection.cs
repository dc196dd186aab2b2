using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Project38.Cli.Output;
using Project38.Client;
using Project38.Contracts;

namespace Project38.Cli.Servers;

/// <summary>A verb's hold on a server: the one that runs, else an embedded one that stays as long as it is held.</summary>
internal sealed class ServerConnection : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    private static readonly HttpClient s_http = new(
        new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5), UseProxy = false }
    )
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private readonly Home _home;
    private HttpResponseMessage _attachment;

    private ServerConnection(Home home, ServerFile server, HttpResponseMessage attachment, Action<ClientNotice>? notice)
    {
        (_home, Server, _attachment) = (home, server, attachment);
        Api = new P38Client(
            AddressOf(home, server),
            FindAgainAsync,
            new P38ClientOptions { Timeout = Timeout.InfiniteTimeSpan, Notice = notice }
        );
    }

    /// <summary>Speaks to the server, with the token.</summary>
    public P38Client Api { get; }

    /// <summary>The server.</summary>
    public ServerFile Server { get; private set; }

    /// <summary>Where it is, and what it knows its clients by.</summary>
    public ServerAddress Address => AddressOf(_home, Server);

    /// <summary>Finds the server of a home, or starts one.</summary>
    /// <exception cref="CliException">There is none and none can be started; the message has its reason.</exception>
    public static Task<ServerConnection> OpenAsync(Home home, Screen screen, CancellationToken cancellationToken) =>
        OpenAsync(home, new Dictionary<string, string?>(), screen, cancellationToken);

    /// <summary>Finds the server of a home, or starts one with more or less in its environment.</summary>
    /// <param name="home">Its home.</param>
    /// <param name="environment">Over this process's own; null as a value takes a variable away.</param>
    /// <param name="screen">For a word when something is waited for; null: nobody is told.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="CliException">There is none and none can be started; the message has its reason.</exception>
    public static async Task<ServerConnection> OpenAsync(
        Home home,
        IReadOnlyDictionary<string, string?> environment,
        Screen? screen,
        CancellationToken cancellationToken
    )
    {
        home.Prepare();
        var notice = screen is null ? null : Waits.NoticeOn(screen);
        var settings = new SettingsHere(home, environment);
        var waited = Stopwatch.StartNew();
        Process? child = null;
        ServerLog? log = null;
        try
        {
            while (waited.Elapsed < Patience)
            {
                if (home.ReadServer() is { } server)
                {
                    if (child is null && await settings.PartAsync(server, screen, cancellationToken))
                    {
                        waited.Restart();
                        continue;
                    }
                    if (await TryAttachAsync(home, server, notice, cancellationToken) is { } connection)
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
        Action<ClientNotice>? notice,
        CancellationToken cancellationToken
    ) =>
        await AttachAsync(home, server, cancellationToken) is { } attachment
            ? new ServerConnection(home, server, attachment, notice)
            : null;

    /// <summary>Waits for the service of a home that went away: it is started anew, and an embedded server would keep it out.</summary>
    /// <exception cref="CliException">It did not come back.</exception>
    public static async Task<ServerConnection> OpenServiceAsync(
        Home home,
        Screen screen,
        CancellationToken cancellationToken
    )
    {
        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < Patience)
        {
            if (
                home.ReadServer() is { } server
                && await TryAttachAsync(home, server, Waits.NoticeOn(screen), cancellationToken) is { } connection
            )
            {
                return connection;
            }
            await Task.Delay(Pace * 4, cancellationToken);
        }
        throw new CliException(
            ExitCode.Server,
            $"The service went away, and did not come back within {Patience.TotalSeconds:0} s. Start it: p38 up"
        );
    }

    /// <summary>Leaves.</summary>
    public ValueTask DisposeAsync()
    {
        _attachment.Dispose();
        Api.Dispose();
        return ValueTask.CompletedTask;
    }

    // A server that was started anew has another port, and perhaps another token.
    private async Task<ServerAddress?> FindAgainAsync(CancellationToken cancellationToken)
    {
        if (
            _home.ReadServer() is not { } server
            || await AttachAsync(_home, server, cancellationToken) is not { } attachment
        )
        {
            return null;
        }
        _attachment.Dispose();
        (Server, _attachment) = (server, attachment);
        return AddressOf(_home, server);
    }

    private static async Task<HttpResponseMessage?> AttachAsync(
        Home home,
        ServerFile server,
        CancellationToken cancellationToken
    )
    {
        var (url, token) = AddressOf(home, server);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(url, "/api/system/attach"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        HttpResponseMessage answer;
        try
        {
            answer = await s_http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException)
        {
            return null;
        }
        if (answer.IsSuccessStatusCode)
        {
            return answer;
        }

        using (answer)
        {
            return answer.StatusCode != HttpStatusCode.Unauthorized
                ? null
                : throw new CliException(
                    ExitCode.Server,
                    $"The server does not take the token in {home.Path}/token. Was the file changed? Restart the server."
                );
        }
    }

    private static ServerAddress AddressOf(Home home, ServerFile server) =>
        new(new Uri(server.Url), home.ReadToken() ?? "none");
}
