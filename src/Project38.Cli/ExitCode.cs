namespace Project38.Cli;

/// <summary>How a verb ends, for scripts. Documented in <c>--help</c> and docs/cli.md; a number never changes its meaning.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Ok = 0;

    /// <summary>Something failed that should not.</summary>
    public const int Unexpected = 1;

    /// <summary>The command line makes no sense.</summary>
    public const int Usage = 2;

    /// <summary>No such agent, task or file.</summary>
    public const int NotFound = 3;

    /// <summary>Refused, by the factory, a policy or a check.</summary>
    public const int Refused = 4;

    /// <summary>A run did not succeed.</summary>
    public const int FailedRun = 5;

    /// <summary>No server, or one that cannot answer.</summary>
    public const int Server = 6;

    /// <summary>Nothing was made yet: there are questions to answer first.</summary>
    public const int Asked = 7;

    /// <summary>Ended by Ctrl-C, as shells count it.</summary>
    public const int Interrupted = 130;

    /// <summary>For <c>--help</c>.</summary>
    public const string Help =
        "Exit codes: 0 done, 1 unexpected failure, 2 wrong usage, 3 not found, 4 refused, 5 failed run, 6 no server, "
        + "7 questions to answer.";
}
