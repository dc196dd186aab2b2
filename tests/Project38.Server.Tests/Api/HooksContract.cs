using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Project38.Core.Audit;
using Project38.Core.Harness.Hooks;
using Project38.Core.Storage;
using Project38.Server.Http.Idempotency;

namespace Project38.Server.Tests.Api;

/// <summary>Addresses that start an agent, as their makers and their senders meet them.</summary>
public abstract class HooksContract(ServerFixture fixture)
{
    private const string Key = "a-key-of-sixteen-and-more";

    private TestServer Server => fixture.Server;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Delivery_StartsTheAgent_WithWhatWasSent()
    {
        var id = await GivenAgentAsync("return {'status': 'success', 'result': self.config['trigger']}");
        var path = await AddAsync(id, name: "GitHub");

        var json = await SendAsync(path, """{"ref": "main", "שלום": [1]}""", ("X-GitHub-Event", "push"));
        var text = await SendAsync(path, "plain words", ("Content-Type", "text/plain"), ("Cookie", "mine"));

        json.Status.ShouldBe(202, json.Text);
        var (task, trigger) = await EndAsync(json);
        task.GetProperty("trigger").GetString().ShouldBe("webhook");
        trigger.GetProperty("kind").GetString().ShouldBe("webhook");
        trigger.GetProperty("hook").GetString().ShouldBe("GitHub");
        trigger.GetProperty("payload").GetProperty("ref").GetString().ShouldBe("main");
        trigger.GetProperty("payload").GetProperty("שלום")[0].GetInt32().ShouldBe(1);
        trigger.GetProperty("headers").GetProperty("x-github-event").GetString().ShouldBe("push");
        var (_, said) = await EndAsync(text);
        said.GetProperty("payload").GetString().ShouldBe("plain words");
        said.GetProperty("headers").EnumerateObject().Select(one => one.Name).ShouldBe(["content-type"]);
        (await Server.GetAsync($"/api/agents/{id}/hooks"))
            .Body[0]
            .GetProperty("last_used_at")
            .ValueKind.ShouldBe(JsonValueKind.String);
    }

    [Fact]
    public async Task Delivery_MayBeLargerThanAConfig_UpToItsLimit()
    {
        var id = await GivenAgentAsync(
            "return {'status': 'success', 'result': len(self.config['trigger']['payload'])}"
        );
        var path = await AddAsync(id);

        var large = await SendAsync(path, new string('x', 256 * 1024), ("Content-Type", "text/plain"));
        var tooLarge = await SendAsync(path, new string('x', (256 * 1024) + 1), ("Content-Type", "text/plain"));

        (await EndAsync(large)).Result.GetInt32().ShouldBe(256 * 1024);
        tooLarge.ShouldBeProblem(413, "256 KB");
    }

