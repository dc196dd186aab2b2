namespace Project38.Core.Factory.Validation;

/// <summary>How much a finding weighs.</summary>
public enum FindingSeverity
{
    /// <summary>Worth saying; stops nothing.</summary>
    Warning,

    /// <summary>The version does not become active.</summary>
    Error,
}

/// <summary>One thing a check has to say.</summary>
/// <param name="Rule">Stable name, for example <c>syntax</c>, <c>import-missing</c>, <c>F401</c>, <c>check-unavailable</c>.</param>
/// <param name="Severity">What it means for activation.</param>
/// <param name="Line">1-based line of the program as it was given, before tidying; null: the whole file.</param>
/// <param name="Message">What is wrong, and what to do.</param>
/// <param name="File"><c>agent.py</c> or <c>test_agent.py</c>; <c>config</c> where it is about neither.</param>
public sealed record Finding(
    string Rule,
    FindingSeverity Severity,
    int? Line,
    string Message,
    string File = "agent.py"
);
