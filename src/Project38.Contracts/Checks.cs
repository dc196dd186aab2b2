using System.ComponentModel.DataAnnotations;

namespace Project38.Contracts;

/// <summary>Programs and their tests on the wire.</summary>
public static class ProgramText
{
    /// <summary>As many characters as a request of 16 MB can hold: the checks say more of a program that is too large.</summary>
    public const int MaxLength = 16 * 1024 * 1024;
}

/// <summary>A program to check without keeping it. <c>POST /api/check</c>.</summary>
public sealed record CheckRequest
{
    /// <summary>The program.</summary>
    [Required(AllowEmptyStrings = true), Text(ProgramText.MaxLength)]
    public string? Code { get; init; }

    /// <summary>Its tests.</summary>
    [Text(ProgramText.MaxLength)]
    public string? Tests { get; init; }

    /// <summary>The Python image it shall have. Default: none, the standard library only.</summary>
    [Text(40)]
    public string? Python { get; init; }
}

/// <summary>What the checks found.</summary>
/// <param name="Passed">Whether no finding is an error.</param>
/// <param name="Findings">In order of file and line.</param>
/// <param name="Grants">What the program would need, in plain words.</param>
public sealed record CheckResponse(bool Passed, IReadOnlyList<FindingResponse> Findings, IReadOnlyList<string> Grants);

/// <summary>One thing a check has to say.</summary>
/// <param name="Rule">Stable name, for example <c>syntax</c> or <c>F401</c>.</param>
/// <param name="Severity"><c>error</c> or <c>warning</c>.</param>
/// <param name="File"><c>agent.py</c> or <c>test_agent.py</c>.</param>
/// <param name="Line">1-based; null: the whole file.</param>
/// <param name="Message">What is wrong, and what to do.</param>
public sealed record FindingResponse(string Rule, string Severity, string File, int? Line, string Message);
