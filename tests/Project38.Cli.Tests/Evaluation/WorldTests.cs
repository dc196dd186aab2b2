using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Project38.Cli.Evaluation.Corpus;
using Project38.Cli.Evaluation.Worlds;

namespace Project38.Cli.Tests.Evaluation;

/// <summary>The world of a brief over real HTTP, as an agent's tools and a person with <c>curl</c> meet it.</summary>
public sealed class WorldTests : IAsyncLifetime
{
    private readonly WorldSlot _slot = new();
    private readonly HttpClient _http = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _slot.DisposeAsync();
    }

    [Fact]
    public async Task Answer_IsThatOfTheRun_AndTheLastRepeats()
    {
        var world = Given("""[{"path": "/a", "answers": ["one", "two"]}]""");

        var first = await TextAsync("/a");
        world.Run(2);
        var second = await TextAsync("/a");
        world.Run(3);

        first.ShouldBe("one");
        second.ShouldBe("two");
        (await TextAsync("/a")).ShouldBe("two");
    }

    [Fact]
    public async Task Answer_IsThatOfTheRequest_WhenTheEntrySaysSo_UntilRunOneBeginsAnew()
    {
        var world = Given(
            """[{"path": "/a", "by": "request", "answers": ["one", "two"]}, {"path": "/b", "by": "request", "answers": ["b1", "b2"]}]"""
        );

        string[] seen = [await TextAsync("/a"), await TextAsync("/b"), await TextAsync("/a"), await TextAsync("/a")];
        world.Run(2);
        var inRunTwo = await TextAsync("/b");
        world.Run(1);

        seen.ShouldBe(["one", "b1", "two", "two"]);
        inRunTwo.ShouldBe("b2");
        (await TextAsync("/a")).ShouldBe("one");
    }

    [Theory]
    [InlineData("\"v1\"", HttpStatusCode.NotModified)]
    [InlineData("W/\"v1\"", HttpStatusCode.NotModified)]
    [InlineData("\"v0\", \"v1\"", HttpStatusCode.NotModified)]
    [InlineData("*", HttpStatusCode.NotModified)]
    [InlineData("\"v2\"", HttpStatusCode.OK)]
    public async Task Answer_IsNotModified_WhenItsTagComesBack(string known, HttpStatusCode expected)
    {
        Given("""[{"path": "/a", "etag": "\"v1\"", "body": "whole"}]""");
        using var request = new HttpRequestMessage(HttpMethod.Get, Url("/a"));
        request.Headers.TryAddWithoutValidation("If-None-Match", known);

        using var answer = await _http.SendAsync(request, Cancelled);

        answer.StatusCode.ShouldBe(expected);
        answer.Headers.ETag!.Tag.ShouldBe("\"v1\"");
        (await answer.Content.ReadAsStringAsync(Cancelled)).ShouldBe(expected == HttpStatusCode.OK ? "whole" : "");
    }

    [Fact]
    public async Task Answer_IsWhole_WhenTheTagBelongsToAFailure()
    {
        Given("""[{"path": "/a", "status": 500, "etag": "\"v1\"", "body": "broken"}]""");
        using var request = new HttpRequestMessage(HttpMethod.Get, Url("/a"));
        request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue("\"v1\""));

        using var answer = await _http.SendAsync(request, Cancelled);

        ((int)answer.StatusCode).ShouldBe(500);
    }

    [Theory]
    [InlineData("GET", "/a", 200)]
    [InlineData("HEAD", "/a", 200)]
    [InlineData("DELETE", "/a", 405)]
    [InlineData("GET", "/posts", 405)]
    [InlineData("HEAD", "/posts", 405)]
    [InlineData("POST", "/posts", 201)]
    [InlineData("POST", "/posts?x=1", 201)]
    [InlineData("DELETE", "/any", 200)]
    [InlineData("GET", "/nothing", 404)]
    [InlineData("POST", "/nothing", 404)]
    public async Task Method_IsRefused_WhenThePathDoesNotTakeIt(string method, string path, int status)
    {
        Given(
            """[{"path": "/a", "body": "x"}, {"path": "/posts", "method": "POST", "status": 201}, {"path": "/any", "method": "*", "body": "x"}]"""
        );
        using var request = new HttpRequestMessage(new HttpMethod(method), Url(path));

        using var answer = await _http.SendAsync(request, Cancelled);

        ((int)answer.StatusCode).ShouldBe(status);
    }

    [Theory]
    [InlineData("/q?symbol=TSLA", "tesla")]
    [InlineData("/q?range=1d&symbol=TSLA", "tesla")]
    [InlineData("/q?symbol=AAPL", "any symbol")]
    [InlineData("/q?symbol=", "any symbol")]
    [InlineData("/q?symbol=AAPL&range=1d", "any symbol of a day")]
    [InlineData("/q?symbol=T%53LA", "tesla")]
    [InlineData("/q", "no symbol")]
    [InlineData("/q?range=1d", "no symbol")]
    public async Task Query_IsAnsweredByTheMostExactEntry(string path, string expected)
    {
        Given(
            """
            [
              {"path": "/q", "body": "no symbol"},
              {"path": "/q", "query": {"symbol": "*"}, "body": "any symbol"},
              {"path": "/q?symbol=TSLA", "query": {"range": "1d"}, "body": "tesla"},
              {"path": "/q?symbol=TSLA", "body": "tesla"},
              {"path": "/q", "query": {"symbol": "*", "range": "1d"}, "body": "any symbol of a day"}
            ]
            """
        );

        (await TextAsync(path)).ShouldBe(expected);
    }

    [Fact]
    public async Task Query_IsNotFound_WhenEveryEntryNeedsAnother()
    {
        Given("""[{"path": "/q", "query": {"symbol": "TSLA"}, "body": "x"}]""");

        using var answer = await _http.GetAsync(Url("/q?symbol=AAPL"), Cancelled);

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Posts_AreKeptInOrder_UntilRunOneBeginsAnew()
    {
        var world = Given("""[{"path": "/hook", "method": "POST", "status": 204}]""");
        await PostAsync("/hook?from=trial", "{\"of\": \"a trial\"}");
        world.Run(1);
        await PostAsync("/hook", "{\"n\": 1}");
        world.Run(2);
        await PostAsync("/hook", "שתיים");
        await PostAsync("/elsewhere", "3");

        world
            .Posts.Select(post => (post.Path, post.Body))
            .ShouldBe([("/hook", "{\"n\": 1}"), ("/hook", "שתיים"), ("/elsewhere", "3")]);
    }

    [Fact]
    public async Task Control_BeginsRuns_AndListsWhatWasAsked()
    {
        Given("""[{"path": "/a", "answers": ["one", "two"]}]""");
        await TextAsync("/a?before=1");

        using var begun = await PostAsync("/__run/1", "");
        await TextAsync("/a?x=1");
        using var second = await PostAsync("/__run/2", "");
        var text = await TextAsync("/a");
        using var seen = JsonDocument.Parse(await TextAsync("/__seen"));

        begun.StatusCode.ShouldBe(HttpStatusCode.OK);
        second.StatusCode.ShouldBe(HttpStatusCode.OK);
        text.ShouldBe("two");
        seen.RootElement.EnumerateArray()
            .Select(one =>
                (
                    one.GetProperty("run").GetInt32(),
                    one.GetProperty("method").GetString(),
                    one.GetProperty("path").GetString(),
                    one.GetProperty("target").GetString(),
                    one.GetProperty("status").GetInt32()
                )
            )
            .ShouldBe([(1, "GET", "/a", "/a?x=1", 200), (2, "GET", "/a", "/a", 200)]);
    }

    [Theory]
    [InlineData("GET", "/__run/2")]
    [InlineData("POST", "/__run/two")]
    [InlineData("POST", "/__seen")]
    [InlineData("GET", "/__other")]
    public async Task Control_IsNotFound_WhenItIsNoneOfItsOwn(string method, string path)
    {
        Given("""[{"path": "/a", "body": "x"}]""");
        using var request = new HttpRequestMessage(new HttpMethod(method), Url(path));

        using var answer = await _http.SendAsync(request, Cancelled);

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Connection_IsDropped_WhenTheStatusIsZero()
    {
        Given("""[{"path": "/a", "status": 0}]""");

        await Should.ThrowAsync<HttpRequestException>(() => _http.GetAsync(Url("/a"), Cancelled));
    }

    private World Given(string world)
    {
        var problems = new Problems();
        var brief = BriefReader.Read(
            "1.json",
            $$"""{"id": "1", "lang": "en", "brief": "b", "runs": 1, "why": "w", "world": {{world}}, "expect": {} }""",
            problems
        );
        problems.All.ShouldBeEmpty();
        return _slot.Put(brief!);
    }

    private string Url(string path) => $"http://{_slot.Host}{path}";

    private Task<string> TextAsync(string path) => _http.GetStringAsync(Url(path), Cancelled);

    private Task<HttpResponseMessage> PostAsync(string path, string body) =>
        _http.PostAsync(Url(path), new StringContent(body, Encoding.UTF8, "application/json"), Cancelled);
}
