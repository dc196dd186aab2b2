using Project38.Core.Agents.Versions;
using Project38.Core.Factory.Generation;
using Project38.Core.Factory.Trial;
using Project38.Core.Factory.Validation;

namespace Project38.Core.Factory;

/// <summary>One thing the factory has done, told as it happens.</summary>
/// <param name="Step"><c>writing</c>, <c>understood</c>, <c>wrote</c>, <c>checked</c>, <c>tried</c>, <c>looked</c>, <c>challenged</c>, <c>kept</c>, <c>repair</c> or <c>stopped</c>.</param>
/// <param name="Text">What came of it, for a person.</param>
/// <param name="Took">How long it took.</param>
public sealed record FactoryProgress(string Step, string Text, TimeSpan Took);

/// <summary>How making an agent ended.</summary>
public abstract record FactoryResult
{
    private FactoryResult() { }

    /// <summary>What it took.</summary>
    public Making Making { get; init; } = Making.WithoutModel;

    /// <summary>Checked and tried; may become active.</summary>
    /// <param name="Agent">The program, after safe fixes and formatting.</param>
    /// <param name="Report">All findings; none an error.</param>
    /// <param name="Trial">The trial it passed.</param>
    /// <param name="Hash">See <see cref="Agents.AgentVersion.Hash"/>.</param>
    public sealed record Proved(GeneratedAgent Agent, ValidationReport Report, TrialReport Trial, string Hash)
        : FactoryResult
    {
        /// <summary>How the tests did of the agent that it changes; null where there were none, or it is new.</summary>
        public OldTestsReport? OldTests { get; init; }

        /// <summary>It as a version of an agent, with its config and grants.</summary>
        public NewVersion ToVersion() =>
            new()
            {
                Code = Agent.Code,
                Tests = Agent.Tests,
                Manifest = Report.Manifest,
                Hash = Hash,
                Origin = Agent.Origin,
            };
    }

    /// <summary>Something is wrong with it; may be kept as a draft.</summary>
    /// <param name="Agent">The program as it stands.</param>
    /// <param name="Report">All findings.</param>
    /// <param name="Trial">The trial; null when the findings made one pointless.</param>
    /// <param name="Hash">See <see cref="Agents.AgentVersion.Hash"/>.</param>
    public sealed record NotProved(GeneratedAgent Agent, ValidationReport Report, TrialReport? Trial, string Hash)
        : FactoryResult
    {
        /// <summary>Whether the program itself passed its checks and its trial: what came with it is wrong, its schedule say.</summary>
        public bool Works { get; init; }

        /// <summary>Whether a check could not run, so that nothing is known.</summary>
        public bool Unchecked { get; init; }

        /// <summary>Why no better one was written; null where nobody tried.</summary>
        public string? GaveUp { get; init; }
    }

    /// <summary>Something essential is open: no program was written, and the user is asked.</summary>
    /// <param name="Questions">What has to be known, in the brief's language; one at least.</param>
    public sealed record Asked(IReadOnlyList<string> Questions) : FactoryResult;

    /// <summary>Nothing here serves the brief.</summary>
    /// <param name="Reason">What was refused, why, what to do.</param>
    /// <param name="Leftovers">The words nothing accounts for.</param>
    public sealed record Refused(string Reason, IReadOnlyList<string> Leftovers) : FactoryResult;
}
