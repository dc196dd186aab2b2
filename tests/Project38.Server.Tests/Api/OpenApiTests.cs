using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Project38.Server.Http.OpenApi;
using Project38.Testing;

namespace Project38.Server.Tests.Api;

/// <summary>The API's document: whole, valid, true, and committed as it is.</summary>
public sealed class OpenApiTests(SqliteServerFixture fixture) : IClassFixture<SqliteServerFixture>
{
    private static readonly string s_committed = Path.Join(Repository.Folder("docs"), "openapi.json");

    private TestServer Server => fixture.Server;

    // The least that a tool server can be.
    private const string ToolServer = """
        import json, sys

        for line in sys.stdin:
            asked = json.loads(line)
            if asked["method"] == "initialize":
                version = asked["params"]["protocolVersion"]
                about = {"name": "notes", "version": "1"}
                said = {"result": {"protocolVersion": version, "capabilities": {"tools": {}}, "serverInfo": about}}
            elif asked["method"] == "tools/list":
                said = {"result": {"tools": [{"name": "find", "inputSchema": {"type": "object"}}]}}
            else:
                said = {"error": {"code": -32601, "message": "no such method"}}
            if "id" in asked:
                print(json.dumps({"jsonrpc": "2.0", "id": asked["id"], **said}), flush=True)
        """;

    [Fact]
    public async Task Document_IsTheCommittedOne()
    {
        var served = (await Server.GetAsync(ApiDocument.Path)).Text.TrimEnd() + "\n";
        if (Environment.GetEnvironmentVariable("P38_WRITE_OPENAPI") == "1")
        {
            await File.WriteAllTextAsync(s_committed, served, TestContext.Current.CancellationToken);
        }

        var committed = await File.ReadAllTextAsync(s_committed, TestContext.Current.CancellationToken);

        served.ShouldBe(committed, "Write it anew: P38_WRITE_OPENAPI=1 ./test --filter OpenApi");
    }

    [Fact]
    public async Task Document_IsValidOpenApi31()
    {
        var served = (await Server.GetAsync(ApiDocument.Path)).Text;

        var read = OpenApiDocument.Parse(served, "json");

        read.Diagnostic!.SpecificationVersion.ShouldBe(OpenApiSpecVersion.OpenApi3_1);
        read.Diagnostic.Errors.ShouldBeEmpty();
        read.Diagnostic.Warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task Document_HasEveryRoute_EachWithANameAndAWord()
    {
        var paths = (await Server.GetAsync(ApiDocument.Path)).Body.GetProperty("paths");
        var described = paths
            .EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(one => (path.Name, one.Name.ToUpperInvariant())));
        var routes = Server
            .Running.App.Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<RouteFacts>() is not null)
            .Where(route => route.RoutePattern.RawText != "/api/system/attach")
            .SelectMany(route =>
                route
                    .Metadata.GetRequiredMetadata<HttpMethodMetadata>()
                    .HttpMethods.Select(method => (Plain(route.RoutePattern.RawText!), method))
            );
        var operations = paths.EnumerateObject().SelectMany(path => path.Value.EnumerateObject()).ToList();

