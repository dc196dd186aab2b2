using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Server;
using Project38.Core.Audit;

namespace Project38.Server.Tests.Api;

public sealed class SqliteToolServersTests(SqliteServerFixture fixture)
    : ToolServersContract(fixture),
        IClassFixture<SqliteServerFixture>;

public sealed class PostgresToolServersTests(PostgresServerFixture fixture)
    : ToolServersContract(fixture),
        IClassFixture<PostgresServerFixture>;

/// <summary>Tool servers by the doors that people have, a real server of the official SDK, and real agents that call it.</summary>
public abstract class ToolServersContract(ServerFixture fixture) : IAsyncLifetime
{
    private const string Canary = "canary-of-the-tracker-77ab";
    private static readonly string[] Fields =
    [
        "name: string",
        "transport: string",
        "url: string",
        "command: null",
        "folder: null",
        "allow_private: boolean",
        "secrets: object",
        "risks: array",
        "created_by: string",
        "created_at: time",
        "checked_at: time",
        "tools: array",
        "left_out: array",
    ];

    private WebApplication _peer = null!;

    private TestServer Server => fixture.Server;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddMcpServer().WithHttpTransport().WithTools<Tracker>();
        _peer = builder.Build();
        _peer.MapMcp("/mcp");
        await _peer.StartAsync(Cancelled);
        await Server.PutAsync("/api/secrets/TRACKER_TOKEN", new JsonObject { ["value"] = Canary });
    }

    public async ValueTask DisposeAsync()
    {
        await _peer.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Server_IsRegisteredAgreedToCheckedAndRemoved()
    {
        var added = await AddAsync("tracker");
        var again = await AddAsync("tracker");
        var agreed = await AgreeAsync("tracker", added.Body);
        var stale = await Server.PostAsync(
            "/api/tool-servers/tracker/agree",
            Consent("create_issue", new string('0', 64))
        );
        var check = await Server.PostAsync("/api/tool-servers/tracker/check");
        var read = await Server.GetAsync("/api/tool-servers/tracker");
        var listed = await Server.GetAsync("/api/tool-servers");
        var removed = await Server.DeleteAsync("/api/tool-servers/tracker");
        var gone = await Server.GetAsync("/api/tool-servers/tracker");

        added.Status.ShouldBe(201, added.Text);
        added.Body.ShouldHaveFields(Fields);
        States(added.Body).ShouldBe(["create_issue new", "list_issues new"]);
        again.ShouldBeProblem(409, "There is a tool server tracker");
        States(agreed.Body).ShouldBe(["create_issue agreed", "list_issues agreed"]);
        stale.ShouldBeProblem(409, "otherwise by now");
        check.Status.ShouldBe(200, check.Text);
        States(check.Body).ShouldBe(["create_issue agreed", "list_issues agreed"]);
        read.Status.ShouldBe(200);
        listed.Body.EnumerateArray().Select(one => one.GetProperty("name").GetString()).ShouldContain("tracker");
        removed.Status.ShouldBe(204);
        gone.ShouldBeProblem(404, "no tool server tracker");
        foreach (var answer in new[] { added, again, agreed, stale, check, read, listed })
        {
            answer.Text.ShouldNotContain("canary");
        }

        await using var db = Server.Database.CreateDb();
        var audit = await db.Set<AuditEntry>()
            .Where(one => one.Subject == "tool-server:tracker")
            .OrderBy(one => one.Id)
            .Select(one => one.Action)
            .ToListAsync(Cancelled);
        audit.ShouldBe(["tool_server.add", "tool_server.agree", "tool_server.delete"]);
    }

    [Fact]
    public async Task Agent_CallsATool_AndItsRunShowsIt()
    {
        await AgreeAsync("board", (await AddAsync("board")).Body);
        // Whoever registered it said nothing less, so it brings all three risks.
        var program = Programs.Import(Calling("board"), config: null);
        program["accept_risks"] = true;
        var made = await Server.PostAsync("/api/agents/import", program);
        made.Status.ShouldBe(201, made.Text);
        var id = made.Body.GetProperty("id").GetInt64();

        var ran = await Server.PostAsync($"/api/agents/{id}/execute");
        var dry = await Server.PostAsync($"/api/agents/{id}/execute", new JsonObject { ["dry_run"] = true });

        made.Body.GetProperty("grants").ToString().ShouldContain("uses create_issue of the tool server board");
        ran.Body.GetProperty("status").GetString().ShouldBe("completed", ran.Text);
        ran.Body.GetProperty("result").GetString()!.ShouldContain("Disk is full by Bearer [secret TRACKER_TOKEN]");
        var steps = (await Server.GetAsync($"/api/tasks/{ran.Body.GetProperty("task_id")}/logs")).Text;
        steps.ShouldContain("external.board.create_issue");
        dry.Body.GetProperty("status").GetString().ShouldBe("completed", dry.Text);
        (await Server.GetAsync($"/api/agents/{id}/usage")).Text.ShouldContain("external.board.create_issue");
    }

    [Fact]
    public async Task Agent_IsRefused_WhenItsToolIsNotAgreedTo()
    {
        await AddAsync("shelf");

        var made = await Server.PostAsync("/api/agents/import", Programs.Import(Calling("shelf"), config: null));
        var unknown = await Server.PostAsync("/api/agents/import", Programs.Import(Calling("nobody"), config: null));

        made.Status.ShouldBe(422, made.Text);
        made.Text.ShouldContain("external-unknown");
        made.Text.ShouldContain("p38 tool-servers agree shelf");
        unknown.Text.ShouldContain("p38 tool-servers add nobody");
    }

    [Theory]
    [InlineData(
        """{"name": "x1", "url": "http://127.0.0.1:1/mcp", "allow_private": true}""",
        409,
        "nothing listens there"
    )]
    [InlineData("""{"name": "x1", "url": "https://127.0.0.1:1/mcp"}""", 409, "--allow-private")]
    [InlineData("""{"name": "X", "url": "https://example.org/"}""", 422, "small letter")]
    [InlineData("""{"name": "x1"}""", 422, "must be given")]
    [InlineData("""{"name": "x1", "command": [null], "secrets": {"A": null}}""", 422, "absolute path")]
    [InlineData("""{"name": "x1", "url": "https://example.org/", "risks": ["fire"]}""", 422, "private_data")]
    public async Task Wish_IsRefused_WithWhatIsWrong(string body, int status, string message)
    {
        var answer = await Server.PostAsync("/api/tool-servers", JsonNode.Parse(body)!.AsObject());

        answer.Status.ShouldBe(status, answer.Text);
        answer.Text.ShouldContain(message);
    }

    private Task<Answer> AddAsync(string name) =>
        Server.PostAsync(
            "/api/tool-servers",
            new JsonObject
            {
                ["name"] = name,
                ["url"] = $"{_peer.Urls.First()}/mcp",
                ["allow_private"] = true,
                ["secrets"] = new JsonObject { ["Authorization"] = "Bearer TRACKER_TOKEN" },
            }
        );

    private Task<Answer> AgreeAsync(string name, JsonElement server) =>
        Server.PostAsync(
            $"/api/tool-servers/{name}/agree",
            new JsonObject
            {
                ["tools"] = new JsonArray([
                    .. server
                        .GetProperty("tools")
                        .EnumerateArray()
                        .Select(tool => new JsonObject
                        {
                            ["name"] = tool.GetProperty("name").GetString(),
                            ["hash"] = tool.GetProperty("hash").GetString(),
                        }),
                ]),
            }
        );

    private static JsonObject Consent(string name, string hash) =>
        new() { ["tools"] = new JsonArray([new JsonObject { ["name"] = name, ["hash"] = hash }]) };

    private static IEnumerable<string> States(JsonElement server) =>
        server
            .GetProperty("tools")
            .EnumerateArray()
            .Select(tool => $"{tool.GetProperty("name").GetString()} {tool.GetProperty("state").GetString()}");

    private static string Calling(string server) =>
        $$""""
            """Opens an issue."""

            from p38 import tools


            class Agent:
                """Opens an issue."""

                def __init__(self, config: dict) -> None:
                    """Need nothing."""

                async def execute(self) -> dict:
                    """Open one."""
                    made = await tools.external.call("{{server}}", "create_issue", {"title": "Disk is full"})
                    return {"status": "success", "result": made["text"]}
            """";

    /// <summary>A tracker of issues that says back what it was given in confidence.</summary>
    [McpServerToolType]
    internal sealed class Tracker(Microsoft.AspNetCore.Http.IHttpContextAccessor context)
    {
        /// <summary>Opens an issue.</summary>
        [McpServerTool(Name = "create_issue"), Description("Opens an issue.")]
        public string Create(string title) => $"{title} by {context.HttpContext!.Request.Headers.Authorization}";

        /// <summary>Lists issues.</summary>
        [McpServerTool(Name = "list_issues", ReadOnly = true), Description("Lists issues.")]
        public string[] List() => ["one", $"two {context.HttpContext!.Request.Path}"];
    }
}
