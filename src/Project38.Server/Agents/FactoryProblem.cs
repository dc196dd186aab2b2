using Project38.Contracts;
using Project38.Core.Factory;
using Project38.Core.Factory.Trial;
using Project38.Server.Api;
using Project38.Server.Http;

namespace Project38.Server.Agents;

/// <summary>What the factory refuses, as a 422 with all it has to say.</summary>
internal static class FactoryProblem
{
    /// <summary>The refusal.</summary>
    /// <param name="result">Anything but a proved agent.</param>
    /// <param name="kept">What became of it, a sentence or two.</param>
    /// <param name="agentId">The draft that was kept; null: none.</param>
    public static ProblemException Of(FactoryResult result, string kept, long? agentId)
    {
        var problem = result switch
        {
            FactoryResult.Refused refused => Invalid(refused.Reason) with { Leftovers = refused.Leftovers },
            FactoryResult.Asked asked => Invalid(Ask(asked, kept)) with
            {
                Type = "urn:p38:questions",
                Title = "Something has to be known first",
                Questions = asked.Questions,
            },
            FactoryResult.NotProved failed => Invalid(string.Join(' ', Said(failed, kept))) with
            {
                AgentId = agentId,
                Findings =
                [
                    .. failed.Report.Findings.Select(Wire.Of),
                    .. failed.Trial?.Findings.Select(Wire.Of) ?? [],
                    .. failed.Trial?.Failures.Select(Of) ?? [],
                ],
            },
            _ => throw new ArgumentException("A proved agent is no problem.", nameof(result)),
        };
        return new ProblemException(problem);
    }

    private static ProblemResponse Invalid(string detail) =>
        Problem.Body(StatusCodes.Status422UnprocessableEntity, detail);

    private static string Why(FactoryResult.NotProved failed) =>
        failed.Unchecked ? "The program could not be proved, because a check could not run."
        : failed.Works ? "The program passed its checks and its trial, but what came with it cannot be used."
        : !failed.Report.Passed ? "The program did not pass its checks."
        : failed.Trial is { Finished: false } ? "The program's trial did not come to its end."
        : "The program did not pass its trial.";

    private static IEnumerable<string> Said(FactoryResult.NotProved failed, string kept) =>
        failed.GaveUp is { } gaveUp ? [Why(failed), gaveUp, kept] : [Why(failed), kept];

    private static string Ask(FactoryResult.Asked asked, string kept) =>
        "Before this can be written, something has to be known:\n"
        + string.Concat(asked.Questions.Select(question => $"- {question}\n"))
        + $"Say it again, with the answers added. {kept}";

    private static FindingResponse Of(TrialFailure failure) =>
        new("trial", "error", "test_agent.py", Line: null, $"{failure.Test} {failure.Outcome}: {failure.Message}");
}
