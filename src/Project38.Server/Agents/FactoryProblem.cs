using System.Globalization;
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
    /// <param name="kept">What became of it, a sentence.</param>
    /// <param name="agentId">The draft that was kept; null: none.</param>
    public static ProblemException Of(FactoryResult result, string kept, long? agentId)
    {
        var problem = result switch
        {
            FactoryResult.Refused refused => Invalid(refused.Reason) with { Leftovers = refused.Leftovers },
            FactoryResult.Asked asked => Invalid(Ask(asked)) with
            {
                Type = "urn:p38:questions",
                Title = "Something has to be known first",
                Questions = asked.Questions,
            },
            FactoryResult.NotProved failed => Invalid($"{Why(failed)} {Cost(failed)}{kept}") with
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

    private static string Cost(FactoryResult.NotProved failed) =>
        failed.GaveUp is null ? "" : $"{failed.GaveUp} The models cost {Usd(failed.Making.Cost)}. ";

    private static string Ask(FactoryResult.Asked asked) =>
        "Before this agent can be written, something has to be known:\n"
        + string.Concat(asked.Questions.Select(question => $"- {question}\n"))
        + "Ask again, with the answers added to the description. Nothing was kept; the models cost "
        + $"{Usd(asked.Making.Cost)}.";

    private static string Usd(decimal amount) => string.Create(CultureInfo.InvariantCulture, $"{amount:0.00##} USD");

    private static FindingResponse Of(TrialFailure failure) =>
        new("trial", "error", "test_agent.py", Line: null, $"{failure.Test} {failure.Outcome}: {failure.Message}");
}
