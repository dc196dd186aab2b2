using Project38.Contracts;
using Project38.Core.Storage;
using Project38.Server.Lifetime;
using Project38.Server.Security;

namespace Project38.Server;

/// <summary>A server that listens and has announced itself. Dispose to stop it.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly HomeSeat _seat;

    private RunningServer(WebApplication app, HomeSeat seat, string url)
    {
        App = app;
        _seat = seat;
        Url = url;
    }

    /// <summary>The application.</summary>
    public WebApplication App { get; }

    /// <summary>Where a verb on this machine reaches it.</summary>
    public string Url { get; }

    /// <summary>Starts.</summary>
    /// <exception cref="StartRefusedException">Another server has the home, or a part of it is not as it must be.</exception>
    /// <exception cref="StorageException">The database may not be used.</exception>
    public static async Task<RunningServer> StartAsync(ServerOptions options, CancellationToken cancellationToken)
    {
        var app = ServerApp.Build(options);
        HomeSeat? seat = null;
        try
        {
            // 1. A home of our own, and nobody else's.
            app.Services.GetRequiredService<HomeFolder>().Prepare();
            seat = HomeSeat.Take(options.Home);

            // 2. Before the host starts, so that a database that may not be used is a refusal and no crash.
            await app.Services.GetRequiredService<Database>().OpenAsync(cancellationToken);

            // 3. Before anybody can ask, so that whoever finds the server finds the token too.
            var token = app.Services.GetRequiredService<BearerToken>();

            // 4. Serve, then say so.
            await app.StartAsync(cancellationToken);
            var url = ServerApp.UrlOf(app);
            seat.Announce(url, options.Mode, ServerVersion.Version, token.Seal(ServerSettings.Environment()));
            return new RunningServer(app, seat, url);
        }
        catch
        {
            await app.DisposeAsync();
            seat?.Dispose();
            throw;
        }
    }

    /// <summary>Waits until it is told to stop, and has drained.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public async Task<int> WaitAsync()
    {
        await App.WaitForShutdownAsync();

        // On .NET 10 a hosted service that throws stops the host, and the process would end with 0.
        var services = App.Services.GetServices<IHostedService>().OfType<BackgroundService>();
        return services.Any(service => service.ExecuteTask?.IsFaulted == true)
            ? ExitCodes.Failed
            : Environment.ExitCode;
    }

    /// <summary>Drains and stops. The announcement goes first, so that no verb finds a server that is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        await App.StopAsync();
        _seat.Dispose();
        await App.DisposeAsync();
    }
}
