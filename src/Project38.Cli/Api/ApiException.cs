using System.Text.RegularExpressions;
using Project38.Contracts;

namespace Project38.Cli.Api;

/// <summary>The server refused something; its words are for the person who asked.</summary>
internal sealed partial class ApiException(ProblemResponse problem)
    : CliException(CodeOf(problem), InVerbs(problem.Detail))
{
    /// <summary>All it said.</summary>
    public ProblemResponse Problem { get; } = problem;

    // The server advises in routes, which nobody types here.
    private static string InVerbs(string detail) =>
        VersionsRoute()
            .Replace(
                MissingTask().Replace(detail, "$0 GET /api/tasks lists those there are."),
                "'p38 versions ${agent}' shows"
            )
            .Replace("GET /api/agents lists", "'p38 list' shows", StringComparison.Ordinal)
            .Replace("Name two versions, as in ?from=1&to=2.", "Name two versions.", StringComparison.Ordinal)
            .Replace("GET /api/secrets lists", "'p38 secrets list' shows", StringComparison.Ordinal)
            .Replace("GET /api/tasks lists", "'p38 tasks' shows", StringComparison.Ordinal);

    [GeneratedRegex(@"GET /api/agents/(?<agent>\d+)/versions lists", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex VersionsRoute();

    [GeneratedRegex(@"^There is no task \d+\.$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MissingTask();

    private static int CodeOf(ProblemResponse problem) =>
        problem.Status switch
        {
            _ when problem.Questions is not null => Cli.ExitCode.Asked,
            404 => Cli.ExitCode.NotFound,
            401 or 421 or 503 or 507 => Cli.ExitCode.Server,
            >= 400 and < 500 => Cli.ExitCode.Refused,
            _ => Cli.ExitCode.Server,
        };
}
