using System.Text.Json.Nodes;
using Project38.Core.Factory;

namespace Project38.Core.Tests.Factory;

public sealed class ConfigHostsTests
{
    [Theory]
    [InlineData("https://Example.com/x", "example.com")]
    [InlineData("https://example.com./x", "example.com")]
    [InlineData("http://example.com:8080", "example.com:8080")]
    [InlineData("https://דוגמה.com/", "xn--6dbbec0c.com")]
    [InlineData("http://[::1]:8080/", "[::1]:8080")]
    public void Of_WritesAHostAsTheEgressPolicyComparesIt(string address, string host)
    {
        var config = new JsonObject { ["pages"] = new JsonArray(address), ["name"] = "no address" };

        ConfigHosts.Of(config).ShouldBe([host]);
    }
}