        described.Order().ShouldBe(routes.Order());
        operations.Select(one => one.Value.GetProperty("operationId").GetString()).ShouldBeUnique();
        operations.ShouldAllBe(one => one.Value.GetProperty("summary").GetString()!.Length > 4);
    }

    [Fact]
    public async Task EveryExample_IsTaken_ByTheRoute()
    {
        var document = (await Server.GetAsync(ApiDocument.Path)).Body;
        var paths = document.GetProperty("paths");
        var created = await Server.PostAsync("/api/agents", Examples.Requests["createAgent"]!.DeepClone());
        created.Status.ShouldBe(201, created.Text);
        var id = created.Body.GetProperty("id").GetInt64();
        var wheels = Directory.CreateTempSubdirectory("p38-wheels-"); // in the place of an index
        var answers = new List<(string Name, Answer Answer)>();

        foreach (var path in paths.EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                var name = operation.Value.GetProperty("operationId").GetString()!;
                if (Examples.Requests[name] is { } example)
                {
                    var number =
                        path.Name.StartsWith("/api/approvals/", StringComparison.Ordinal) ? await AskAsync()
                        : name == "backtestAgent" ? await RecordedAsync()
                        : id;
                    var url = path.Name.Replace("{id}", $"{number}").Replace("{name}", "EXAMPLE");
                    url = url.Replace("/channels/EXAMPLE", "/channels/example");
                    url = url.Replace("/tool-servers/EXAMPLE", "/tool-servers/notes");
                    var method = new HttpMethod(operation.Name.ToUpperInvariant());
                    var request = example.DeepClone();
                    if (name == "addPython")
                    {
                        request["find_links"] = Wheel.Write(wheels.FullName, "pandas", code: "", version: "2.2.1");
                    }
                    if (name == "addToolServer")
                    {
                        request["command"] = new JsonArray("/usr/bin/python3", "-c", ToolServer);
                        request["folder"] = null;
                    }
                    if (name == "agreeToTools")
                    {
                        var tools = (await Server.GetAsync("/api/tool-servers/notes")).Body.GetProperty("tools");
                        request["tools"]![0]!["hash"] = tools[0].GetProperty("hash").GetString();
                    }
                    var answer = await Server.SendAsync(method, url, request);
                    answers.Add((name, answer));
                    Faults(document, operation.Value, JsonNode.Parse(answer.Text)).ShouldBeEmpty(name);
                }
            }
        }

        wheels.Delete(recursive: true);
        answers.Count.ShouldBe(Examples.Requests.Count);
        answers
            .Where(one => one.Answer.Status >= 300)
            .Select(one => $"{one.Name}: {one.Answer.Status} {one.Answer.Text}")
            .ShouldBeEmpty();
    }

    [Fact]
    public async Task EveryExampleOfAnAnswer_IsWhatItsSchemaSays()
    {
        var document = (await Server.GetAsync(ApiDocument.Path)).Body;
        var operations = document
            .GetProperty("paths")
            .EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject())
            .ToDictionary(one => one.Value.GetProperty("operationId").GetString()!, one => one.Value);

        Examples.Answers.Count.ShouldBeGreaterThan(15);
        Examples
            .Answers.SelectMany(example => Faults(document, operations[example.Key], example.Value, example.Key))
            .ShouldBeEmpty();
    }

    [Fact]
    public async Task EveryRoute_AnswersWhatItsSchemaSays_WhereItAnswersJson()
    {
        var document = (await Server.GetAsync(ApiDocument.Path)).Body;
        var id = await Server.ImportAsync(Programs.Counter, new JsonObject { ["schedule"] = "0 8 * * *" });
        var task = (await Server.PostAsync($"/api/agents/{id}/execute")).Body.GetProperty("task_id").GetInt64();
        var faults = new List<string>();
        var looked = 0;

        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            // What is followed does not end.
            if (
                path.Value.TryGetProperty("get", out var get)
                && !path.Name.EndsWith("/events", StringComparison.Ordinal)
            )
            {
                var number = path.Name.StartsWith("/api/tasks/{id}", StringComparison.Ordinal) ? task : id;
                var answer = await Server.GetAsync(path.Name.Replace("{id}", $"{number}").Replace("{number}", "1"));
                if (answer.Status == 200 && answer.Type == "application/json")
                {
                    faults.AddRange(Faults(document, get, JsonNode.Parse(answer.Text), path.Name));
                    looked++;
                }
            }
        }

        looked.ShouldBeGreaterThan(20);
        faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Page_IsServed_WithEverythingItNeeds()
    {
        using var page = await Server.Anonymous.GetAsync("/docs/", TestContext.Current.CancellationToken);
        using var script = await Server.Anonymous.GetAsync("/docs/scalar.js", TestContext.Current.CancellationToken);
        var text = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        page.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
        script.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
        text.ShouldContain("openapi/v1.json");
        text.ShouldNotContain("https://");
        page.Headers.GetValues("Content-Security-Policy").Single().ShouldStartWith("default-src 'self';");
    }

    // An agent with a recorded run, and a second version.
    private async Task<long> RecordedAsync()
    {
        var id = await Server.ImportAsync(Programs.Counter, new JsonObject { ["record"] = true });
        await Server.PostAsync($"/api/agents/{id}/execute");
        var code = Programs.Counter.Replace("counting", "counting on");
        await Server.PutAsync($"/api/agents/{id}", new JsonObject { ["code"] = code, ["strict_validation"] = false });
        return id;
    }

    // A question that nobody has answered.
    private async Task<long> AskAsync()
    {
        var id = await Server.ImportAsync(Programs.Asking);
        await Server.PostAsync($"/api/agents/{id}/execute");
        var open = await Server.GetAsync($"/api/approvals?agent_id={id}");
        return open.Body[0].GetProperty("id").GetInt64();
    }

    private static IEnumerable<string> Faults(
        JsonElement document,
        JsonElement operation,
        JsonNode? answer,
        string place = "$"
    )
    {
        var responses = operation.GetProperty("responses");
        var done = responses.TryGetProperty("200", out var ok) ? ok : responses.GetProperty("201");
        var schema = done.GetProperty("content").GetProperty("application/json").GetProperty("schema");
        var whole = JsonNode.Parse(document.GetRawText())!;
        return new SchemaFaults(whole).Of(answer, JsonNode.Parse(schema.GetRawText())!, place);
    }

    // As OpenAPI writes it: without constraints, and without a slash at the end.
    private static string Plain(string pattern)
    {
        var parts = pattern
            .Split('/')
            .Select(part => part.StartsWith('{') ? $"{{{part.Trim('{', '}', '*').Split(':')[0]}}}" : part);
        return "/" + string.Join('/', parts).Trim('/');
    }
}
