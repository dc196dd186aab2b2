using System.Text;
using Project38.Sandbox.Bubblewrap;

namespace Project38.Sandbox.Tests.Bubblewrap;

public sealed class BubblewrapStatusTests
{
    private const string Said = "{ \"child-pid\": 4194999,\"net-namespace\": 7 }\n{ \"exit-code\": 3 }\n";

    [Fact]
    public async Task ReadToEndAsync_KnowsWhatWasSaidWhole_WhereverBubblewrapWasKilled()
    {
        for (var length = 0; length < Said.Length; length++)
        {
            var status = await ReadAsync(Said[..length]);

            status.FirstProcess.IsCompletedSuccessfully.ShouldBeTrue();
        }
    }

    private static async Task<BubblewrapStatus> ReadAsync(string said)
    {
        var status = new BubblewrapStatus(new MemoryStream(Encoding.UTF8.GetBytes(said)));
        await status.ReadToEndAsync();
        return status;
    }
}
