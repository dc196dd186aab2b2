using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Project38.Core.Audit;

namespace Project38.Server.Tests.McpEndpoint;

public sealed class SqliteMcpToolsTests(SqliteServerFixture fixture)
    : McpTools(fixture),
        IClassFixture<SqliteServerFixture>;

public sealed class PostgresMcpToolsTests(PostgresServerFixture fixture)
    : McpTools(fixture),
        IClassFixture<PostgresServerFixture>;

/// <summary>The platform's own tools, as the official client of MCP finds and calls them.</summary>
public abstract class McpTools(ServerFixture fixture) : IAsyncLifetime
{
    private const string Sentence = "Every 5 minutes check example.com and tell me when it is down";

    private McpClient _client = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private TestServer Server => fixture.Server;

    public async ValueTask InitializeAsync() =>
        _client = await McpClient.CreateAsync(
            new HttpClientTransport(
                new HttpClientTransportOptions
                {
                    Endpoint = new Uri(Server.Http.BaseAddress!, "/mcp"),
                    TransportMode = HttpTransportMode.StreamableHttp,
                },
                Server.Http
            ),
            cancellationToken: Cancelled
        );

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Tools_SayWhatTheyTake_AndWhatTheyDoToTheWorld()
    {
        var tools = await _client.ListToolsAsync(cancellationToken: Cancelled);

        tools
            .Select(tool => tool.Name)
            .ShouldBe(
                [
                    "create_agent",
                    "import_agent",
                    "list_agents",
                    "get_agent",
                    "edit_agent",
                    "activate_version",
                    "set_agent_status",
                    "delete_agent",
                    "run_agent",
                    "follow_task",
                    "list_tasks",
                    "cancel_task",
                    "retry_task",
                    "list_messages",
                    "list_approvals",
                    "answer_approval",
                ],
                ignoreOrder: true
            );
        var create = tools.Single(tool => tool.Name == "create_agent").ProtocolTool;
        create.InputSchema.GetProperty("required").GetRawText().ShouldBe("""["description"]""");
        create
            .InputSchema.GetProperty("properties")
            .EnumerateObject()
            .ShouldAllBe(property => property.Value.GetProperty("description").GetString()!.Length > 10);
        tools
            .Where(tool => tool.ProtocolTool.Annotations!.DestructiveHint == true)
            .Select(tool => tool.Name)
            .ShouldBe(["delete_agent", "cancel_task", "answer_approval"], ignoreOrder: true);
    }

    [Fact]
    public async Task Agent_IsMade_Explained_Paused_AndDeleted()
    {
        var steps = new List<string>();

        var made = await CallAsync("create_agent", new() { ["description"] = Sentence }, steps);
        var id = made.GetProperty("id").GetInt64();
        var listed = await CallAsync("list_agents", new() { ["limit"] = 100 });
        var paused = await CallAsync("set_agent_status", new() { ["agent_id"] = id, ["status"] = "paused" });
        var explained = await CallAsync("get_agent", new() { ["agent_id"] = id });
        await CallAsync("delete_agent", new() { ["agent_id"] = id });
        var gone = await RefusedAsync("get_agent", new() { ["agent_id"] = id });

        steps.Select(step => step.Split(':')[0]).ShouldBe(["understood", "wrote", "checked", "tried", "looked"]);
        var line = listed
            .GetProperty("agents")
            .EnumerateArray()
            .Single(agent => agent.GetProperty("id").GetInt64() == id);
        line.GetProperty("schedule").GetString().ShouldBe("*/5 * * * *");
        line.TryGetProperty("code", out _).ShouldBeFalse();
        paused.GetProperty("status").GetString().ShouldBe("paused");
        explained.GetProperty("agent").GetProperty("code").GetString()!.ShouldContain("class Agent");
        explained.GetProperty("agent").GetProperty("grants").GetRawText().ShouldContain("example.com");
        explained.GetProperty("versions").GetArrayLength().ShouldBe(1);
        gone.GetProperty("detail").GetString()!.ShouldContain($"no agent {id}");
        await using var db = Server.Database.CreateDb();
        var audit = await db.Set<AuditEntry>()
            .Where(one => one.Subject == $"agent:{id}")
            .Select(one => one.Action)
            .ToListAsync(Cancelled);
        audit.ShouldContain("agent.delete");
    }

