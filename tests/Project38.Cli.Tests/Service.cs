using System.Diagnostics;

namespace Project38.Cli.Tests;

/// <summary>The service, running for all tests of a class: <c>p38 up</c>, until the last of them is done.</summary>
public sealed class Service : IAsyncLifetime
{
    private Process? _up;

    internal P38 P38 { get; } = new();

    public async ValueTask InitializeAsync()
    {
        _up = await P38.UpAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await P38.SignalAsync("-TERM", _up!.Id);
        await _up.WaitForExitAsync(CancellationToken.None);
        _up.Dispose();
        await P38.DisposeAsync();
    }
}
