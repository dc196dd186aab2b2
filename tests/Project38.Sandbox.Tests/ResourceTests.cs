using System.Globalization;
using static Project38.Sandbox.Tests.SandboxFixture;

namespace Project38.Sandbox.Tests;

/// <summary>What a program took of the machine is counted.</summary>
public sealed class ResourceTests(SandboxFixture sandboxes)
{
    public static TheoryData<SandboxLevel> Levels => [.. SandboxFixture.Levels];

    [Theory, MemberData(nameof(Levels))]
    public async Task Usage_HasTheTimeOfTheProcessor_WhenAProgramIsBusy(SandboxLevel level)
    {
        const string Code = """
            import time
            start = time.monotonic()
            while time.monotonic() - start < 1:
                pass
            print(time.process_time())
            """;

        var outcome = await sandboxes.RunAsync(level, Python(Code));

        if (level <= SandboxLevel.NoCgroup)
        {
            outcome.Exit.Usage.CpuTime.ShouldBeNull();
            return;
        }

        var used = double.Parse(outcome.Output, CultureInfo.InvariantCulture);
        outcome.Exit.Usage.CpuTime.ShouldNotBeNull().TotalSeconds.ShouldBeInRange(used, used + 0.5);
    }
}
