using System.ComponentModel;
using System.Diagnostics;

namespace Project38.Sandbox.Probing;

/// <summary>What a bubblewrap says it is and can do.</summary>
internal sealed record BubblewrapHelp(string Version, bool DisablesUserNamespaces)
{
    /// <summary>Asks the program; null when it cannot be started.</summary>
    public static async Task<BubblewrapHelp?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var version = await RunAsync(path, "--version", cancellationToken);
            var help = await RunAsync(path, "--help", cancellationToken);
            return new BubblewrapHelp(version.Trim(), help.Contains("--disable-userns", StringComparison.Ordinal));
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private static async Task<string> RunAsync(string path, string argument, CancellationToken cancellationToken)
    {
        using var process = Process.Start(
            new ProcessStartInfo(path, [argument])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true,
                UseShellExecute = false,
            }
        )!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return await output + await errors;
    }
}
