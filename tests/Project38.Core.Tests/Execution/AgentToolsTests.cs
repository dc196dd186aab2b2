using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Http;
using Project38.Core.Agents;
using Project38.Core.Execution;
using Project38.Core.Tests.Tools.Http;
using Project38.Core.Tools.Notifications;
using Project38.Testing;

namespace Project38.Core.Tests.Execution;

/// <summary>Each tool from a real agent's program to where it leads, and no further.</summary>
public sealed partial class AgentToolsTests(SqliteFixture fixture) : DatabaseContract(fixture)
{
    [Fact]
    public async Task Http_GivesEveryKindOfAnswer_WhenTheHostIsGranted()
    {
        byte[] binary = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
        await using var server = await WebServer.StartAsync(context =>
            context.Request.Path.Value switch
            {
                "/json" => context.Response.WriteAsync("""{"price": 12.5, "שם": "דנה"}""", Cancelled),
                "/binary" => context.Response.Body.WriteAsync(binary, Cancelled).AsTask(),
                "/echo" => context.Request.Body.CopyToAsync(context.Response.Body, Cancelled),
                "/moved" => Redirect(context, "/json"),
                _ => Task.FromResult(context.Response.StatusCode = 404),
            }
        );
        var body = """
            at = self.config["at"]
                    binary = await tools.http.get(at + "/binary")
                    missing = await tools.http.get(at + "/nothing")
                    try:
                        await tools.http.get_json(at + "/nothing")
                        refused = None
                    except Exception as error:
                        refused = type(error).__name__
                    return {"status": "success", "result": {
                        "json": await tools.http.get_json(at + "/json"),
                        "moved": (await tools.http.get(at + "/moved")).url,
                        "binary": binary.content == bytes(range(256)),
                        "missing": [missing.status, missing.ok, refused],
                        "echo": (await tools.http.post(at + "/echo", json={"a": "ש"})).json(),
                    }}
            """;

        var result = await RunAsync(server, body);

        var output = result.ShouldBeOfType<RunResult.Succeeded>(Shown(result)).Output;
        output.GetProperty("json").GetProperty("שם").GetString().ShouldBe("דנה");
        output.GetProperty("moved").GetString().ShouldBe($"http://127.0.0.1:{server.Port}/json");
        output.GetProperty("binary").GetBoolean().ShouldBeTrue();
        output.GetProperty("missing").GetRawText().ShouldBe("""[404,false,"ToolError"]""");
        output.GetProperty("echo").GetProperty("a").GetString().ShouldBe("ש");
    }

    [Fact]
    public async Task Http_ReadsPagesAndFeeds_WhenTheHostIsGranted()
    {
        await using var server = await WebServer.StartAsync(context =>
        {
            context.Response.Headers.ContentType = "text/html; charset=utf-8";
            return context.Request.Path.Value switch
            {
                "/page" => context.Response.WriteAsync(
                    "<nav>menu</nav><h1>חדשות</h1><p>All <a href=/x>well</a>.<script>x</script>",
                    Cancelled
                ),
                "/feed" => context.Response.WriteAsync(
                    "<rss><item><title>One</title><link>/1</link><pubDate>22 Nov 2026 08:00 GMT</pubDate></item></rss>",
                    Cancelled
                ),
                "/moved" => Redirect(context, "/page"),
                _ => Task.FromResult(context.Response.StatusCode = 404),
            };
        });
        var body = """
            at = self.config["at"]
                    try:
                        refused = await tools.http.get_readable(at + "/nothing")
                    except Exception as error:
                        refused = str(error)
                    return {"status": "success", "result": [
                        await tools.http.get_readable(at + "/moved", links=True),
                        await tools.http.select(at + "/page", "h1"),
                        await tools.http.select(at + "/page", "p > a", attribute="href", limit=1),
                        (await tools.http.get_feed(at + "/feed"))[0],
                        refused,
                    ]}
            """;

        var result = await RunAsync(server, body);

        var output = result.ShouldBeOfType<RunResult.Succeeded>(Shown(result)).Output;
        var at = $"http://127.0.0.1:{server.Port}";
        output[0].GetString().ShouldBe($"# חדשות\n\nAll well ({at}/x).");
        output[1][0].GetString().ShouldBe("חדשות");
        output[2][0].GetString().ShouldBe($"{at}/x");
        output[3].GetProperty("published").GetString().ShouldBe("2026-11-22T08:00:00Z");
        output[3].GetProperty("link").GetString().ShouldBe($"{at}/1");
        output[3].GetProperty("author").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        output[4].GetString()!.ShouldContain("status 404");
    }

