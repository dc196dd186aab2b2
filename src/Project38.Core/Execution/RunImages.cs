using Project38.Sandbox;

namespace Project38.Core.Execution;

/// <summary>What runs are forked from.</summary>
public static class RunImages
{
    /// <summary>Where the platform's library is, inside.</summary>
    public const string Library = "/p38";

    /// <summary>What every process of an agent is, whatever is done with it.</summary>
    public const string Runner = $"{Library}/p38/_runner.py";

    /// <summary>Where pytest is, inside.</summary>
    public const string TrialFolder = "/trial";

    // What the runner needs, and what agents import most.
    private static readonly string[] Usual =
    [
        .. "p38._run p38._drive p38._strict p38._traces p38._session".Split(' '),
        .. "collections dataclasses datetime decimal html json math random re statistics string time typing".Split(' '),
        .. "urllib.parse zoneinfo".Split(' '),
    ];

    // Those that pytest loads when it starts (_pytest.config.default_plugins); a version that has one no more does without.
    private static readonly string[] PytestPlugins =
    [
        .. "_argcomplete config.compat faulthandler helpconfig junitxml nose pastebin python_path".Split(' '),
        .. "setuponly setupplan skipping threadexception unittest unraisableexception warnings".Split(' '),
    ];

    /// <summary>For most programs.</summary>
    public static ForkImage Plain { get; } =
        new()
        {
            Path = [Library],
            Imports = Usual,
            Script = Runner,
            Rehearsal = "p38._rehearsal",
            Ready = 2,
        };

    /// <summary>
    /// For those that use asyncio by name. It is half as large again as all else, which every fork would pay for; the runner
    /// does without it.
    /// </summary>
    public static ForkImage WithAsyncio { get; } = Plain with { Imports = [.. Usual, "asyncio"], Ready = 1 };

    /// <summary>For tests of programs: pytest with all that it loads by itself takes longer than most tests.</summary>
    /// <remarks>None wait ready: trials are seldom, and most of a fork is nothing beside pytest.</remarks>
    public static ForkImage Trial { get; } =
        new()
        {
            Path = [TrialFolder, Library],
            Script = Runner,
            Imports =
            [
                .. Usual,
                .. "asyncio p38._trial p38._mutate p38.testing pytest".Split(' '),
                .. "faulthandler pdb unittest xml.etree.ElementTree".Split(' '),
                .. PytestPlugins.Select(plugin => $"_pytest.{plugin}"),
            ],
        };

    /// <summary>The one for a program.</summary>
    /// <param name="mode">What is done with it.</param>
    /// <param name="code">The program.</param>
    public static ForkImage For(AgentProcessMode mode, string code) =>
        mode is AgentProcessMode.Trial or AgentProcessMode.Mutate ? Trial
        : code.Contains("asyncio", StringComparison.Ordinal) ? WithAsyncio
        : Plain;
}
