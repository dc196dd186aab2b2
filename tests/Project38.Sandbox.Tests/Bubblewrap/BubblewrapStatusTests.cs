using System.Text;
using Project38.Sandbox.Bubblewrap;

namespace Project38.Sandbox.Tests.Bubblewrap;

public sealed class BubblewrapStatusTests
{
    private const string Said = "{ \"child-pid\": 4194999,\"net-namespace\": 7 }\n{ \"exit-code\": 3 }\n";

    [Fact]
    public async Task ReadToEndAsync_FindsTheCode_WhenAllWasSaid()
    {
        var status = await ReadAsync(Said);

        status.ExitCode.ShouldBe(3);
    }

    [Theory]
    [InlineData("-6")]
    [InlineData("256")]
    [InlineData("2147483647")]
    [InlineData("99999999999")]
    public async Task ReadToEndAsync_IsToldNothing_WhenNoProgramExitsSo(string code)
    {
        var status = await ReadAsync($"{{ \"child-pid\": 4194999 }}\n{{ \"exit-code\": {code} }}\n");

        status.ExitCode.ShouldBeNull();
    }

    [Fact]
    public async Task ReadToEndAsync_KnowsWhatWasSaidWhole_WhereverBubblewrapWasKilled()
    {
        for (var length = 0; length < Said.IndexOf("3 }", StringComparison.Ordinal); length++)
        {
            var status = await ReadAsync(Said[..length]);

            status.FirstProcess.IsCompletedSuccessfully.ShouldBeTrue();
            status.ExitCode.ShouldBeNull();
        }
    }

    private static async Task<BubblewrapStatus> ReadAsync(string said)
    {
        var status = new BubblewrapStatus(new MemoryStream(Encoding.UTF8.GetBytes(said)));
        await status.ReadToEndAsync();
        return status;
    }
}