    [Theory]
    [InlineData("get_readable(at)")]
    [InlineData("select(at, 'p')")]
    [InlineData("get_feed(at)")]
    public async Task Http_ReadsNothing_OfAHostThatIsNotGranted(string call)
    {
        await using var server = await WebServer.StartAsync(context =>
            Redirect(context, "http://169.254.169.254/latest/meta-data/")
        );
        var body = $$"""
            said = []
                    for at in ("http://elsewhere.example/", self.config["at"]):
                        try:
                            said.append(await tools.http.{{call}})
                        except Exception as error:
                            said.append(str(error))
                    return {"status": "success", "result": said}
            """;

        var result = await RunAsync(server, body);

        var said = result.ShouldBeOfType<RunResult.Succeeded>(Shown(result)).Output;
        said.EnumerateArray().ShouldAllBe(one => one.GetString()!.Contains("not granted"));
        result.Trace.Steps.ShouldAllBe(step => step.Outcome == "refused");
    }

    [Theory]
    [InlineData("/away")]
    [InlineData("/metadata")]
    public async Task Http_IsRefused_WhenARedirectLeadsToAHostThatIsNotGranted(string path)
    {
        await using var other = await WebServer.StartAsync(context => context.Response.WriteAsync("secret", Cancelled));
        await using var server = await WebServer.StartAsync(context =>
            context.Request.Path == "/away"
                ? Redirect(context, $"http://127.0.0.1:{other.Port}/")
                : Redirect(context, "http://169.254.169.254/latest/meta-data/")
        );
        var body = $"return {{'status': 'success', 'result': await tools.http.get_text(self.config['at'] + '{path}')}}";

        var result = await RunAsync(server, body);

        var failed = result.ShouldBeOfType<RunResult.Failed>(Shown(result));
        failed.Error.ShouldContain("not granted");
        other.Requests.ShouldBe(0);
        failed.Trace.Steps.ShouldHaveSingleItem().Outcome.ShouldBe("refused");
    }

    [Fact]
    public async Task Http_SaysWhatIsWrong_WhenTheServerDoesNotSpeakTls()
    {
        await using var server = await WebServer.StartAsync(context => context.Response.WriteAsync("plain", Cancelled));
        var body = """
            at = self.config["at"].replace("http:", "https:")
                    return {"status": "success", "result": await tools.http.get_text(at)}
            """;

        var result = await RunAsync(server, body);

        result.ShouldBeOfType<RunResult.Failed>(Shown(result)).Error.ShouldContain("No secure connection");
    }

    [Fact]
    public async Task Http_CrossesWhole_WhenSixteenLargeAnswersAreAskedForAtOnce()
    {
        await using var server = await WebServer.StartAsync(context =>
            context.Response.WriteAsync(new string('x', 4 * 1024 * 1024), Cancelled)
        );
        var body = """
            import asyncio
                    await tools.filesystem.write_text("a", "y" * 4_000_000)
                    async def size(of):
                        answer = await of
                        return len(answer if isinstance(answer, str) else answer.content if hasattr(answer, "content") else "")
                    calls = [size(tools.http.get(self.config["at"])) for _ in range(16)]
                    calls += [size(tools.filesystem.read_text("a")) for _ in range(8)]
                    calls += [size(tools.filesystem.write_text(str(n), "y" * 4_000_000)) for n in range(8)]
                    return {"status": "success", "result": sum(await asyncio.gather(*calls))}
            """;

        var result = await RunAsync(server, body);

        result
            .ShouldBeOfType<RunResult.Succeeded>(Shown(result))
            .Output.GetInt64()
            .ShouldBe((16 * 4L * 1024 * 1024) + (8 * 4_000_000L));
    }

