using System.Diagnostics;
using Project38.Cli.Output;
using Project38.Contracts;

namespace Project38.Cli.Servers;

/// <summary>The settings a verb was called with, beside those that the server of its home was started with.</summary>
/// <param name="home">The home, whose token seals them.</param>
/// <param name="environment">Over this process's own; null as a value takes a variable away.</param>
internal sealed class SettingsHere(Home home, IReadOnlyDictionary<string, string?> environment)
{
    // A server that no verb uses any more has left by then.
    private static readonly TimeSpan Alone = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Waits until an embedded server of other settings has left. The service keeps its own: which of those here it does
    /// not obey is said.
    /// </summary>
    /// <returns>Whether a server left, so that one with these settings can be started.</returns>
    /// <exception cref="CliException">Another verb uses that server, and does not end.</exception>
    public async Task<bool> PartAsync(ServerFile server, Screen? screen, CancellationToken cancellationToken)
    {
        var (others, unheard) = Compare(server);
        if (server.Mode == "up")
        {
            if (unheard.Count > 0)
            {
                screen?.Note(
                    $"{Names(unheard)} as set here is not obeyed: the service keeps the settings it was started with. "
                        + "Start it anew to change them."
                );
            }
            return false;
        }
        if (others.Count == 0)
        {
            return false;
        }

        var names = Names(others);
        screen?.Note($"The last verb's server was started with another {names}; waiting until it has left.");
        var waited = Stopwatch.StartNew();
        var told = false;
        while (home.ReadServer()?.Pid == server.Pid)
        {
            if (waited.Elapsed > Patience)
            {
                throw new CliException(
                    ExitCode.Server,
                    $"A verb still uses a server that was started with another {names}: process {server.Pid}. "
                        + "Let that verb end first, or set here what is set there."
                );
            }
            if (!told && waited.Elapsed > Alone)
            {
                screen?.Note($"Another verb uses it (process {server.Pid}). This one goes on when that one has ended.");
                told = true;
            }
            await Task.Delay(Pace, cancellationToken);
        }
        return true;
    }

    // All that differ, and of those the ones that are set here as P38_…: a key of a model's may be there for another program.
    private (IReadOnlyList<string> Others, IReadOnlyList<string> Unheard) Compare(ServerFile server)
    {
        if (server.Settings is not { } theirs || home.ReadToken() is not { } token)
        {
            return ([], []);
        }

        var whole = ServerSettings.Environment().ToDictionary();
        foreach (var (name, value) in environment)
        {
            whole[name] = value ?? "";
        }
        var ours = ServerSettings.Seal(whole, ServerSettings.KeyOf(token));
        string[] others =
        [
            .. ours
                .Keys.Union(theirs.Keys)
                .Where(name => ours.GetValueOrDefault(name) != theirs.GetValueOrDefault(name))
                .Order(StringComparer.Ordinal),
        ];
        return (
            others,
            [.. others.Where(name => ours.ContainsKey(name) && name.StartsWith("P38_", StringComparison.Ordinal))]
        );
    }

    private static string Names(IReadOnlyList<string> names) => string.Join(", ", names);
}
