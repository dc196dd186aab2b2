using System.Diagnostics;
using Project38.Sandbox.Bubblewrap;

namespace Project38.Sandbox.Tests.Bubblewrap;

public sealed class PlatformMarkTests
{
    [Fact]
    public async Task EndLeftovers_KillsOnlyWhatTheGoneHaveLeft_WhenBothAreThere()
    {
        var own = PlatformMark.Own.Split('-');
        using var ours = Sleep(PlatformMark.Own);
        using var foreign = Sleep($"P38_PLATFORM=1-{own[1]}-1"); // of another namespace, where numbers mean others
        using var theirs = Sleep($"{own[0]}-{own[1]}-1"); // the same number, another start

        var ended = PlatformMark.EndLeftovers();
        await theirs.WaitForExitAsync(TestContext.Current.CancellationToken);

        ended.ShouldBeGreaterThanOrEqualTo(1);
        theirs.ExitCode.ShouldBe(128 + 9);
        ours.HasExited.ShouldBeFalse();
        foreign.HasExited.ShouldBeFalse();
        ours.Kill();
        foreign.Kill();
    }

    private static Process Sleep(string mark)
    {
        var start = new ProcessStartInfo("/usr/bin/sleep", ["600"]);
        start.Environment["P38_PLATFORM"] = mark["P38_PLATFORM=".Length..];
        return Process.Start(start)!;
    }
}
