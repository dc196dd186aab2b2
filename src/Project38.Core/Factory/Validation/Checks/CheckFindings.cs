namespace Project38.Core.Factory.Validation.Checks;

/// <summary>Findings that more than one check makes.</summary>
internal static class CheckFindings
{
    public const string Program = "agent.py";
    public const string Tests = "test_agent.py";
    public const string Config = "config";

    /// <summary>Rule of a check that could not run.</summary>
    public const string Unavailable = "check-unavailable";

    /// <summary>Rule of a program that is written so that a check comes to no end over it.</summary>
    public const string TooTangled = "too-tangled";

    /// <summary>A check could not run: an error, whatever the reason.</summary>
    public static Finding CouldNotRun(string what, string why) =>
        new(Unavailable, FindingSeverity.Error, Line: null, $"{what} could not run, so nothing is proved: {why}");
}
