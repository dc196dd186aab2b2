using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Project38.Core.Tools;
using Project38.Core.Tools.Http;
using IPAddress = System.Net.IPAddress;

namespace Project38.Core.Tests.Tools.Http;

/// <summary>
/// A name whose real answer changes from look-up to look-up: what was checked is what is dialled, for each new connection
/// anew. Only the last step is a stand-in: who dials a public address reaches a server of this machine, and is noted.
/// </summary>
public sealed class ChangingDnsTests : IAsyncDisposable
{
    private const string Public = "93.184.215.14";
    private const string OtherPublic = "2606:4700::1111";
    private const string Name = "rebinding.example";

    private static readonly TakeRoom s_unbounded = (_, _) => ValueTask.CompletedTask;

    private readonly DnsServer _dns = new();
    private readonly List<string> _dialled = [];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _dns.DisposeAsync();

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.0.0.7")]
    [InlineData("169.254.169.254")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("64:ff9b::7f00:1")]
    public async Task Send_IsRefused_WhenTheSecondAnswerIsPrivate(string address)
    {
        await using var server = await WebServer.StartAsync(context => context.Response.WriteAsync("page", Cancelled));
        using var client = Client(server, TimeSpan.Zero);
        _ = _dns.Answer(Name, [Public], [address]);

        var first = await SendAsync(client, $"http://{Name}/");
        var refused = await Should.ThrowAsync<ToolRefusedException>(() => SendAsync(client, $"http://{Name}/"));

        first.Status.ShouldBe(200);
        refused.Message.ShouldContain("not public");
        _dialled.ShouldBe([Public]);
        server.Requests.ShouldBe(1);
        _dns.Asked.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Send_ReachesThePublicAddress_WhenTheFirstAnswerWasPrivate()
    {
        await using var server = await WebServer.StartAsync(context => context.Response.WriteAsync("page", Cancelled));
        using var client = Client(server, TimeSpan.Zero);
        _ = _dns.Answer(Name, ["127.0.0.1"], [Public]);

        _ = await Should.ThrowAsync<ToolRefusedException>(() => SendAsync(client, $"http://{Name}/"));
        var second = await SendAsync(client, $"http://{Name}/");

        Encoding.UTF8.GetString(second.Body).ShouldBe("page");
        _dialled.ShouldBe([Public]);
    }

    [Fact]
    public async Task Send_DialsWhatWasChecked_AndLooksNothingUpAgainInBetween()
    {
        await using var server = await WebServer.StartAsync(context => context.Response.WriteAsync("page", Cancelled));
        using var client = Client(server, TimeSpan.Zero);
        // Were the name looked up once to check it and once to dial it, the second would be dialled.
        _ = _dns.Answer(Name, [Public, OtherPublic], ["127.0.0.1"]);

        _ = await SendAsync(client, $"http://{Name}/");

        _dialled.ShouldBe([Public, OtherPublic]);
        _dns.Asked.ShouldBe([Name]);
    }

    [Fact]
    public async Task Send_UsesTheConnectionAgain_WithoutAskingForItsNameAgain()
    {
        await using var server = await WebServer.StartAsync(context => context.Response.WriteAsync("page", Cancelled));
        using var client = Client(server, TimeSpan.FromHours(1));
        _ = _dns.Answer(Name, [Public], ["127.0.0.1"]);

        for (var i = 0; i < 5; i++)
        {
            (await SendAsync(client, $"http://{Name}/")).Status.ShouldBe(200);
        }

        // The connection leads where it led when it was checked; what the name says meanwhile does not move it.
        _dialled.ShouldBe([Public]);
        _dns.Asked.ShouldBe([Name]);
        server.Requests.ShouldBe(5);
    }

    [Fact]
    public async Task Send_IsRefused_WhenTheConnectionIsGoneAndTheNewAnswerIsPrivate()
    {
        await using var server = await WebServer.StartAsync(context =>
        {
            context.Response.Headers.Connection = "close";
            return context.Response.WriteAsync("page", Cancelled);
        });
        using var client = Client(server, TimeSpan.FromHours(1));
        _ = _dns.Answer(Name, [Public], ["127.0.0.1"]);

        _ = await SendAsync(client, $"http://{Name}/");
        _ = await Should.ThrowAsync<ToolRefusedException>(() => SendAsync(client, $"http://{Name}/"));

        _dialled.ShouldBe([Public]);
        server.Requests.ShouldBe(1);
    }

    [Theory]
    [InlineData("http://rebinding.example/again")]
    [InlineData("http://other.example/")]
    public async Task Send_IsRefused_WhenARedirectComesToAPrivateAnswer(string target)
    {
        await using var server = await WebServer.StartAsync(context =>
        {
            context.Response.Redirect(target);
            return Task.CompletedTask;
        });
        using var client = Client(server, TimeSpan.Zero);
        _ = _dns.Answer(Name, [Public], ["127.0.0.1"]).Answer("other.example", ["192.168.1.1"]);

        _ = await Should.ThrowAsync<ToolRefusedException>(() => SendAsync(client, $"http://{Name}/"));

        _dialled.ShouldBe([Public]);
        server.Requests.ShouldBe(1);
    }

    [Fact]
    public async Task Send_IsRefused_WhenOneOfManyAnswersIsPrivate()
    {
        await using var server = await WebServer.StartAsync(context => context.Response.WriteAsync("page", Cancelled));
        using var client = Client(server, TimeSpan.Zero);
        _ = _dns.Answer(Name, [Public, OtherPublic, "10.0.0.1"]);

        _ = await Should.ThrowAsync<ToolRefusedException>(() => SendAsync(client, $"http://{Name}/"));

        _dialled.ShouldBeEmpty();
    }

    [Fact]
    public async Task Send_SaysTheNameIsUnknown_WhenItIs()
    {
        await using var server = await WebServer.StartAsync(_ => Task.CompletedTask);
        using var client = Client(server, TimeSpan.Zero);

        var fault = await Should.ThrowAsync<ToolException>(() => SendAsync(client, $"http://{Name}/"));

        fault.Message.ShouldContain("name was not found");
    }

    private static Task<WebAnswer> SendAsync(WebClient client, string url) =>
        client.SendAsync(
            new WebRequest("GET", url, [], Body: null, TimeSpan.FromSeconds(30)) { Agent = 1 },
            [Name, "other.example"],
            s_unbounded,
            Cancelled
        );

    private WebClient Client(WebServer server, TimeSpan connections)
    {
        var options = Options.Create(new EgressOptions { ConnectionLifetime = connections });
        var policy = new EgressPolicy(options, _dns.ResolveAsync)
        {
            Dial = async (addresses, _, cancellationToken) =>
            {
                _dialled.AddRange(addresses.Select(address => address.ToString()));
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, server.Port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        return new WebClient(policy, options, TimeProvider.System);
    }
}
