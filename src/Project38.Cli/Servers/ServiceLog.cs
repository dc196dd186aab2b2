namespace Project38.Cli.Servers;

/// <summary>Where the log of <c>p38 up</c> goes: its standard error, whatever that is.</summary>
internal static class ServiceLog
{
    /// <summary>That place, in words.</summary>
    public static string Place() =>
        !Console.IsErrorRedirected ? (Console.IsOutputRedirected ? "the terminal it was started from" : "this terminal")
        : FileOfError() is { } file ? file
        : Environment.GetEnvironmentVariable("JOURNAL_STREAM") is { Length: > 0 } ? "the journal: journalctl"
        : "standard error";

    // Null for a pipe or a socket.
    private static string? FileOfError() =>
        File.ResolveLinkTarget("/proc/self/fd/2", returnFinalTarget: false)?.FullName is { } target
        && File.Exists(target)
            ? target
            : null;
}
