using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Project38.Core.Tools.External;
using Project38.Core.Tools.Http;
using Project38.Testing;

namespace Project38.Core.Tests.Tools.External;

/// <summary>Tool servers at an address, written by hand: as they should not be.</summary>
public sealed class HttpServerTests(SqliteFixture fixture) : ToolServerSuite(fixture), IClassFixture<SqliteFixture>
{
    private readonly ConcurrentQueue<string> _tokens = new();
    private readonly ConcurrentQueue<string> _elsewhere = new();
    private readonly Dictionary<string, IPAddress[]> _names = [];
    private WebApplication _web = null!;
    private readonly ConcurrentQueue<string> _unasked = new();
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _leads;
    private bool _hasSessions;

    private Uri Address => new(_web.Urls.First());

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _web = builder.Build();
        _web.MapPost("/mcp", AnswerAsync);
        _web.MapDelete("/mcp", PartAsync);
        _web.MapFallback(context =>
        {
            _elsewhere.Enqueue(context.Request.Path);
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        });
        await _web.StartAsync(Cancelled);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _web.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Token_GoesInAsAHeader_AndComesBackInNoAnswer()
    {
        await AgreedAsync(Web());
        await using var run = Run("web.echo", "web.broken");

        var answer = await run.DoAsync("web.echo", new { text = "hi" });
        var broken = await run.FailAsync("web.broken");

        _tokens.Distinct().ShouldBe([$"Bearer {Canary}"]);
        answer.GetProperty("text").GetString().ShouldBe("hi Bearer [secret TOKEN]");
        broken.ShouldContain("bad [secret TOKEN]");
    }

    [Theory]
    [InlineData("redirect", "HTTP 307")]
    [InlineData("huge", "no answer that can be read")]
    [InlineData("endless", "more than 100 messages")]
    [InlineData("hang", "did not answer within")]
    [InlineData("status", "HTTP 500")]
    [InlineData("garbage", "no answer that can be read")]
    public async Task Server_ThatMisbehaves_CostsOneCall(string tool, string message)
    {
        Bounds.CallTimeout = TimeSpan.FromSeconds(tool == "hang" ? 2 : 60);
        Bounds.Messages = 100;
        await AgreedAsync(Web());
        await using var run = Run($"web.{tool}", "web.echo");

        var said = await run.FailAsync($"web.{tool}");
        var after = await run.DoAsync("web.echo", new { text = "still here" });

        said.ShouldContain(message);
        said.ShouldNotContain("canary");
        after.GetProperty("text").GetString()!.ShouldStartWith("still here");
        _elsewhere.ShouldBeEmpty();
    }

    [Fact]
    public async Task Server_ThatAsksThePlatform_GetsNoAnswer()
    {
        await AgreedAsync(Web());
        await using (var run = Run("web.asking", "web.echo"))
        {
            (await run.DoAsync("web.asking")).GetProperty("text").GetString().ShouldBe("asked");
            await run.DoAsync("web.echo", new { text = "still here" });
        }

        _unasked.ShouldBeEmpty();
    }

