using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Project38.Core.Tools;
using Project38.Core.Tools.Http;
using IPAddress = System.Net.IPAddress;

namespace Project38.Core.Tests.Tools.Http;

public sealed class WebClientTests
{
    private static readonly TakeRoom Unbounded = (_, _) => ValueTask.CompletedTask;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_GivesTheAnswer_WhateverItsStatus()
    {
        await using var server = await WebServer.StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync(Cancelled);
            context.Response.StatusCode = 418;
            context.Response.Headers["X-Seen"] = $"{context.Request.Method} {context.Request.ContentType}";
            await context.Response.WriteAsync($"{body} {context.Request.Headers.UserAgent}", Cancelled);
        });
        using var client = Client(server);
        var request = Get(server) with { Method = "POST", Body = "שלום", Headers = [new("Content-Type", "text/x")] };

        var answer = await client.SendAsync(request, [Host(server)], Unbounded, Cancelled);

        answer.Status.ShouldBe(418);
        answer.Headers["x-seen"].ShouldBe("POST text/x");
        Encoding.UTF8.GetString(answer.Body).ShouldBe("שלום Project38/1.0");
    }

    [Fact]
    public async Task Send_IsRefused_WhenThePrivateHostIsNotAllowedByName()
    {
        await using var server = await WebServer.StartAsync(context =>
            context.Response.WriteAsync("secret", Cancelled)
        );
        using var client = Client();

        _ = await Should.ThrowAsync<ToolRefusedException>(() =>
            client.SendAsync(Get(server), [Host(server)], Unbounded, Cancelled)
        );

        server.Requests.ShouldBe(0);
    }

    [Theory]
    [InlineData("granted", "not public")]
    [InlineData("not granted", "not granted")]
    public async Task Send_IsRefused_WhenARedirectLeadsToAPrivateHost(string grant, string expected)
    {
        await using var secret = await WebServer.StartAsync(context =>
            context.Response.WriteAsync("secret", Cancelled)
        );
        await using var server = await WebServer.StartAsync(context =>
        {
            context.Response.Redirect($"http://0x7f.1:{secret.Port}/");
            return Task.CompletedTask;
        });
        using var client = Client(server);
        string[] hosts = grant == "granted" ? [Host(server), Host(secret)] : [Host(server)];

        var refused = await Should.ThrowAsync<ToolRefusedException>(() =>
            client.SendAsync(Get(server), hosts, Unbounded, Cancelled)
        );

        refused.Message.ShouldContain(expected);
        secret.Requests.ShouldBe(0);
    }

    [Fact]
    public async Task Send_KeepsKeysFromTheNextHost_WhenRedirected()
    {
        await using var other = await WebServer.StartAsync(context =>
            context.Response.WriteAsync(
                $"{context.Request.Headers["X-Api-Key"]}|{context.Request.Headers.Accept}",
                Cancelled
            )
        );
        await using var server = await WebServer.StartAsync(context =>
        {
            context.Response.Redirect($"http://127.0.0.1:{other.Port}/");
            return Task.CompletedTask;
        });
        using var client = Client(server, other);
        var request = Get(server) with { Headers = [new("X-Api-Key", "secret"), new("Accept", "text/plain")] };

        var answer = await client.SendAsync(request, [Host(server), Host(other)], Unbounded, Cancelled);

        Encoding.UTF8.GetString(answer.Body).ShouldBe("|text/plain");
        answer.Url.ShouldBe($"http://127.0.0.1:{other.Port}/");
    }

    [Fact]
    public async Task Send_GivesUp_WhenRedirectsNeverEnd()
    {
        await using var server = await WebServer.StartAsync(context =>
        {
            context.Response.Redirect("/again");
            return Task.CompletedTask;
        });
        using var client = Client(server);

        var fault = await Should.ThrowAsync<ToolException>(() =>
            client.SendAsync(Get(server), [Host(server)], Unbounded, Cancelled)
        );

        fault.Message.ShouldContain("more than 5 times");
        server.Requests.ShouldBe(6);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Send_Stops_WhenTheBodyIsTooLarge(bool packed)
    {
        await using var server = await WebServer.StartAsync(async context =>
        {
            context.Response.Headers.ContentEncoding = packed ? "gzip" : default;
            await using Stream stream = packed
                ? new GZipStream(context.Response.Body, CompressionLevel.Fastest)
                : context.Response.Body;
            for (var i = 0; i < 1000; i++)
            {
                await stream.WriteAsync(new byte[65536], context.RequestAborted);
            }
        });
        using var client = Client(server);

        var fault = await Should.ThrowAsync<ToolException>(() =>
            client.SendAsync(Get(server), [Host(server)], Unbounded, Cancelled)
        );

        fault.Message.ShouldContain("larger than 10,240 KB");
    }

    [Fact]
    public async Task Send_TimesOut_WhenTheBodyDrips()
    {
        await using var server = await WebServer.StartAsync(async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.WriteAsync("drip", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, context.RequestAborted);
            }
        });
        using var client = Client(server);
        var request = Get(server) with { Timeout = TimeSpan.FromMilliseconds(500) };

        var fault = await Should.ThrowAsync<ToolException>(() =>
            client.SendAsync(request, [Host(server)], Unbounded, Cancelled)
        );

        fault.Message.ShouldContain("within 0.5 seconds");
    }

    [Fact]
    public async Task Send_SaysWhatIsWrong_WhenNobodyListensOrNoNameIsKnown()
    {
        var server = await WebServer.StartAsync(_ => Task.CompletedTask);
        await server.DisposeAsync();
        using var client = Client(server);

        var refused = await Should.ThrowAsync<ToolException>(() =>
            client.SendAsync(Get(server), [Host(server)], Unbounded, Cancelled)
        );
        var unknown = await Should.ThrowAsync<ToolException>(() =>
            client.SendAsync(
                Get(server) with
                {
                    Url = "http://nowhere.example/",
                },
                ["nowhere.example"],
                Unbounded,
                Cancelled
            )
        );

        refused.Message.ShouldContain("nothing listens there");
        unknown.Message.ShouldContain("name was not found");
    }

    [Fact]
    public async Task Send_SaysTheHeadersAreTooLarge_WhenTheyAre()
    {
        await using var server = await WebServer.StartAsync(context =>
        {
            context.Response.Headers["X-Large"] = new string('x', 100_000);
            return Task.CompletedTask;
        });
        using var client = Client(server);

        var fault = await Should.ThrowAsync<ToolException>(() =>
            client.SendAsync(Get(server), [Host(server)], Unbounded, Cancelled)
        );

        fault.Message.ShouldContain("64 KB");
    }

    [Theory]
    [InlineData("Host", "x")]
    [InlineData("content-length", "1")]
    [InlineData("Transfer-Encoding", "chunked")]
    [InlineData("Connection", "close")]
    [InlineData("Proxy-Authorization", "x")]
    [InlineData("User-Agent", "x")]
    [InlineData("X-Split", "a\r\nHost: b")]
    [InlineData("X Space", "a")]
    [InlineData("", "a")]
    public void Headers_AreRefused_WhenTheyAreNotTheAgents(string name, string value) =>
        Should.Throw<ToolException>(() => RequestHeaders.Check([new(name, value)]));

    private static WebClient Client(params WebServer[] allowed)
    {
        var options = Options.Create(new EgressOptions { AllowedPrivateHosts = [.. allowed.Select(Host)] });
        Task<IPAddress[]> Resolve(string host, CancellationToken cancellationToken) => Task.FromResult<IPAddress[]>([]);
        return new WebClient(new EgressPolicy(options, Resolve), options, TimeProvider.System);
    }

    private static string Host(WebServer server) => $"127.0.0.1:{server.Port}";

    private static WebRequest Get(WebServer server) =>
        new("GET", $"http://{Host(server)}/", [], Body: null, TimeSpan.FromSeconds(30));
}
