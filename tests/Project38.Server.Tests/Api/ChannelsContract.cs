using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Project38.Core.Audit;

namespace Project38.Server.Tests.Api;

public sealed class SqliteChannelsTests(SqliteServerFixture fixture)
    : ChannelsContract(fixture),
        IClassFixture<SqliteServerFixture>;

public sealed class PostgresChannelsTests(PostgresServerFixture fixture)
    : ChannelsContract(fixture),
        IClassFixture<PostgresServerFixture>;

/// <summary>Channels by the doors that people have, and messages of real agents that go to them.</summary>
public abstract class ChannelsContract(ServerFixture fixture) : IAsyncLifetime
{
    private const string Canary = "canary-of-the-channel-51c7";
    private static readonly string[] Channel =
    [
        "name: string",
        "does: string",
        "kind: string",
        "settings: object",
        "quiet_hours: string|null",
        "digest: string|null",
        "timezone: string",
        "enabled: boolean",
        "failing_since: time|null",
        "last_error: string|null",
        "changed_by: string|null",
        "changed_at: time|null",
    ];

    private readonly Channel<(string? Key, string Body)> _arrived = System.Threading.Channels.Channel.CreateUnbounded<(
        string?,
        string
    )>();
    private WebApplication _peer = null!;
    private int _status = 200;

    private TestServer Server => fixture.Server;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Url => $"{_peer.Urls.First()}/in";

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _peer = builder.Build();
        _peer.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
            var body = await reader.ReadToEndAsync(Cancelled);
            var key = context.Request.Headers["X-Key"].ToString();
            await _arrived.Writer.WriteAsync((key, body), Cancelled);
            context.Response.StatusCode = _status;

