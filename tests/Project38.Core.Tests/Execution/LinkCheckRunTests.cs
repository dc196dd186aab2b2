using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Project38.Core.Execution;
using Project38.Core.Factory.Generation.Blueprints;
using Project38.Core.Tests.Tools.Http;
using Project38.Core.Tools.Notifications;
using Project38.Testing;

namespace Project38.Core.Tests.Execution;

/// <summary>The link check against real servers: what the platform refuses it takes for no fault of the page.</summary>
public sealed class LinkCheckRunTests(SqliteFixture fixture) : DatabaseContract(fixture)
{
    [Fact]
    public async Task Run_TellsWhatIsBrokenAndCountsWhatLeadsElsewhere_WhenAPageHasBoth()
    {
        await using var server = await WebServer.StartAsync(context =>
        {
            context.Response.ContentType = "text/html";
            switch (context.Request.Path.Value)
            {
                case "/":
                    return context.Response.WriteAsync(
                        "<a href=/fine><a href=/gone><a href=/away><a href=/get><a href=https://example.org/x>",
                        Cancelled
                    );
                case "/gone":
                    context.Response.StatusCode = 404;
                    break;
                case "/get" when context.Request.Method == "HEAD":
                    context.Response.StatusCode = 405;
                    break;
                case "/away":
                    context.Response.Redirect("https://example.net/");
                    break;
            }

            return Task.CompletedTask;
        });

        var host = $"127.0.0.1:{server.Port}";
        var run = new HostRun
        {
            Code = BlueprintFiles.Of("link-check").Code,
            Config = $$"""{"pages": ["http://{{host}}/"]}""",
            Host = host,
        };
        var result = await run.ExecuteAsync(Database, Cancelled);

        result.ShouldBeOfType<RunResult.Succeeded>($"{result}\n{result.Trace.Log}");
        await using var db = CreateDb();
        (await db.Set<InboxMessage>().SingleAsync(Cancelled)).Text.ShouldBe(
            $"Broken links on http://{host}/: 1\n• http://{host}/gone: status 404\n"
                + "Links checked: 4. On other hosts, and not checked: 2."
        );
    }
}
