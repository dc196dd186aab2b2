using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Project38.Server.Telemetry;
using Project38.Testing;

namespace Project38.Server.Tests.Telemetry;

public sealed partial class MetricsTests(SqliteFixture databases)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metrics_AreWhatPrometheusReads_WithUnitsAndWithoutIds()
    {
        await using var server = await StartAsync(MetricsDoor.Token);
        var agent = await server.ImportAsync(Programs.Turning("await tools.filesystem.list()"));
        var config = new JsonObject { ["bad"] = true };
        await server.PostAsync($"/api/agents/{agent}/execute", new JsonObject { ["config"] = config });

        var answer = await server.GetAsync("/metrics");

        answer.Status.ShouldBe(200, answer.Text);
        answer.Type.ShouldBe("text/plain");
        var lines = answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.ShouldAllBe(line => Line().IsMatch(line));
        foreach (
            var name in new[]
            {
                "http_server_request_duration_seconds",
                "p38_run_duration_seconds",
                "p38_tool_call_duration_seconds",
                "p38_making_duration_seconds",
            }
        )
        {
            lines.ShouldContain($"# TYPE {name} histogram");
            lines.ShouldContain(line => line.StartsWith(name + "_bucket{", StringComparison.Ordinal));
        }
        lines.ShouldContain("# TYPE p38_making_programs_total counter");
        answer.Text.ShouldContain("""gen_ai_tool_name="filesystem.list",outcome="ok""");
        answer.Text.ShouldNotContain("agent_id");
        answer.Text.ShouldNotContain("task_id");
    }

    [Theory]
    [InlineData(nameof(MetricsDoor.Closed), HttpStatusCode.Unauthorized, HttpStatusCode.NotFound)]
    [InlineData(nameof(MetricsDoor.Token), HttpStatusCode.Unauthorized, HttpStatusCode.OK)]
    [InlineData(nameof(MetricsDoor.Open), HttpStatusCode.OK, HttpStatusCode.OK)]
    public async Task Metrics_AreForWhomTheyWereOpened(string door, HttpStatusCode anybody, HttpStatusCode owner)
    {
        await using var server = await StartAsync(Enum.Parse<MetricsDoor>(door));

        using var withoutToken = await server.Anonymous.GetAsync("/metrics", Cancelled);
        using var withToken = await server.Http.GetAsync("/metrics", Cancelled);

        withoutToken.StatusCode.ShouldBe(anybody);
        withToken.StatusCode.ShouldBe(owner);
    }

    private Task<TestServer> StartAsync(MetricsDoor door) =>
        TestServer.StartAsync(databases, Cancelled, telemetry: new TelemetryOptions { Metrics = door });

    // The text format: a comment, or name, labels, value and perhaps a time.
    [GeneratedRegex(
        """^(#\ (HELP|TYPE|UNIT)\ [a-zA-Z_:][\w:]*\ .+|#\ EOF|[a-zA-Z_:][\w:]*(\{([a-zA-Z_]\w*="([^"\\]|\\.)*",?)*\})?\ (-?[\d.]+([eE][+-]?\d+)?|[+-]Inf|NaN)(\ \d+)?)$""",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Line();
}
