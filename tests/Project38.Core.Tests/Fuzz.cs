using System.Globalization;

namespace Project38.Core.Tests;

/// <summary>How long what faces an agent is fed with whatever comes to mind.</summary>
internal static class Fuzz
{
    /// <summary>Seconds for each property. Default: 2; <c>P38_FUZZ_SECONDS</c> for the long form.</summary>
    public static int Seconds { get; } =
        int.Parse(Environment.GetEnvironmentVariable("P38_FUZZ_SECONDS") ?? "2", CultureInfo.InvariantCulture);
}
