namespace Project38.Cli;

/// <summary>A verb cannot go on. The message is for a person: what, why, what to do.</summary>
internal class CliException(int exitCode, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>How the process ends.</summary>
    public int ExitCode { get; } = exitCode;
}