    [Fact]
    public async Task Run_IsToldAsItGoes_AndAnsweredWithAllThatCameOfIt()
    {
        var id = await Server.ImportAsync(
            Programs.Turning(
                """
                print("looking")
                await tools.filesystem.write_text("a.txt", "a")
                await tools.notifications.send("done")
                return {"status": "success", "result": 7}
                """
            )
        );
        var told = new List<string>();

        var ended = await CallAsync("run_agent", new() { ["agent_id"] = id, ["config"] = Turned() }, told);
        var task = ended.GetProperty("task").GetProperty("id").GetInt64();
        var again = await CallAsync("follow_task", new() { ["task_id"] = task });
        var tasks = await CallAsync("list_tasks", new() { ["agent_id"] = id, ["status"] = "completed" });
        var messages = await CallAsync("list_messages", new() { ["agent_id"] = id });

        ended.GetProperty("ended").GetBoolean().ShouldBeTrue();
        ended.GetProperty("task").GetProperty("result").GetString().ShouldBe("7");
        ended.GetProperty("messages")[0].GetProperty("text").GetString().ShouldBe("done");
        told[0].ShouldBe($"Task {task} is due.");
        told.ShouldContain("looking");
        told.ShouldContain("filesystem.write_text: ok");
        again.GetProperty("run").GetProperty("log").GetString()!.ShouldContain("looking");
        tasks.GetProperty("total").GetInt32().ShouldBe(1);
        messages.GetProperty("messages")[0].GetProperty("text").GetString().ShouldBe("done");
    }

    [Fact]
    public async Task Run_GoesOn_WhenNobodyWaits_AndIsCancelled()
    {
        var id = await Server.ImportAsync(Programs.Turning("await asyncio.sleep(600)\nreturn {}"));

        var begun = await CallAsync(
            "run_agent",
            new()
            {
                ["agent_id"] = id,
                ["config"] = Turned(),
                ["wait_seconds"] = 0,
            }
        );
        var task = begun.GetProperty("task").GetProperty("id").GetInt64();
        await CallAsync("cancel_task", new() { ["task_id"] = task });
        var ended = await CallAsync("follow_task", new() { ["task_id"] = task });

        begun.GetProperty("ended").GetBoolean().ShouldBeFalse();
        ended.GetProperty("task").GetProperty("status").GetString().ShouldBe("cancelled");
    }

    [Fact]
    public async Task Question_IsListed_AndItsTaskGoesOnWithTheAnswer()
    {
        var id = await Server.ImportAsync(Programs.Asking);

        var asked = await CallAsync("run_agent", new() { ["agent_id"] = id });
        var task = asked.GetProperty("task").GetProperty("id").GetInt64();
        var open = await CallAsync("list_approvals", new() { ["agent_id"] = id, ["status"] = "open" });
        var question = open.GetProperty("approvals")[0].GetProperty("id").GetInt64();
        var answer = new Dictionary<string, object?> { ["approval_id"] = question, ["approve"] = true };
        var answered = await CallAsync("answer_approval", answer);
        var ended = await CallAsync("follow_task", new() { ["task_id"] = task });
        answer["approve"] = false;
        var refused = await RefusedAsync("answer_approval", answer);

        asked.GetProperty("task").GetProperty("status").GetString().ShouldBe("waiting");
        asked.GetProperty("ended").GetBoolean().ShouldBeFalse();
        answered.GetProperty("status").GetString().ShouldBe("approved");
        ended.GetProperty("task").GetProperty("status").GetString().ShouldBe("completed");
        refused.GetProperty("status").GetInt32().ShouldBe(409);
    }

    [Fact]
    public async Task Refusal_NamesEveryFieldThatIsWrong()
    {
        var refused = await RefusedAsync(
            "list_agents",
            new()
            {
                ["limit"] = 500,
                ["status"] = "asleep",
                ["pages"] = 1,
            }
        );

        refused.GetProperty("status").GetInt32().ShouldBe(422);
        refused
            .GetProperty("errors")
            .EnumerateObject()
            .Select(error => error.Name)
            .ShouldBe(["limit", "pages", "status"], ignoreOrder: true);
    }

    [Fact]
    public async Task Sentence_ThatIsNotUnderstood_IsRefusedWithWhatToDo()
    {
        var refused = await RefusedAsync("create_agent", new() { ["description"] = "Paint the house blue at dawn" });

        refused.GetProperty("detail").GetString()!.ShouldContain("No agent was made");
    }