    [Fact]
    public async Task Notification_IsInTheInbox_WhenAnAgentSendsOne()
    {
        var body = """
            await tools.notifications.send("התקציב עבר 1000", title="Budget")
                    try:
                        await tools.notifications.send("x", channel="telegram")
                    except Exception as error:
                        return {"status": "success", "result": str(error)}
            """;

        var result = await RunAsync(server: null, body);

        result.ShouldBeOfType<RunResult.Succeeded>(Shown(result)).Output.GetString()!.ShouldContain("telegram");
        await using var db = CreateDb();
        var message = db.Inbox.ShouldHaveSingleItem();
        (message.Title, message.Text).ShouldBe(("Budget", "התקציב עבר 1000"));
    }

    [Fact]
    public async Task Folder_ShowsItsFilesAndNothingElse_WhenItIsGranted()
    {
        using var host = new TemporaryFolder();
        var granted = Directory.CreateDirectory(host["granted"]).FullName;
        File.WriteAllText(host["secret.txt"], "secret");
        File.WriteAllText(Path.Join(granted, "plain.txt"), "plain");
        File.CreateSymbolicLink(Path.Join(granted, "link.txt"), host["secret.txt"]);
        File.CreateSymbolicLink(Path.Join(granted, "out"), host.Path);
        File.CreateSymbolicLink(Path.Join(granted, "null"), "/dev/zero");
        _ = MakePipe(Path.Join(granted, "pipe"), 0x180);
        var body = """
            async def told(what):
                        try:
                            return await what
                        except Exception as error:
                            return "refused: " + str(error)
                    fs = tools.filesystem
                    paths = ["plain.txt", "link.txt", "out/secret.txt", "null", "pipe", "../secret.txt", "plain.txt/x"]
                    return {"status": "success", "result": {
                        "read": [await told(fs.read_text("docs/" + path)) for path in paths],
                        "list": [one["name"] for one in await fs.list("docs")],
                        "glob": await fs.glob("**/*.txt"),
                        "write": [await told(fs.write_text("docs/new.txt", "x")), await told(fs.delete("docs/plain.txt")),
                                  await told(fs.move("docs/plain.txt", "mine.txt")), await told(fs.append_text("docs/plain.txt", "x"))],
                    }}
            """;

        var result = await RunAsync(server: null, body, [new FolderGrant("docs", granted)]);

        var output = result.ShouldBeOfType<RunResult.Succeeded>(Shown(result)).Output;
        var read = output.GetProperty("read").EnumerateArray().Select(one => one.GetString()!).ToList();
        read[0].ShouldBe("plain");
        read[1..].ShouldAllBe(one => one.StartsWith("refused: "));
        output.GetProperty("list").GetRawText().ShouldBe("""["plain.txt"]""");
        output.GetProperty("glob").GetRawText().ShouldBe("""["docs/plain.txt"]""");
        output.GetProperty("write").EnumerateArray().ShouldAllBe(one => one.GetString()!.Contains("may only be read"));
        output.GetRawText().ShouldNotContain(host.Path);
        File.ReadAllText(Path.Join(granted, "plain.txt")).ShouldBe("plain");
    }

    private Task<RunResult> RunAsync(WebServer? server, string body, IReadOnlyList<FolderGrant>? folders = null)
    {
        var host = $"127.0.0.1:{server?.Port}";
        var run = new HostRun
        {
            Code = $"""
                from p38 import tools


                class Agent:
                    def __init__(self, config):
                        self.config = config

                    async def execute(self):
                        {body}
                """,
            Config = $$"""{"at": "http://{{host}}"}""",
            Host = host,
            Folders = folders ?? [],
        };
        return run.ExecuteAsync(Database, Cancelled);
    }

    private static Task Redirect(HttpContext context, string target)
    {
        context.Response.Redirect(target);
        return Task.CompletedTask;
    }

    private static string Shown(RunResult result) => $"{result}\n{result.Trace.Log}";

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MakePipe(string path, uint mode);
}
