using Project38.Contracts;

namespace Project38.Cli.Api;

/// <summary>The server refused something; its words are for the person who asked.</summary>
internal sealed class ApiException(ProblemResponse problem) : CliException(CodeOf(problem.Status), problem.Detail)
{
    /// <summary>All it said.</summary>
    public ProblemResponse Problem { get; } = problem;

    private static int CodeOf(int status) =>
        status switch
        {
            404 => Cli.ExitCode.NotFound,
            401 or 421 or 503 or 507 => Cli.ExitCode.Server,
            >= 400 and < 500 => Cli.ExitCode.Refused,
            _ => Cli.ExitCode.Server,
        };
}
