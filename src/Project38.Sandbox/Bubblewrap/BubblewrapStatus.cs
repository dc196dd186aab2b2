using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using Project38.Sandbox.Native;

namespace Project38.Sandbox.Bubblewrap;

/// <summary>What bubblewrap says about itself on <c>--json-status-fd</c>. The end of that pipe is the end of bubblewrap.</summary>
/// <remarks>A line is written in several pieces, so a bubblewrap that is killed leaves half a one: it says nothing.</remarks>
/// <param name="stream">The pipe.</param>
internal sealed class BubblewrapStatus(Stream stream) : IDisposable
{
    // Two lines of well under 1 KB each; anything longer did not come from bubblewrap.
    private const int MaxBytes = 64 * 1024;

    private readonly TaskCompletionSource<SafeFileHandle?> _firstProcess = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    private readonly TaskCompletionSource<int?> _firstProcessId = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    /// <summary>A handle on the first process inside. Null when bubblewrap ended before there was one.</summary>
    public Task<SafeFileHandle?> FirstProcess => _firstProcess.Task;

    /// <summary>Its number. Null when bubblewrap ended before there was one.</summary>
    public Task<int?> FirstProcessId => _firstProcessId.Task;

    /// <summary>Reads until bubblewrap is gone.</summary>
    public async Task ReadToEndAsync()
    {
        try
        {
            using var reader = new StreamReader(stream, Encoding.UTF8);
            var total = 0;
            while (total < MaxBytes && await reader.ReadLineAsync(CancellationToken.None) is { } line)
            {
                total += line.Length;
                Read(line);
            }
        }
        finally
        {
            _firstProcess.TrySetResult(null);
            _firstProcessId.TrySetResult(null);
        }
    }

    /// <summary>Lets go of the first process. Call it after <see cref="ReadToEndAsync"/>.</summary>
    public void Dispose()
    {
        if (_firstProcess.Task is { IsCompletedSuccessfully: true, Result: { } handle })
        {
            handle.Dispose();
        }
    }

    private void Read(string line)
    {
        if (!line.TrimEnd().EndsWith('}'))
        {
            return;
        }

        using var document = JsonDocument.Parse(line);
        if (document.RootElement.TryGetProperty("child-pid", out var pid))
        {
            // At once, while bubblewrap waits for it: later its number could be another process's.
            var handle = LibC.OpenProcess(pid.GetInt32());
            _firstProcess.TrySetResult(handle < 0 ? null : new SafeFileHandle(handle, ownsHandle: true));
            _firstProcessId.TrySetResult(handle < 0 ? null : pid.GetInt32());
        }
    }
}
