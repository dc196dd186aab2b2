using Project38.Contracts;
using Project38.Core.Agents;
using Project38.Core.Agents.Risks;
using Project38.Server.Api;
using Project38.Server.Http;

namespace Project38.Server.Agents;

/// <summary>What a person has to say yes to first, as a 409 that has the question.</summary>
internal static class RiskProblem
{
    /// <summary>The refusal of a request that can be sent again with the yes; nothing was changed.</summary>
    public static ProblemException Of(HeldRisks held) => new(Body(held, RiskWords.HowToSayYes));

    /// <summary>The refusal to make a version current, which is stored.</summary>
    public static ProblemException Of(long id, AgentChange.Kept kept, HeldRisks held)
    {
        var number = kept.Version.Number;
        var how =
            $"{kept.Why} Only a person's yes makes it so: POST /api/agents/{id}/activate with {{\"version\": {number}, "
            + $"\"accept_risks\": true}} (p38 activate {id} {number}).";
        return new ProblemException(Body(held, how) with { AgentId = id, Version = number });
    }

    /// <summary>The refusal of a run whose own config brings what the agent's leaves out: a yes is the agent's.</summary>
    public static ProblemException OfRun(long id, HeldRisks held) =>
        new(
            StatusCodes.Status409Conflict,
            $"{RiskWords.Question(held)} It holds all of that by the config of this run alone, and a yes is to the agent's own: leave "
                + $"'tools' out of the run's, or give it to the agent and say yes there (p38 config {id})."
        );

    /// <summary>Why a new agent is paused, and what to do.</summary>
    public static string PausedBecause(long id, HeldRisks held) =>
        $"{RiskWords.Question(held)} It is paused until a person says yes to that: PUT /api/agents/{id} with "
        + $"{{\"status\": \"active\", \"accept_risks\": true}} (p38 resume {id}).";

    private static ProblemResponse Body(HeldRisks held, string how) =>
        Problem.Body(StatusCodes.Status409Conflict, $"{RiskWords.Question(held)} {how}") with
        {
            Type = "urn:p38:risks",
            Title = "A person has to say yes first",
            Question = RiskWords.Question(held),
            Risks = Wire.Of(held),
        };
}
