using System.Diagnostics;

namespace Project38.Cli.Tests;

/// <summary>The service, running for all tests of a class: <c>p38 up</c>, until the last of them is done.</summary>
public sealed class Service : IAsyncLifetime
{
    private Process? _up;

    internal P38 P38 { get; } = new();

    public async ValueTask InitializeAsync()
    {
        _up = P38.Start("up");
        while (await _up.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.StartsWith("next", StringComparison.Ordinal))
            {
                return;
            }
        }
        throw new InvalidOperationException(
            await _up.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)
        );
    }

    public async ValueTask DisposeAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", $"{_up!.Id}"]))
        {
            await kill.WaitForExitAsync(CancellationToken.None);
        }
        await _up.WaitForExitAsync(CancellationToken.None);
        _up.Dispose();
        await P38.DisposeAsync();
    }
}
