using System.Text.RegularExpressions;
using Project38.Client;

namespace Project38.Cli.Api;

/// <summary>What went wrong at the server or on the way to it, for the person who asked.</summary>
internal static partial class Refusal
{
    /// <summary>Whether it is that: nothing failed here.</summary>
    public static bool Is(Exception exception) => exception is CliException or ApiException or ConnectionLostException;

    /// <summary>What to say.</summary>
    public static string Words(Exception exception) =>
        exception switch
        {
            ApiException refused => InVerbs(refused.Problem.Detail),
            ConnectionLostException =>
                "The server went away in the middle. Nothing is known of what it did last; try again.",
            _ => exception.Message,
        };

    /// <summary>How a verb ends that ends with it.</summary>
    public static int CodeOf(Exception exception) =>
        exception switch
        {
            CliException known => known.ExitCode,
            ApiException { Problem.Questions: not null } => ExitCode.Asked,
            ApiException { Status: 404 } => ExitCode.NotFound,
            ApiException { Status: 401 or 421 or 503 or 507 } => ExitCode.Server,
            ApiException { Status: >= 400 and < 500 } => ExitCode.Refused,
            ApiException or ConnectionLostException => ExitCode.Server,
            _ => ExitCode.Unexpected,
        };

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
            .Replace("GET /api/pythons lists", "'p38 python list' shows", StringComparison.Ordinal)
            .Replace("GET /api/tasks lists", "'p38 tasks' shows", StringComparison.Ordinal);

    [GeneratedRegex(@"GET /api/agents/(?<agent>\d+)/versions lists", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex VersionsRoute();

    [GeneratedRegex(@"^There is no task \d+\.$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MissingTask();
}
