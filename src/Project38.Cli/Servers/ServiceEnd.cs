namespace Project38.Cli.Servers;

/// <summary>How the server of <c>p38 up</c> ended, where it did not end well.</summary>
internal static class ServiceEnd
{
    /// <summary>A process that a signal ended has this number more than the signal's as its exit code.</summary>
    public const int Signals = 128;

    /// <summary>What happened, where to read why, and what to do.</summary>
    public static string Words(int exitCode) =>
        $"The server ended {How(exitCode)}. Its last words are in its log: {ServiceLog.Place()}. "
        + "Start it again: p38 up";

    // signal(7); those of a fault, of a kill, and of a memory that was too small.
    private static string How(int exitCode) =>
        (exitCode - Signals) switch
        {
            6 => "by signal 6, SIGABRT, after a fault of its own",
            9 => "by signal 9, SIGKILL, perhaps because memory ran out",
            11 => "by signal 11, SIGSEGV, after a fault of its own",
            15 => "by signal 15, SIGTERM",
            > 0 and var signal => $"by signal {signal}",
            _ => $"with exit code {exitCode}",
        };
}