    [Theory]
    [InlineData(IdempotencyKeys.Header)]
    [InlineData("X-GitHub-Delivery")]
    public async Task Delivery_IsOneTask_HoweverOftenItComes(string header)
    {
        var id = await GivenAgentAsync("pass");
        var path = await AddAsync(id);
        var other = await AddAsync(await GivenAgentAsync("pass"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SendAsync(path, "{}", (header, "one"))));
        var elsewhere = await SendAsync(other, "{}", (header, "one"));
        var next = await SendAsync(path, "{}", (header, "two"));

        answers.ShouldAllBe(answer => answer.Status == 202);
        answers.Select(answer => answer.Text).Distinct().ShouldHaveSingleItem();
        elsewhere.Text.ShouldNotBe(answers[0].Text);
        next.Text.ShouldNotBe(answers[0].Text);
        (await Server.GetAsync($"/api/tasks/agent/{id}")).Body.GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task Delivery_IsRefused_WhenItIsNotSignedAsItsHookDemands()
    {
        var id = await GivenAgentAsync("pass");
        var path = await AddAsync(id, key: Key);
        const string Body = """{ "a":1}""";
        var right =
            "sha256="
            + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Key), Encoding.UTF8.GetBytes(Body)));

        var answers = new[]
        {
            await SendAsync(path, Body),
            await SendAsync(path, Body, ("X-Signature-256", "")),
            await SendAsync(path, Body, ("X-Signature-256", "sha256=")),
            await SendAsync(path, Body, ("X-Signature-256", right[7..])),
            await SendAsync(path, Body, ("X-Signature-256", right[..^1] + "x")),
            await SendAsync(path, Body + " ", ("X-Signature-256", right)),
        };
        var signed = await SendAsync(path, Body, ("X-Signature-256", right));
        var byGitHub = await SendAsync(path, Body, ("X-Hub-Signature-256", right));

        foreach (var answer in answers)
        {
            answer.ShouldBeProblem(401, "X-Signature-256");
        }
        signed.Status.ShouldBe(202, signed.Text);
        byGitHub.Status.ShouldBe(202, byGitHub.Text);
        (await Server.GetAsync($"/api/tasks/agent/{id}")).Body.GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task Delivery_IsRefused_WhereNothingWouldRun()
    {
        var id = await GivenAgentAsync("pass");
        var (path, gone) = (await AddAsync(id), await AddAsync(id));
        var hooks = (await Server.GetAsync($"/api/agents/{id}/hooks")).Body;
        await Server.DeleteAsync($"/api/agents/{id}/hooks/{hooks[1].GetProperty("id").GetInt64()}");

        var removed = await SendAsync(gone, "{}");
        await Server.PutAsync($"/api/agents/{id}", new JsonObject { ["status"] = "paused" });
        var paused = await SendAsync(path, "{}");
        await Server.DeleteAsync($"/api/agents/{id}");
        var deleted = await SendAsync(path, "{}");

        removed.ShouldBeProblem(404, "no such hook");
        paused.ShouldBeProblem(409, "paused");
        deleted.ShouldBeProblem(404, "no such hook");
        removed.Text.ShouldBe(deleted.Text);
    }

    [Fact]
    public async Task Failure_IsTriedAgain_AsTheConfigSays()
    {
        var id = await GivenAgentAsync("raise ValueError('no')", """{"max_retries": 1, "retry_backoff": 0}""");
        var path = await AddAsync(id);

        var sent = await SendAsync(path, "{}");

        var task = await FinishedAsync(sent);
        task.GetProperty("status").GetString().ShouldBe("failed");
        task.GetProperty("retry_count").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Address_StandsNowhere()
    {
        var id = await GivenAgentAsync("pass");
        var added = await Server.SendAsync(
            HttpMethod.Post,
            $"/api/agents/{id}/hooks",
            new JsonObject { ["signing_key"] = Key },
            (IdempotencyKeys.Header, Guid.NewGuid().ToString())
        );
        var address = added.Body.GetProperty("address").GetString()!;
        var secret = address.Split('/')[^1];

        await using var db = Server.Database.CreateDb();
        var hook = await db.Hooks.SingleAsync(one => one.AgentId == id, Cancelled);
        var answers = await db.KeyedRequests.Select(one => one.Body).ToListAsync(Cancelled);
        var audit = await db.Set<AuditEntry>().Select(one => one.Details).ToListAsync(Cancelled);
        var listed = await Server.GetAsync($"/api/agents/{id}/hooks");

        secret.Length.ShouldBe(43);
        hook.SecretHash.ShouldBe(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
        Encoding.Latin1.GetString(hook.SigningKey!).ShouldNotContain(Key);
        answers.Concat(audit).ShouldAllBe(text => text == null || !text.Contains(secret));
        listed.Text.ShouldNotContain(secret);
        listed.Text.ShouldNotContain(Key);
        listed.Body[0].GetProperty("is_signed").GetBoolean().ShouldBeTrue();
    }

    private async Task<long> GivenAgentAsync(string statements, string config = "{}")
    {
        var id = await Server.ImportAsync(Programs.Turning(statements));
        var given = JsonNode.Parse(config)!.AsObject();
        given["bad"] = true;
        (await Server.PutAsync($"/api/agents/{id}", new JsonObject { ["config"] = given })).Status.ShouldBe(200);
        return id;
    }

    private async Task<string> AddAsync(long agentId, string? name = null, string? key = null)
    {
        var request = new JsonObject { ["name"] = name, ["signing_key"] = key };
        var answer = await Server.PostAsync($"/api/agents/{agentId}/hooks", request);
        answer.Status.ShouldBe(201, answer.Text);
        return new Uri(answer.Body.GetProperty("address").GetString()!).AbsolutePath;
    }

    // As a stranger sends it: without the token.
    private async Task<Answer> SendAsync(string path, string body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = TestServer.JsonContent(body) };
        foreach (var (name, value) in headers)
        {
            if (name == "Content-Type")
            {
                request.Content.Headers.ContentType = new(value);
            }
            else
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }
        using var answer = await Server.Anonymous.SendAsync(request, Cancelled);
        return await Answer.ReadAsync(answer, Cancelled);
    }

    private async Task<(JsonElement Task, JsonElement Result)> EndAsync(Answer sent)
    {
        var task = await FinishedAsync(sent);
        task.GetProperty("status").GetString().ShouldBe("completed", $"{task}");
        return (task, JsonElement.Parse(task.GetProperty("result").GetString()!));
    }

    private async Task<JsonElement> FinishedAsync(Answer sent)
    {
        sent.Status.ShouldBe(202, sent.Text);
        var path = $"/api/tasks/{sent.Body.GetProperty("task_id").GetInt64()}";
        while (true)
        {
            var answer = await Server.GetAsync(path);
            if (answer.Status == 200 && answer.Body.GetProperty("status").GetString() is "completed" or "failed")
            {
                return answer.Body;
            }
        }
    }
}

public sealed class HooksOnSqlite(SqliteServerFixture server)
    : HooksContract(server),
        IClassFixture<SqliteServerFixture>;

public sealed class HooksOnPostgres(PostgresServerFixture server)
    : HooksContract(server),
        IClassFixture<PostgresServerFixture>;
