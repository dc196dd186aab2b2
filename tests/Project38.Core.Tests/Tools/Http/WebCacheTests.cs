using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Project38.Core.Tools;
using Project38.Core.Tools.Http;

namespace Project38.Core.Tests.Tools.Http;

public sealed class WebCacheTests
{
    private static readonly TakeRoom s_unbounded = (_, _) => ValueTask.CompletedTask;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ETag", "\"one\"", "If-None-Match")]
    [InlineData("Last-Modified", "Sun, 22 Nov 2026 08:00:00 GMT", "If-Modified-Since")]
    public async Task Send_GivesTheKeptBody_WhenTheServerSaysItStillHolds(string mark, string value, string question)
    {
        var questions = new List<string>();
        await using var server = await WebServer.StartAsync(context =>
        {
            var asked = context.Request.Headers[question].ToString();
            questions.Add(asked);
            context.Response.Headers[mark] = value;
            context.Response.Headers["X-Count"] = questions.Count.ToString();
            context.Response.StatusCode = asked == value ? 304 : 200;
            return asked == value ? Task.CompletedTask : context.Response.WriteAsync("the page", Cancelled);
        });
        using var client = Client(server);

        var first = await client.SendAsync(Request(server), [Host(server)], s_unbounded, Cancelled);
        var second = await client.SendAsync(Request(server), [Host(server)], s_unbounded, Cancelled);

        questions.ShouldBe(["", value]);
        (first.Status, second.Status).ShouldBe((200, 200));
        Encoding.UTF8.GetString(second.Body).ShouldBe("the page");
        second.Headers["x-count"].ShouldBe("2");
    }

    [Theory]
    [InlineData("another agent", 2)]
    [InlineData("no agent", 2)]
    [InlineData("another address", 2)]
    [InlineData("another Accept", 2)]
    [InlineData("Authorization", 2)]
    [InlineData("X-Api-Key", 2)]
    [InlineData("Cookie", 2)]
    [InlineData("another fragment", 1)]
    [InlineData("the same", 1)]
    public async Task Send_AsksAsIfForTheFirstTime_WhereAnotherAnswerMayBeMeant(string what, int whole)
    {
        var bodies = 0;
        await using var server = await Marked(() => bodies++);
        using var client = Client(server);
        var request = Request(server);
        var other = what switch
        {
            "another agent" => request with { Agent = 2 },
            "no agent" => request with { Agent = null },
            "another address" => request with { Url = request.Url + "?page=2" },
            "another fragment" => request with { Url = request.Url + "#part" },
            "another Accept" => request with { Headers = [new("Accept", "text/plain")] },
            "the same" => request,
            _ => request with { Headers = [new(what, "secret")] },
        };

        _ = await client.SendAsync(request, [Host(server)], s_unbounded, Cancelled);
        var answer = await client.SendAsync(other, [Host(server)], s_unbounded, Cancelled);

        bodies.ShouldBe(whole);
        answer.Status.ShouldBe(200);
        answer.Url.ShouldBe(other.Url);
        Encoding.UTF8.GetString(answer.Body).ShouldBe("the page");
    }

    [Theory]
    [InlineData("Authorization", "Bearer secret", "", "")]
    [InlineData("Accept", "text/html", "Cache-Control", "private, No-Store")]
    [InlineData("Accept", "text/html", "Vary", "*")]
    public async Task Send_KeepsNothing_OfWhatIsNotToBeKept(string sent, string value, string header, string answered)
    {
        var bodies = 0;
        await using var server = await Marked(() => bodies++, header, answered);
        using var client = Client(server);
        var request = Request(server) with { Headers = [new(sent, value)] };

        _ = await client.SendAsync(request, [Host(server)], s_unbounded, Cancelled);
        _ = await client.SendAsync(request, [Host(server)], s_unbounded, Cancelled);

        bodies.ShouldBe(2);
    }

    [Fact]
    public async Task Send_GivesThe304_ToAnAgentThatAskedForIt()
    {
        await using var server = await Marked(() => { });
        using var client = Client(server);
        _ = await client.SendAsync(Request(server), [Host(server)], s_unbounded, Cancelled);

        var answer = await client.SendAsync(
            Request(server) with
            {
                Headers = [new("If-None-Match", "\"one\"")],
            },
            [Host(server)],
            s_unbounded,
            Cancelled
        );

        answer.Status.ShouldBe(304);
    }

    [Fact]
    public void Keep_StaysWithinItsBounds_HoweverMuchIsKept()
    {
        var cache = new WebCache();
        var body = new byte[100_000];

        for (var agent = 1; agent <= 20; agent++)
        {
            for (var page = 0; page < 60; page++)
            {
                Keep(cache, agent, page, body);
            }
        }

        cache.Bytes.ShouldBeLessThanOrEqualTo(32 * 1024 * 1024);
        Find(cache, agent: 1, page: 59).ShouldBeNull();
        Find(cache, agent: 20, page: 59).ShouldNotBeNull();
        // One agent has 4 MB of them at most.
        Find(cache, agent: 20, page: 0).ShouldBeNull();
        Find(cache, agent: 19, page: 59).ShouldNotBeNull();
    }

    [Fact]
    public void Keep_HoldsSmallAnswersToANumber_AndLargeOnesNotAtAll()
    {
        var cache = new WebCache();

        Keep(cache, agent: 1, page: 1000, new byte[1024 * 1024]);
        for (var page = 0; page < 200; page++)
        {
            Keep(cache, agent: 1, page, [1]);
        }

        Find(cache, agent: 1, page: 1000).ShouldBeNull();
        Enumerable.Range(0, 200).Count(page => Find(cache, agent: 1, page) is not null).ShouldBe(100);
    }

    [Fact]
    public void Keep_Forgets_WhenThePageIsGone()
    {
        var cache = new WebCache();
        Keep(cache, agent: 1, page: 1, [1]);

        cache.Keep(Request(1, 1), Address(1), new WebAnswer(404, "", new Dictionary<string, string>(), []));

        Find(cache, agent: 1, page: 1).ShouldBeNull();
        cache.Bytes.ShouldBe(0);
    }

    private static void Keep(WebCache cache, long agent, int page, byte[] body) =>
        cache.Keep(
            Request(agent, page),
            Address(page),
            new WebAnswer(200, Address(page).AbsoluteUri, new Dictionary<string, string> { ["etag"] = "\"1\"" }, body)
        );

    private static WebAnswer? Find(WebCache cache, long agent, int page) =>
        cache.Find(Request(agent, page), Address(page));

    private static Uri Address(int page) => new($"https://example.com/{page}");

    private static WebRequest Request(long agent, int page) =>
        new("GET", Address(page).AbsoluteUri, [], Body: null, TimeSpan.FromSeconds(30)) { Agent = agent };

    private static Task<WebServer> Marked(Action whole, string header = "X-Nothing", string value = "") =>
        WebServer.StartAsync(context =>
        {
            context.Response.Headers.ETag = "\"one\"";
            if (header.Length > 0)
            {
                context.Response.Headers[header] = value;
            }

            if (context.Request.Headers.IfNoneMatch == "\"one\"")
            {
                context.Response.StatusCode = 304;
                return Task.CompletedTask;
            }

            whole();
            return context.Response.WriteAsync("the page", Cancelled);
        });

    private static WebClient Client(WebServer server)
    {
        var options = Options.Create(new EgressOptions { AllowedPrivateHosts = [Host(server)] });
        Task<System.Net.IPAddress[]> Resolve(string host, CancellationToken cancellationToken) =>
            Task.FromResult<System.Net.IPAddress[]>([]);
        return new WebClient(new EgressPolicy(options, Resolve), options, TimeProvider.System);
    }

    private static string Host(WebServer server) => $"127.0.0.1:{server.Port}";

    private static WebRequest Request(WebServer server) =>
        new("GET", $"http://{Host(server)}/", [], Body: null, TimeSpan.FromSeconds(30)) { Agent = 1 };
}
