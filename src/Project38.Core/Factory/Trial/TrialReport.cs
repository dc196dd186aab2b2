using Project38.Core.Factory.Validation;
using Project38.Sandbox;

namespace Project38.Core.Factory.Trial;

/// <summary>How a version's tests ended in the sandbox, counted on the tool session and never by exit code.</summary>
/// <param name="Smoke">True: there were no tests, so it was constructed, initialised and executed against stand-ins.</param>
/// <param name="Collected">Tests found; for a smoke trial 1.</param>
/// <param name="Passed">Tests that passed.</param>
/// <param name="Failures">Every test that failed, was skipped or broke, with its traceback's end.</param>
/// <param name="Finished">Whether the test session said that it had come to its end.</param>
/// <param name="Log">What was printed.</param>
/// <param name="Exit">How the sandbox ended; null: it never started, and a finding says why.</param>
/// <param name="Findings">What the trial has to say beyond failures, for example that there were no tests.</param>
public sealed record TrialReport(
    bool Smoke,
    int Collected,
    int Passed,
    IReadOnlyList<TrialFailure> Failures,
    bool Finished,
    string Log,
    SandboxExit? Exit,
    IReadOnlyList<Finding> Findings
)
{
    /// <summary>Names of the tests found.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>At least one test, all passed, none failed or skipped, and the session finished.</summary>
    public bool Succeeded => Finished && Collected > 0 && Passed == Collected && Failures.Count == 0;
}

/// <summary>A test that did not pass.</summary>
/// <param name="Test">Its name.</param>
/// <param name="Outcome"><c>failed</c>, <c>skipped</c> or <c>error</c>.</param>
/// <param name="Message">Why, at most 4,000 characters.</param>
public sealed record TrialFailure(string Test, string Outcome, string Message);
