using Project38.Core.Secrets;
using Project38.Core.Storage;
using Project38.Sandbox;

namespace Project38.Core.Tools.External.Connecting;

/// <summary>A tool server that is a program, in its sandbox.</summary>
internal sealed class ServerProgram(SandboxProcess process, int mostOfALine, TimeProvider time) : IAsyncDisposable
{
    private const int MostLog = 600;

    // Its output ends a moment before the kernel has said why.
    private static readonly TimeSpan s_toEnd = TimeSpan.FromSeconds(2);

    private volatile bool _isKilled;

    /// <summary>What is said to it.</summary>
    public Stream Input => process.Input;

    /// <summary>What it says.</summary>
    public BoundedLines Output { get; } = new(process.Output, mostOfALine);

    /// <summary>Whether it is no more, or is listened to no more.</summary>
    public bool IsOver => _isKilled || process.Completion.IsCompleted || Output.IsExceeded;

    /// <summary>Ends it.</summary>
    public void Kill()
    {
        // Whoever asks next must not find it in the moment before it is gone.
        _isKilled = true;
        process.Kill();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => process.DisposeAsync();

    /// <summary>Why it gives no answer, as the end of a sentence.</summary>
    public async Task<string> WhyAsync()
    {
        if (Output.IsExceeded)
        {
            return $"sent a message of more than {mostOfALine:N0} bytes";
        }

        try
        {
            return Ended(await process.Completion.WaitAsync(s_toEnd, time));
        }
        catch (TimeoutException)
        {
            return "gave no answer that can be read";
        }
    }

    /// <summary>The end of what it printed, as a sentence; empty: nothing.</summary>
    public string Said(KnownSecrets secrets)
    {
        var end = LineText.Clean(secrets.Redact(process.Log));
        return end.Length == 0
            ? ""
            : $" It printed: {ServerFault.Words(end.Length > MostLog ? end[^MostLog..] : end, secrets)}";
    }

    private static string Ended(SandboxExit exit) =>
        exit switch
        {
            SandboxExit.Exited(var code) => $"ended by itself with code {code}",
            SandboxExit.Signalled(var signal) => $"was ended by signal {signal}",
            SandboxExit.OutOfMemory(var limit) =>
                $"needed more than its {limit / (1024 * 1024)} MB of memory and was ended",
            SandboxExit.OutputExceeded(var limit) => $"said more than {limit:N0} bytes and was ended",
            SandboxExit.TimedOut(var limit) => $"ran longer than {limit.TotalHours:0.#} h and was ended",
            SandboxExit.NotStarted(var reason) => $"could not be started: {reason}",
            _ => "was ended",
        };
}