    [Theory]
    [InlineData(null, null, HttpStatusCode.Unauthorized)]
    [InlineData("evil.example", null, HttpStatusCode.MisdirectedRequest)]
    [InlineData(null, "https://evil.example", HttpStatusCode.Forbidden)]
    public async Task Door_IsClosed_ToWhoHasNoToken_AndToOtherPages(
        string? host,
        string? origin,
        HttpStatusCode expected
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/mcp");
        request.Content = new StringContent(
            """{"jsonrpc":"2.0","id":1,"method":"tools/list"}""",
            Encoding.UTF8,
            "application/json"
        );
        request.Headers.Host = host;
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }
        var client = expected == HttpStatusCode.Unauthorized ? Server.Anonymous : Server.Http;

        using var answer = await client.SendAsync(request, Cancelled);

        answer.StatusCode.ShouldBe(expected);
    }

    [Fact]
    public async Task Tools_SayNoPersonsYes()
    {
        var made = await CallAsync("import_agent", new() { ["code"] = Programs.SendingNotes });
        var id = made.GetProperty("id").GetInt64();

        var resumed = await RefusedAsync("set_agent_status", new() { ["agent_id"] = id, ["status"] = "active" });
        var run = await RefusedAsync("run_agent", new() { ["agent_id"] = id, ["dry_run"] = true });
        var asked = await RefusedAsync(
            "set_agent_status",
            new()
            {
                ["agent_id"] = id,
                ["status"] = "active",
                ["accept_risks"] = true,
            }
        );

        made.GetProperty("status").GetString().ShouldBe("paused");
        made.GetProperty("paused_because").GetString()!.ShouldContain($"(p38 resume {id})");
        resumed.GetProperty("type").GetString().ShouldBe("urn:p38:risks");
        run.GetProperty("type").GetString().ShouldBe("urn:p38:risks");
        asked.GetProperty("detail").GetString()!.ShouldContain("accept_risks");
        var after = await CallAsync("get_agent", new() { ["agent_id"] = id });
        after.GetProperty("agent").GetProperty("status").GetString().ShouldBe("paused");
        after.GetProperty("tasks").GetArrayLength().ShouldBe(0);
    }

    private static Dictionary<string, bool> Turned() => new() { ["bad"] = true };

    private async Task<JsonElement> CallAsync(
        string tool,
        Dictionary<string, object?> arguments,
        List<string>? told = null
    )
    {
        var result = await ResultAsync(tool, arguments, told);
        result.IsError.ShouldNotBe(true, result.StructuredContent?.GetRawText());
        return result.StructuredContent!.Value;
    }

    private async Task<JsonElement> RefusedAsync(string tool, Dictionary<string, object?> arguments)
    {
        var result = await ResultAsync(tool, arguments, told: null);
        result.IsError.ShouldBe(true);
        return result.StructuredContent!.Value;
    }

    private async Task<CallToolResult> ResultAsync(
        string tool,
        Dictionary<string, object?> arguments,
        List<string>? told
    )
    {
        var result = told is null
            ? await _client.CallToolAsync(tool, arguments, cancellationToken: Cancelled)
            : await ToldAsync(tool, arguments, told);
        result.Content.ShouldHaveSingleItem().ShouldBeOfType<TextContentBlock>();
        return result;
    }

    // As it comes over the wire: the client hands progress to its own threads, and may have the answer before it.
    private async Task<CallToolResult> ToldAsync(string tool, Dictionary<string, object?> arguments, List<string> told)
    {
        var call = new
        {
            jsonrpc = "2.0",
            id = 1,
            method = "tools/call",
            @params = new
            {
                name = tool,
                arguments,
                _meta = new { progressToken = "t" },
            },
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/mcp");
        request.Headers.Accept.ParseAdd("application/json, text/event-stream");
        request.Headers.Add("MCP-Protocol-Version", "2025-11-25");
        request.Content = JsonContent.Create(call);
        using var answer = await Server.Http.SendAsync(request, Cancelled);
        await using var stream = await answer.Content.ReadAsStreamAsync(Cancelled);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(Cancelled))
        {
            var message = JsonElement.Parse(item.Data);
            if (message.TryGetProperty("result", out var result))
            {
                return result.Deserialize<CallToolResult>(McpJsonUtilities.DefaultOptions)!;
            }
            told.Add(message.GetProperty("params").GetProperty("message").GetString()!);
        }
        throw new InvalidOperationException("There was no answer.");
    }
}
