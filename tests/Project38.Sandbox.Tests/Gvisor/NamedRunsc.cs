namespace Project38.Sandbox.Tests.Gvisor;

/// <summary>The real <c>runsc</c>, where one is named: by <c>./test --runsc</c>.</summary>
/// <remarks>What needs it is no test where there is none, rather than one that is skipped.</remarks>
internal static class NamedRunsc
{
    /// <summary>The trait of the tests that need it.</summary>
    public const string Needs = "needs";

    public const string Runsc = "runsc";

    private const string WithoutNeeding = $"{Needs}={Runsc}";

    /// <summary>Where it is; null: none is named.</summary>
    public static string? Path { get; } =
        Environment.GetEnvironmentVariable("P38_TEST_RUNSC") is { Length: > 0 } path ? path : null;

    /// <summary>The arguments for the tests there are. A process that the runner starts as itself has them already.</summary>
    public static string[] Filter(string[] arguments) =>
        Path is not null || arguments.Contains(WithoutNeeding)
            ? arguments
            : [.. arguments, "--filter-not-trait", WithoutNeeding];
}