    [Fact]
    public async Task Parting_ThatIsNotAnswered_IsNotHeldOpen()
    {
        _hasSessions = true;

        await KeptAsync(Book.AddAsync(Web(), "dana", Cancelled));

        await _left.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancelled);
    }

    [Fact]
    public async Task Redirect_IsNotFollowed_AndTakesNoTokenAlong()
    {
        _leads = true;

        var answer = await Book.AddAsync(Web(), "dana", Cancelled);

        answer.ShouldBeOfType<ToolServerAnswer.Unreachable>().Why.ShouldContain("Register the address it leads to");
        _elsewhere.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("https://inside.test/mcp", false, "10.0.0.7")]
    [InlineData("https://inside.test/mcp", false, "169.254.169.254")]
    [InlineData("https://inside.test/mcp", true, "169.254.169.254")]
    [InlineData("https://inside.test/mcp", false, "::ffff:127.0.0.1")]
    [InlineData("https://inside.test/mcp", false, "93.184.216.34", "127.0.0.1")]
    [InlineData("http://inside.test/mcp", true, "93.184.216.34")]
    public async Task Name_ThatLeadsElsewhereThanAPersonSaid_IsNotDialled(
        string url,
        bool allowPrivate,
        params string[] addresses
    )
    {
        _names["inside.test"] = [.. addresses.Select(IPAddress.Parse)];

        var answer = await Book.AddAsync(Web() with { Url = url, AllowPrivate = allowPrivate }, "dana", Cancelled);

        answer.ShouldBeOfType<ToolServerAnswer.Unreachable>().Why.ShouldContain("is not public");
    }

    [Fact]
    public async Task Name_IsLookedUpAnew_ForEachConnection()
    {
        var port = Address.Port;
        _names["turning.test"] = [IPAddress.Loopback];
        await AgreedAsync(Web() with { Url = $"http://turning.test:{port}/mcp" });
        _names["turning.test"] = [IPAddress.Parse("169.254.169.254")];
        await using var run = Run("web.echo");

        (await run.FailAsync("web.echo")).ShouldContain("is not public");
    }

    [Theory]
    [InlineData("Name", "name")]
    [InlineData("ftp://x.test/", "url")]
    [InlineData("http://x.test/", "url")]
    [InlineData("https://a:b@x.test/", "url")]
    [InlineData("https://x.test/#a", "url")]
    [InlineData("command:node", "command")]
    [InlineData("command:/usr/../bin/node", "command")]
    [InlineData("folder:/", "folder")]
    [InlineData("folder:/etc", "folder")]
    [InlineData("folder:/etc/ssl", "folder")]
    [InlineData("folder:/proc/1/root", "folder")]
    [InlineData("folder:/tmp/", "folder")]
    [InlineData("folder:relative", "folder")]
    [InlineData("folder:HOME", "folder")]
    [InlineData("folder:/no/such/folder", "folder")]
    [InlineData("secret:Host=TOKEN", "secrets.Host")]
    [InlineData("secret:Mcp-Session-Id=TOKEN", "secrets.Mcp-Session-Id")]
    [InlineData("secret:X-Key=NOT_THERE", "secrets.X-Key")]
    [InlineData("secret:X-Key=my token itself", "secrets.X-Key")]
    public async Task Wish_ThatCannotBe_IsRefusedByField(string what, string field)
    {
        var (kind, value) = what.Split(':', 2) is [var first, var rest] ? (first, rest) : (what, "");
        var wish = Web() with { AllowPrivate = false, Url = "https://x.test/" };
        wish = kind switch
        {
            "Name" => wish with { Name = "Web" },
            "command" => wish with { Url = null, Command = [value], Secrets = new Dictionary<string, string>() },
            "folder" => Program() with { Folder = value == "HOME" ? Database.Options.Home : value },
            "secret" => wish with
            {
                Secrets = new Dictionary<string, string> { [value.Split('=')[0]] = value.Split('=')[1] },
            },
            _ => wish with { Url = what },
        };

        var answer = await Book.AddAsync(wish, "dana", Cancelled);

        answer.ShouldBeOfType<ToolServerAnswer.Wrong>().Complaints.Select(one => one.Field).ShouldBe([field]);
    }

    protected override IServiceCollection Compose(IServiceCollection services) =>
        services.AddSingleton<ResolveHost>(
            (name, _) =>
                Task.FromResult(
                    _names.GetValueOrDefault(name)
                        ?? throw new System.Net.Sockets.SocketException(
                            (int)System.Net.Sockets.SocketError.HostNotFound
                        )
                )
        );

    private NewToolServer Web() =>
        new()
        {
            Name = "web",
            Url = new Uri(Address, "/mcp").AbsoluteUri,
            AllowPrivate = true,
            Secrets = new Dictionary<string, string> { ["Authorization"] = "Bearer TOKEN" },
        };

    private async Task AnswerAsync(HttpContext context)
    {
        var token = context.Request.Headers.Authorization.ToString();
        _tokens.Enqueue(token);
        if (_leads)
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = "/elsewhere";
            return;
        }

        using var asked = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
        if (!asked.RootElement.TryGetProperty("method", out var named))
        {
            _unasked.Enqueue(asked.RootElement.GetRawText());
            context.Response.StatusCode = 202;
            return;
        }

        var method = named.GetString();
        if (_hasSessions && method == "initialize")
        {
            context.Response.Headers["Mcp-Session-Id"] = "one";
        }

        if (!asked.RootElement.TryGetProperty("id", out var id))
        {
            context.Response.StatusCode = 202;
            return;
        }

        JsonNode? result = method switch
        {
            "initialize" => new JsonObject
            {
                ["protocolVersion"] = asked
                    .RootElement.GetProperty("params")
                    .GetProperty("protocolVersion")
                    .GetString(),
                ["capabilities"] = new JsonObject { ["tools"] = new JsonObject() },
                ["serverInfo"] = new JsonObject { ["name"] = "web", ["version"] = "1" },
            },
            "tools/list" => new JsonObject
            {
                ["tools"] = new JsonArray([
                    .. "echo broken redirect huge endless hang status garbage asking"
                        .Split(' ')
                        .Select(name => new JsonObject
                        {
                            ["name"] = name,
                            ["inputSchema"] = new JsonObject { ["type"] = "object" },
                        }),
                ]),
            },
            "tools/call" => await CallAsync(context, id, asked.RootElement.GetProperty("params"), token),
            _ => Error(-32601, "no such method"),
        };
        if (result is not null)
        {
            var answer = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = JsonNode.Parse(id.GetRawText()) };
            if (result["code"] is null)
            {
                answer["result"] = result;
            }
            else
            {
                answer["error"] = result;
            }

            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(answer.ToJsonString(), context.RequestAborted);
        }
    }

    // Never.
    private async Task PartAsync(HttpContext context)
    {
        await Task.Delay(Timeout.Infinite, context.RequestAborted)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _left.TrySetResult();
    }

    private static async Task<JsonNode?> CallAsync(HttpContext context, JsonElement id, JsonElement asked, string token)
    {
        var response = context.Response;
        switch (asked.GetProperty("name").GetString())
        {
            case "echo":
                var said = $"{asked.GetProperty("arguments").GetProperty("text").GetString()} {token}";
                return new JsonObject
                {
                    ["content"] = new JsonArray([new JsonObject { ["type"] = "text", ["text"] = said }]),
                };
            case "broken":
                return Error(-32000, $"bad {token["Bearer ".Length..]}");
            case "redirect":
                (response.StatusCode, response.Headers.Location) = (307, "/elsewhere");
                return null;
            case "status":
                response.StatusCode = 500;
                return null;
            case "garbage":
                response.ContentType = "application/json";
                await response.WriteAsync("{{{{", context.RequestAborted);
                return null;
            case "hang":
                await Task.Delay(Timeout.Infinite, context.RequestAborted)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return null;
            case "asking":
                response.ContentType = "text/event-stream";
                var ping = "event: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":\"p\",\"method\":\"ping\"}\n\n";
                await WriteAsync(context, "", ping, 200);
                var content = """{"content":[{"type":"text","text":"asked"}]}""";
                var answer = $"{{\"jsonrpc\":\"2.0\",\"id\":{id.GetRawText()},\"result\":{content}}}";
                await WriteAsync(context, "", $"event: message\ndata: {answer}\n\n", 1);
                return null;
            case "huge":
                response.ContentType = "application/json";
                await WriteAsync(
                    context,
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"x\":\"",
                    new string('x', 65536),
                    1600
                );
                return null;
            default:
                response.ContentType = "text/event-stream";
                var note = "event: message\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"}\n\n";
                await WriteAsync(context, "", note, int.MaxValue);
                return null;
        }
    }

    // Until the other end has had enough.
    private static async Task WriteAsync(HttpContext context, string head, string part, int times)
    {
        try
        {
            await context.Response.WriteAsync(head, context.RequestAborted);
            for (var time = 0; time < times; time++)
            {
                await context.Response.WriteAsync(part, context.RequestAborted);
            }
        }
        catch (OperationCanceledException)
        {
            // It has.
        }
    }

    private static JsonObject Error(int code, string message) => new() { ["code"] = code, ["message"] = message };
}
