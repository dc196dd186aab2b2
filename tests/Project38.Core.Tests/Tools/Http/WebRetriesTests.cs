using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Project38.Core.Tools;
using Project38.Core.Tools.Http;
using IPAddress = System.Net.IPAddress;

namespace Project38.Core.Tests.Tools.Http;

public sealed class WebRetriesTests
{
    private static readonly TakeRoom s_unbounded = (_, _) => ValueTask.CompletedTask;

    private readonly PatientTime _time = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", 429, 3)]
    [InlineData("GET", 502, 3)]
    [InlineData("GET", 503, 3)]
    [InlineData("GET", 504, 3)]
    [InlineData("HEAD", 503, 3)]
    [InlineData("GET", 500, 1)]
    [InlineData("GET", 404, 1)]
    [InlineData("GET", 200, 1)]
    [InlineData("POST", 503, 1)]
    [InlineData("PUT", 503, 1)]
    [InlineData("DELETE", 429, 1)]
    public async Task Send_AsksAgain_OnlyWhatPassesAndDoesNoHarm(string method, int status, int requests)
    {
        await using var server = await Answering(status);
        using var client = Client(server);

        var answer = await client.SendAsync(Request(server, method), [Host(server)], s_unbounded, Cancelled);

        answer.Status.ShouldBe(status);
        server.Requests.ShouldBe(requests);
        _time.Waits.Count.ShouldBe(requests - 1);
        _time.Waits.ShouldAllBe(wait => wait > TimeSpan.FromMilliseconds(100) && wait < TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Send_GivesTheGoodAnswer_WhenTheSecondOneIs()
    {
        var asked = 0;
        await using var server = await WebServer.StartAsync(context =>
        {
            context.Response.StatusCode = ++asked == 1 ? 503 : 200;
            return context.Response.WriteAsync("here", Cancelled);
        });
        using var client = Client(server);

        var answer = await client.SendAsync(Request(server), [Host(server)], s_unbounded, Cancelled);

        (answer.Status, answer.Body.Length).ShouldBe((200, 4));
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("Sun, 22 Nov 2026 08:00:09 GMT", 9)]
    public async Task Send_WaitsAsLongAsItIsTold(string retryAfter, int seconds)
    {
        await using var server = await Answering(429, retryAfter);
        using var client = Client(server);

        _ = await client.SendAsync(Request(server), [Host(server)], s_unbounded, Cancelled);

        var first = _time.Waits.First();
        first.ShouldBeGreaterThan(TimeSpan.FromSeconds(seconds));
        first.ShouldBeLessThan(TimeSpan.FromSeconds(seconds + 1));
    }

    [Theory]
    [InlineData("31")]
    [InlineData("86400")]
    [InlineData("Sun, 22 Nov 2099 08:00:00 GMT")]
    public async Task Send_DoesNotWait_ForWhatComesAfterItsTime(string retryAfter)
    {
        await using var server = await Answering(503, retryAfter);
        using var client = Client(server);

        var answer = await client.SendAsync(Request(server), [Host(server)], s_unbounded, Cancelled);

        answer.Status.ShouldBe(503);
        server.Requests.ShouldBe(1);
        _time.Waits.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("GET", 3)]
    [InlineData("POST", 1)]
    public async Task Send_ConnectsAgain_WhenThereWasNoAnswer(string method, int connections)
    {
        var dialled = 0;
        ValueTask<Stream> Dial(IPAddress[] addresses, int port, CancellationToken cancellationToken)
        {
            dialled++;
            throw new SocketException((int)SocketError.ConnectionRefused);
        }

        using var client = Client(Dial);
        var request = new WebRequest(method, "http://nas.example/", [], null, TimeSpan.FromSeconds(30)) { Agent = 1 };

        var fault = await Should.ThrowAsync<ToolException>(() =>
            client.SendAsync(request, ["nas.example"], s_unbounded, Cancelled)
        );

        fault.Message.ShouldContain("nothing listens there");
        dialled.ShouldBe(connections);
    }

    [Fact]
    public async Task Send_AsksOnce_WhenItIsRefusedOrThereIsNoSuchName()
    {
        var lookUps = 0;
        var options = Options.Create(new EgressOptions());
        Task<IPAddress[]> Resolve(string host, CancellationToken cancellationToken)
        {
            lookUps++;
            return host == "private.example"
                ? Task.FromResult<IPAddress[]>([IPAddress.Loopback])
                : throw new SocketException((int)SocketError.HostNotFound);
        }

        using var client = new WebClient(new EgressPolicy(options, Resolve), options, _time);
        foreach (var host in (string[])["private.example", "nowhere.example"])
        {
            var request = new WebRequest("GET", $"http://{host}/", [], null, TimeSpan.FromSeconds(30)) { Agent = 1 };
            _ = await Should.ThrowAsync<ToolException>(() => client.SendAsync(request, [host], s_unbounded, Cancelled));
        }

        lookUps.ShouldBe(2);
    }

    // The handler sends what has no content again by itself, where a kept connection breaks before an answer.
    [Theory]
    [InlineData("POST", 1)]
    [InlineData("PUT", 1)]
    [InlineData("DELETE", 1)]
    [InlineData("GET", 2)]
    public async Task Send_SendsNothingTwice_WhenAKeptConnectionBreaks(string method, int atLeast)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var requests = new List<string>();
        var serving = Task.Run(() => BreakingAsync(listener, requests), Cancelled);
        var host = $"127.0.0.1:{((System.Net.IPEndPoint)listener.LocalEndpoint).Port}";
        var options = Options.Create(new EgressOptions { AllowedPrivateHosts = [host] });
        using var client = new WebClient(
            new EgressPolicy(options, (_, _) => Task.FromResult<IPAddress[]>([])),
            options,
            _time
        );
        var warm = new WebRequest("GET", $"http://{host}/warm", [], Body: null, TimeSpan.FromSeconds(30)) { Agent = 1 };
        (await client.SendAsync(warm, [host], s_unbounded, Cancelled)).Status.ShouldBe(200);

        await Should.ThrowAsync<ToolException>(() =>
            client.SendAsync(warm with { Method = method, Url = $"http://{host}/once" }, [host], s_unbounded, Cancelled)
        );

        listener.Stop();
        await serving;
        var once = requests.Count(line => line.Contains("/once"));
        if (method == "GET")
        {
            once.ShouldBeGreaterThanOrEqualTo(atLeast);
        }
        else
        {
            once.ShouldBe(atLeast);
        }
    }

    // Answers the first request of each connection that asks for /warm, and hangs up on all others without a word.
    private static async Task BreakingAsync(TcpListener listener, List<string> requests)
    {
        try
        {
            while (true)
            {
                using var peer = await listener.AcceptTcpClientAsync(Cancelled);
                using var reader = new StreamReader(peer.GetStream());
                while (await reader.ReadLineAsync(Cancelled) is { } line)
                {
                    if (line.EndsWith("HTTP/1.1", StringComparison.Ordinal))
                    {
                        requests.Add(line);
                    }
                    if (line.Length > 0)
                    {
                        continue;
                    }
                    if (!requests[^1].Contains("/warm"))
                    {
                        break;
                    }
                    await peer.GetStream()
                        .WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), Cancelled);
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or InvalidOperationException)
        {
            // The test is over: the listener was stopped while it waited, or before it did.
        }
    }

    [Fact]
    public async Task Send_AsksOnce_WhenNoAgentAsks()
    {
        await using var server = await Answering(503);
        using var client = Client(server);

        _ = await client.SendAsync(Request(server) with { Agent = null }, [Host(server)], s_unbounded, Cancelled);

        server.Requests.ShouldBe(1);
    }

    private static Task<WebServer> Answering(int status, string? retryAfter = null) =>
        WebServer.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.RetryAfter = retryAfter;
            return Task.CompletedTask;
        });

    private WebClient Client(WebServer server)
    {
        var options = Options.Create(new EgressOptions { AllowedPrivateHosts = [Host(server)] });
        Task<IPAddress[]> Resolve(string host, CancellationToken cancellationToken) => Task.FromResult<IPAddress[]>([]);
        return new WebClient(new EgressPolicy(options, Resolve), options, _time);
    }

    private WebClient Client(DialAddresses dial)
    {
        var options = Options.Create(new EgressOptions());
        Task<IPAddress[]> Resolve(string host, CancellationToken cancellationToken) =>
            Task.FromResult<IPAddress[]>([IPAddress.Parse("8.8.8.8")]);
        return new WebClient(new EgressPolicy(options, Resolve) { Dial = dial }, options, _time);
    }

    private static string Host(WebServer server) => $"127.0.0.1:{server.Port}";

    private static WebRequest Request(WebServer server, string method = "GET") =>
        new(method, $"http://{Host(server)}/", [], Body: null, TimeSpan.FromSeconds(30)) { Agent = 1 };
}
