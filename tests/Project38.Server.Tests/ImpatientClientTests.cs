using System.Net.Sockets;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Project38.Core.Agents;
using Project38.Core.Audit;
using Project38.Testing;

namespace Project38.Server.Tests;

/// <summary>Clients that leave, and clients that never come to the point.</summary>
public sealed class ImpatientClientTests(SqliteFixture databases)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Create_LeavesNothingHalfMade_WheneverTheClientHangsUp()
    {
        await using var server = await TestServer.StartAsync(databases, Cancelled);
        var endless = Programs.Import(Programs.Counter.Replace("print(\"counting\")", "while True:\n            pass"));

        foreach (var milliseconds in new[] { 1, 30, 200, 800, 2000 })
        {
            using var hangUp = new CancellationTokenSource(milliseconds);
            using var body = TestServer.JsonContent(endless.ToJsonString());
            await Should.ThrowAsync<OperationCanceledException>(() =>
                server.Http.PostAsync("/api/agents/import", body, hangUp.Token)
            );
        }

        // Stopped, every request has come to its end: within a stop's patience, though the trial would go on for a minute.
        await server.Running.App.StopAsync(Cancelled).WaitAsync(TimeSpan.FromSeconds(20), Cancelled);
        await using var db = server.Database.CreateDb();
        (await db.Agents.CountAsync(Cancelled)).ShouldBe(0);
        (await db.AgentVersions.CountAsync(Cancelled)).ShouldBe(0);
        (await db.Audit.CountAsync(Cancelled)).ShouldBe(0);
    }

    [Fact]
    public async Task Server_HangsUp_WhenTheHeadOfARequestNeverEnds()
    {
        await using var server = await TestServer.StartAsync(databases, Cancelled, Patience);
        using var client = await ConnectAsync(server);

        await SendAsync(client, "POST /api/agents HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");

        (await ReadToEndAsync(client)).ShouldContain("408");
    }

    [Fact]
    public async Task Server_HangsUp_WhenTheBodyOfARequestNeverComes()
    {
        await using var server = await TestServer.StartAsync(databases, Cancelled, Patience);
        var token = server.Http.DefaultRequestHeaders.Authorization!.ToString();
        using var client = await ConnectAsync(server);

        await SendAsync(
            client,
            $"POST /api/agents HTTP/1.1\r\nHost: localhost\r\nAuthorization: {token}\r\n"
                + "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
        );

        (await ReadToEndAsync(client)).ShouldContain("came too slowly");
    }

    private static async Task<TcpClient> ConnectAsync(TestServer server)
    {
        var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", new Uri(server.Running.Url).Port, Cancelled);
        return client;
    }

    private static async Task SendAsync(TcpClient client, string text) =>
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text), Cancelled);

    private static async Task<string> ReadToEndAsync(TcpClient client)
    {
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadToEndAsync(Cancelled).WaitAsync(TimeSpan.FromSeconds(20), Cancelled);
    }
}
