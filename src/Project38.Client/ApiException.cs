using Project38.Contracts;

namespace Project38.Client;

/// <summary>The server refused a request, or could not carry it out. The message is in its own words: what, why, and what to do.</summary>
public sealed class ApiException(ProblemResponse problem) : Exception(problem.Detail)
{
    /// <summary>The HTTP status: 404 no such thing, 409 not as things stand, 412 changed since it was read, 422 refused, 429 too many.</summary>
    public int Status => Problem.Status;

    /// <summary>All it said (RFC 9457), for example the findings of a program, or questions to answer first.</summary>
    public ProblemResponse Problem { get; } = problem;

    /// <summary>Every field that is wrong, with all that is wrong about it; empty when it is not about fields.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Errors =>
        Problem.Errors ?? new Dictionary<string, IReadOnlyList<string>>();
}
