using Project38.Cli.Output;
using Project38.Contracts;

namespace Project38.Cli.Servers;

/// <summary>A home has one seat for a server.</summary>
internal static class Seat
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits until an embedded server has left it.</summary>
    /// <param name="home">The home.</param>
    /// <param name="screen">For a word about the wait.</param>
    /// <param name="held">What to say when the service sits there, which leaves only when it is told to.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task WaitAsync(
        Home home,
        Screen screen,
        Func<ServerFile, CliException> held,
        CancellationToken cancellationToken
    )
    {
        var told = false;
        while (home.ReadServer() is { } other)
        {
            if (other.Mode == "up")
            {
                throw held(other);
            }
            if (!told)
            {
                screen.Note($"Waiting for the verb that uses an embedded server (process {other.Pid}).");
                told = true;
            }
            await Task.Delay(Pace, cancellationToken);
        }
    }
}
