using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Project38.Testing;

namespace Project38.Server.Tests.McpEndpoint;

/// <summary>The official conformance suite for MCP servers, as it comes from npm, against a real server.</summary>
/// <remarks>It sends no token, so a door before the server's adds it; all else passes as it is, host and origin included.</remarks>
public sealed class ConformanceTests(SqliteServerFixture fixture) : IClassFixture<SqliteServerFixture>, IAsyncLifetime
{
    /// <summary>Those that say something of a server which offers tools.</summary>
    private static readonly string[] s_applies =
    [
        "server-initialize",
        "ping",
        "logging-set-level",
        "tools-list",
        "dns-rebinding-protection",
    ];

    /// <summary>Those that do not, and why.</summary>
    private static readonly Dictionary<string, string[]> s_doesNot = new()
    {
        ["They call tools of the suite's own example server by name; what ours answer is proven in McpToolsTests."] =
        [
            "tools-call-simple-text",
            "tools-call-image",
            "tools-call-audio",
            "tools-call-embedded-resource",
            "tools-call-mixed-content",
            "tools-call-with-logging",
            "tools-call-error",
            "tools-call-with-progress",
            "json-schema-2020-12",
        ],
        ["The server asks its clients for nothing: each request stands by itself, so that any node may serve it."] =
        [
            "tools-call-sampling",
            "tools-call-elicitation",
            "elicitation-sep1034-defaults",
            "elicitation-sep1330-enums",
            "server-sse-polling",
            "server-sse-multiple-streams",
        ],
        ["The server offers tools alone, and says so when it is asked what it can do."] =
        [
            "completion-complete",
            "resources-list",
            "resources-read-text",
            "resources-read-binary",
            "resources-templates-read",
            "resources-subscribe",
            "resources-unsubscribe",
            "prompts-list",
            "prompts-get-simple",
            "prompts-get-with-args",
            "prompts-get-embedded-resource",
            "prompts-get-with-image",
        ],
    };

    private readonly HttpClient _server = new();
    private WebApplication _door = null!;

    public static TheoryData<string> Applying => [.. s_applies];

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        _door = builder.Build();
        _door.Run(PassAsync);
        await _door.StartAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _door.DisposeAsync();
        _server.Dispose();
    }

    [Theory, MemberData(nameof(Applying))]
    public async Task Scenario_Passes(string scenario)
    {
        var address = new Uri(new Uri(_door.Urls.First()), "/mcp");

        var (code, said) = await SuiteAsync("server", "--url", $"{address}", "--scenario", scenario);

        code.ShouldBe(0, said);
        said.ShouldContain("Passed: ");
    }

    [Fact]
    public async Task EveryScenarioThereIs_Applies_OrItIsSaidWhyNot()
    {
        var (_, said) = await SuiteAsync("list", "--server");

        var there = said.Split('\n')
            .Where(line => line.StartsWith("  - ", StringComparison.Ordinal))
            .Select(line => line[4..].Split(' ')[0]);

        there.ShouldBe([.. s_applies, .. s_doesNot.Values.SelectMany(names => names)], ignoreOrder: true);
    }

    private static async Task<(int Code, string Said)> SuiteAsync(params string[] arguments)
    {
        var cancelled = TestContext.Current.CancellationToken;
        var packages = Repository.Folder("tests", "conformance", "node_modules");
        var machine = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64";
        var start = new ProcessStartInfo(
            Path.Join(packages, $"node-linux-{machine}", "bin", "node"),
            [Path.Join(packages, "@modelcontextprotocol", "conformance", "dist", "index.js"), .. arguments]
        )
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(cancelled);
        var output = await process.StandardOutput.ReadToEndAsync(cancelled);
        await process.WaitForExitAsync(cancelled);
        return (process.ExitCode, output + await error);
    }

    private async Task PassAsync(HttpContext context)
    {
        var target = new Uri(fixture.Server.Http.BaseAddress!, context.Request.Path.Value);
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), target);
        request.Content = new StreamContent(context.Request.Body);
        foreach (var (name, values) in context.Request.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, [.. values]))
            {
                request.Content.Headers.TryAddWithoutValidation(name, [.. values]);
            }
        }
        request.Headers.Authorization = fixture.Server.Http.DefaultRequestHeaders.Authorization;
        using var answer = await _server.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            context.RequestAborted
        );
        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