            // A peer that says back whatever it was sent in confidence.
            await context.Response.WriteAsync($"{{\"you\": \"{key}\"}}", Cancelled);
        });
        await _peer.StartAsync(Cancelled);
        await Server.PutAsync("/api/secrets/CHANNEL_KEY", new JsonObject { ["value"] = Canary });
    }

    public async ValueTask DisposeAsync()
    {
        await _peer.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Channel_IsSetUpReadTriedAndRemoved()
    {
        var put = await PutAsync("chat");
        var read = await Server.GetAsync("/api/channels/chat");
        var listed = await Server.GetAsync("/api/channels");
        var works = await Server.PostAsync("/api/channels/chat/test");
        _status = 403;
        var fails = await Server.PostAsync("/api/channels/chat/test");
        var removed = await Server.DeleteAsync("/api/channels/chat");
        var gone = await Server.GetAsync("/api/channels/chat");

        put.Status.ShouldBe(200, put.Text);
        put.Body.ShouldHaveFields(Channel);
        read.Text.ShouldBe(put.Text);
        listed.Body.EnumerateArray().Select(one => one.GetProperty("name").GetString()).ShouldContain("chat");
        listed.Body[0].ShouldHaveFields(Channel);
        works.Body.ShouldHaveFields("delivered: boolean", "said: string", "seconds: number");
        works.Body.GetProperty("delivered").GetBoolean().ShouldBeTrue();
        fails.Body.GetProperty("delivered").GetBoolean().ShouldBeFalse();
        fails.Body.GetProperty("said").GetString()!.ShouldContain("HTTP 403");
        removed.Status.ShouldBe(204);
        gone.ShouldBeProblem(404, "no channel chat");
        await using var db = Server.Database.CreateDb();
        var audit = await db.Set<AuditEntry>()
            .Where(one => one.Subject == "channel:chat")
            .OrderBy(one => one.Id)
            .Select(one => one.Action)
            .ToListAsync(Cancelled);
        audit.ShouldBe(["channel.put", "channel.test", "channel.test", "channel.delete"]);
        foreach (var answer in new[] { put, read, listed, works, fails })
        {
            answer.Text.ShouldNotContain("canary");
        }
        works.Body.GetProperty("said").GetString()!.ShouldContain("[secret CHANNEL_KEY]");
    }

    [Fact]
    public async Task Message_OfAnAgent_IsAtThePeerSoon()
    {
        await PutAsync("ops");
        var id = await GivenAgentAsync("ops");

        var ran = await Server.PostAsync($"/api/agents/{id}/execute");
        var ended = Stopwatch.GetTimestamp();
        var (key, body) = await _arrived
            .Reader.ReadAsync(Cancelled)
            .AsTask()
            .WaitAsync(TimeSpan.FromSeconds(30), Cancelled);
        var took = Stopwatch.GetElapsedTime(ended);

        ran.Body.GetProperty("status").GetString().ShouldBe("completed", ran.Text);
        took.ShouldBeLessThan(TimeSpan.FromSeconds(10));
        key.ShouldBe(Canary);
        var message = JsonElement.Parse(body).GetProperty("data").GetProperty("messages")[0];
        message.GetProperty("text").GetString().ShouldBe("הסכום עבר");
        message.GetProperty("agent_id").GetInt64().ShouldBe(id);
        var line = await SentAsync(id);
        line.GetProperty("channel").GetString().ShouldBe("ops");
        line.GetProperty("delivery")
            .ShouldHaveFields(
                "status: string",
                "attempts: integer",
                "next_attempt_at: null",
                "last_error: null",
                "sent_at: time"
            );
    }

    [Fact]
    public async Task Agent_IsToldAtTheCall_AndItsOwnerBefore_WhenNobodySetTheChannelUp()
    {
        var made = await Server.PostAsync("/api/agents/import", Programs.Import(Telling("nowhere"), config: null));
        var id = made.Body.GetProperty("id").GetInt64();
        await TurnAsync(id);

        var ran = await Server.PostAsync($"/api/agents/{id}/execute");
        var dry = await Server.PostAsync($"/api/agents/{id}/execute", new JsonObject { ["dry_run"] = true });

        made.Body.GetProperty("grants")[0].GetString()!.ShouldContain("p38 channels set nowhere");
        ran.Text.ShouldContain("no destination is set up for it");
        dry.Text.ShouldContain("no destination is set up for it");
        var inbox = (await Server.GetAsync($"/api/inbox?agent_id={id}")).Body;
        inbox.EnumerateArray().ShouldAllBe(one => one.GetProperty("source").GetString() == "platform");
    }

    [Fact]
    public async Task Webhook_StartsAnAgent_WhenItLeadsToAHookWithTheSameKey()
    {
        var id = await Server.ImportAsync(Programs.Counter);
        var hook = await Server.PostAsync($"/api/agents/{id}/hooks", new JsonObject { ["signing_key"] = Canary });
        var settings = new JsonObject
        {
            ["url"] = hook.Body.GetProperty("address").GetString(),
            ["signing_secret"] = "CHANNEL_KEY",
            ["allow_private"] = "true",
        };
        await Server.PutAsync("/api/channels/relay", new JsonObject { ["kind"] = "webhook", ["settings"] = settings });

        var tested = await Server.PostAsync("/api/channels/relay/test");

        tested.Body.GetProperty("said").GetString()!.ShouldContain("HTTP 202");
        var task = (await Server.GetAsync($"/api/tasks/agent/{id}")).Body[0];
        task.GetProperty("trigger").GetString().ShouldBe("webhook");
    }

    [Fact]
    public async Task Private_IsRefused_UnlessAPersonSaysSo()
    {
        var settings = Settings();
        settings.Remove("allow_private");
        settings["url"] = "https://localhost:1/in";
        var put = await Server.PutAsync(
            "/api/channels/inside",
            new JsonObject { ["kind"] = "n8n", ["settings"] = settings }
        );

        var tested = await Server.PostAsync("/api/channels/inside/test");

        put.Status.ShouldBe(200, put.Text);
        tested.Body.GetProperty("delivered").GetBoolean().ShouldBeFalse();
        tested.Body.GetProperty("said").GetString()!.ShouldContain("allow_private=true");
    }

    private async Task<JsonElement> SentAsync(long agentId)
    {
        while (true)
        {
            var line = (await Server.GetAsync($"/api/inbox?agent_id={agentId}")).Body[0];
            if (line.GetProperty("delivery").GetProperty("status").GetString() != "pending")
            {
                return line;
            }
            await Task.Yield();
        }
    }

    private Task<Answer> PutAsync(string name) =>
        Server.PutAsync($"/api/channels/{name}", new JsonObject { ["kind"] = "n8n", ["settings"] = Settings() });

    private JsonObject Settings() =>
        new()
        {
            ["url"] = Url,
            ["header"] = "X-Key",
            ["header_secret"] = "CHANNEL_KEY",
            ["allow_private"] = "true",
        };

    private async Task<long> GivenAgentAsync(string channel)
    {
        var id = await Server.ImportAsync(Telling(channel));
        await TurnAsync(id);
        return id;
    }

    private async Task TurnAsync(long id) =>
        (
            await Server.PutAsync(
                $"/api/agents/{id}",
                new JsonObject { ["config"] = new JsonObject { ["bad"] = true } }
            )
        ).Status.ShouldBe(200);

    private static string Telling(string channel) =>
        Programs.Turning($"await tools.notifications.send(\"הסכום עבר\", channel=\"{channel}\")");
}
