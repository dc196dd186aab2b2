namespace Project38.Cli.Servers;

/// <summary>Where the log of <c>p38 up</c> goes: its standard error, whatever that is.</summary>
internal static class ServiceLog
{
    /// <summary>That place, in words.</summary>
    public static string Place() =>
        !Console.IsErrorRedirected ? "this terminal"
        : Environment.GetEnvironmentVariable("JOURNAL_STREAM") is { Length: > 0 } ? "the journal: journalctl"
        : File.ResolveLinkTarget("/proc/self/fd/2", returnFinalTarget: false)?.FullName is { } target
        && File.Exists(target)
            ? target
        : "standard error";
}
