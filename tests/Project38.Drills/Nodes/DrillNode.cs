using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Project38.Drills.Nodes;

/// <summary>A node of the harness as a process of its own, which can be killed, stopped and gone on with.</summary>
internal sealed partial class DrillNode : IAsyncDisposable
{
    // As Linux has them, on x64 and arm64.
    private const int Terminate = 15;
    private const int Continue = 18;
    private const int Stop = 19;

    private readonly Process _process;
    private bool _isOver;

    private DrillNode(Process process) => _process = process;

    /// <summary>Starts one, and returns when it ticks and claims.</summary>
    /// <returns>Null when it did not start; standard error says why.</returns>
    public static async Task<DrillNode?> StartAsync(NodeSettings settings)
    {
        var start = new ProcessStartInfo(DotNet, [typeof(DrillNode).Assembly.Location, NodeProgram.Verb])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        foreach (var (key, value) in settings.Write())
        {
            start.Environment[key] = value;
        }
        var process = Process.Start(start)!;
        if (await process.StandardOutput.ReadLineAsync() is "ready")
        {
            // Whatever else it says is read, or it would wait for a reader.
            _ = process.StandardOutput.ReadToEndAsync();
            return new DrillNode(process);
        }
        await process.WaitForExitAsync();
        process.Dispose();
        return null;
    }

    /// <summary>What it holds in memory, as the machine counts it.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>As a crash: <c>kill -9</c>.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>As a machine that stands still, for so long.</summary>
    public async Task FreezeAsync(TimeSpan length)
    {
        Send(Stop);
        await Task.Delay(length);
        // It may have been killed as it stood.
        if (!_isOver)
        {
            Send(Continue);
        }
    }

    /// <summary>As a deploy: SIGTERM, and it drains.</summary>
    /// <returns>How it ended.</returns>
    public async Task<int> StopAsync()
    {
        Send(Terminate);
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (_isOver)
        {
            return;
        }
        _isOver = true;
        if (!_process.HasExited)
        {
            await KillAsync();
        }
        _process.Dispose();
    }

    private static string DotNet => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private void Send(int signal) => _ = kill(_process.Id, signal);

    [LibraryImport("libc")]
    private static partial int kill(int process, int signal);
}
