using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Project38.Core.Tests.Tools.Sessions;
using Project38.Core.Tools.Clock;
using Project38.Core.Tools.Registry;

namespace Project38.Core.Tests.Tools.Clock;

public sealed class ClockToolsTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 27, 22, 30, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(null, "2026-11-27T22:30:00+00:00", "Friday")]
    [InlineData("Asia/Jerusalem", "2026-11-28T00:30:00+02:00", "Saturday")]
    [InlineData("America/St_Johns", "2026-11-27T19:00:00-03:30", "Friday")]
    public async Task Now_IsThatOfTheZone(string? zone, string local, string weekday)
    {
        var value = (await NowAsync(zone)).GetProperty("structuredContent").GetProperty("value");

        value.GetProperty("utc").GetString().ShouldBe("2026-11-27T22:30:00Z");
        value.GetProperty("local").GetString().ShouldBe(local);
        value.GetProperty("weekday").GetString().ShouldBe(weekday);
        value.GetProperty("timezone").GetString().ShouldBe(zone ?? "UTC");
    }

    [Fact]
    public async Task Now_GoesOnFromTheRunsClock()
    {
        var value = (await NowAsync("UTC", new DateTimeOffset(2027, 1, 1, 8, 0, 0, TimeSpan.Zero)))
            .GetProperty("structuredContent")
            .GetProperty("value");

        value.GetProperty("utc").GetString().ShouldBe("2027-01-01T08:00:07Z");
    }

    [Theory]
    [InlineData("Mars/Base")]
    [InlineData("")]
    [InlineData("../etc/passwd")]
    public async Task Now_SaysThatThereIsNoSuchZone(string zone)
    {
        var result = await NowAsync(zone);

        result
            .GetProperty("content")[0]
            .GetProperty("text")
            .GetString()
            .ShouldNotBeNull()
            .ShouldContain("Unknown time zone");
    }

    private async Task<JsonElement> NowAsync(string? zone, DateTimeOffset? clock = null)
    {
        var spec = AgentEnd.Granting("clock.now") with { Clock = clock };
        ToolDefinition[] tools = [.. new ClockTools().Tools];
        await using var agent = new AgentEnd(spec, limits: null, _time, tools);
        if (clock is not null)
        {
            _time.Advance(TimeSpan.FromSeconds(7));
        }
        return (await agent.CallAsync("clock.now", zone is null ? new { } : new { timezone = zone })).GetProperty(
            "result"
        );
    }
}
