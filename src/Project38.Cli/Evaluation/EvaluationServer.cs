using System.Diagnostics;
using Project38.Cli.Servers;
using Project38.Client;

namespace Project38.Cli.Evaluation;

/// <summary>A server of the evaluation's own: a home that is made for it and goes with it, never the user's.</summary>
internal sealed class EvaluationServer : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private readonly DirectoryInfo _folder;
    private readonly Home _home;
    private readonly ServerConnection _connection;

    private EvaluationServer(DirectoryInfo folder, Home home, ServerConnection connection)
    {
        _folder = folder;
        _home = home;
        _connection = connection;
    }

    /// <summary>Speaks to it.</summary>
    public P38Client Api => _connection.Api;

    /// <summary>Starts one.</summary>
    /// <param name="hosts">Hosts and ports of the worlds, which its agents may reach.</param>
    /// <param name="environment">More of its environment; null as a value takes a variable away.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<EvaluationServer> StartAsync(
        IEnumerable<string> hosts,
        IReadOnlyDictionary<string, string?> environment,
        CancellationToken cancellationToken
    )
    {
        var whole = new Dictionary<string, string?>(environment)
        {
            ["P38_ALLOWED_PRIVATE_HOSTS"] = string.Join(',', hosts),

            // Its agents are made to be thrown away, and have no business in anybody's database.
            ["DATABASE_URL"] = null,
        };
        var folder = Directory.CreateTempSubdirectory("p38-eval-");
        try
        {
            var home = Home.At(Path.Join(folder.FullName, "home"));
            var connection = await ServerConnection.OpenAsync(home, whole, screen: null, cancellationToken);
            return new EvaluationServer(folder, home, connection);
        }
        catch
        {
            folder.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>Leaves it; it ends, and its home goes.</summary>
    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        var waited = Stopwatch.StartNew();
        while (_home.ReadServer() is not null && waited.Elapsed < s_patience)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), CancellationToken.None);
        }
        _folder.Delete(recursive: true);
    }
}
