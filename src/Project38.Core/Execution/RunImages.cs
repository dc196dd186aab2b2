using Project38.Sandbox;

namespace Project38.Core.Execution;

/// <summary>What runs are forked from.</summary>
public static class RunImages
{
    /// <summary>Where the platform's library is, inside.</summary>
    public const string Library = "/p38";

    // What the runner needs, and what agents import most.
    private static readonly string[] Usual =
    [
        .. "p38._run p38._drive p38._strict p38._traces p38._session".Split(' '),
        .. "collections dataclasses datetime decimal html json math random re statistics string time typing".Split(' '),
        .. "urllib.parse zoneinfo".Split(' '),
    ];

    /// <summary>For most programs.</summary>
    public static ForkImage Plain { get; } =
        new()
        {
            Path = [Library],
            Imports = Usual,
            Ready = 2,
        };

    /// <summary>
    /// For those that use asyncio by name. It is half as large again as all else, which every fork would pay for; the runner
    /// does without it.
    /// </summary>
    public static ForkImage WithAsyncio { get; } = Plain with { Imports = [.. Usual, "asyncio"], Ready = 1 };

    /// <summary>The one for a program.</summary>
    public static ForkImage For(string code) =>
        code.Contains("asyncio", StringComparison.Ordinal) ? WithAsyncio : Plain;
}
