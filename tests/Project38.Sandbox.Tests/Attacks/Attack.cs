namespace Project38.Sandbox.Tests.Attacks;

/// <summary>A program that makes attempts to get out, or to take more than it may; its file is in <c>Programs</c>.</summary>
/// <param name="Name">Its name, and its file's where <see cref="Program"/> says nothing else.</param>
internal sealed record Attack(string Name)
{
    /// <summary>The name of its file, without <c>.py</c>.</summary>
    public string Program { get; init; } = Name;

    /// <summary>What it is told beside what there is to attack.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>As whom, and where, it is shown to work.</summary>
    public Footing Footing { get; init; } = Footing.User;

    /// <summary>What its attempts need of the host to work outside.</summary>
    public IReadOnlyList<Need> Needs { get; init; } = [];

    /// <summary>What it may use in the sandbox. It asks for more where it takes something.</summary>
    public SandboxLimits Limits { get; init; } = new();

    /// <summary>How the sandbox ends it. Default: it ends by itself, with every attempt refused.</summary>
    public Type End { get; init; } = typeof(SandboxExit.Exited);

    /// <summary>The same at <see cref="SandboxLevel.NoCgroup"/> and below; null for the same.</summary>
    public Type? EndWithoutCgroup { get; init; }

    /// <summary>Attempts that nothing holds at <see cref="SandboxLevel.NoCgroup"/> and below, as is said of that level.</summary>
    public IReadOnlyList<string> OpenWithoutCgroup { get; init; } = [];

    /// <summary>Attempts that nothing holds at <see cref="SandboxLevel.Degraded"/>, beside those, as is said of that level.</summary>
    public IReadOnlyList<string> OpenWithoutNamespaces { get; init; } = [];

    /// <summary>The state in which it stays outside, as <c>/proc/PID/stat</c> names it; null when it ends.</summary>
    public char? StaysAs { get; init; }

    /// <summary>How often it is run; the last run counts.</summary>
    public int Runs { get; init; } = 1;

    /// <summary>The attempts that nothing holds at a level.</summary>
    public IEnumerable<string> OpenAt(SandboxLevel level) =>
        level switch
        {
            SandboxLevel.Degraded => [.. OpenWithoutCgroup, .. OpenWithoutNamespaces],
            SandboxLevel.NoCgroup => OpenWithoutCgroup,
            SandboxLevel.Vm => OnItsOwnKernel.Open(Name),
            _ => [],
        };

    /// <summary>How the sandbox ends it at a level.</summary>
    public Type EndAt(SandboxLevel level) =>
        level switch
        {
            <= SandboxLevel.NoCgroup => EndWithoutCgroup ?? End,
            SandboxLevel.Vm => OnItsOwnKernel.End(this),
            _ => End,
        };

    /// <summary>The run of it in a sandbox.</summary>
    /// <param name="words">What there is to attack.</param>
    /// <param name="mark">What its processes are known by.</param>
    public SandboxSpec Spec(string words, string mark) =>
        new()
        {
            Program = "/usr/bin/python3",
            Arguments = ["-I", "-S", "-B", "-u", "/app/attack.py", words, mark, .. Arguments],
            Files =
            [
                new SandboxFile("/app/attack.py", File.ReadAllBytes(PathOf(Program))),
                new SandboxFile("/app/attempts.py", File.ReadAllBytes(PathOf("attempts"))),
            ],
            Limits = Limits,
        };

    /// <summary>Where the file of a program is.</summary>
    public static string PathOf(string program) =>
        Path.Combine(AppContext.BaseDirectory, "Attacks", "Programs", $"{program}.py");
}
