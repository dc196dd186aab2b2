using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Project38.Core.Secrets;
using Project38.Server.Telemetry;
using Project38.Testing;

namespace Project38.Server.Tests.Api;

public abstract class SecretsApiContract(DatabaseFixture databases) : IAsyncLifetime
{
    private const string Canary = "sk-canary-7f3a91c2-do-not-print";

    private TestServer _server = null!;

    public async ValueTask InitializeAsync() =>
        _server = await TestServer.StartAsync(databases, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Secrets_GoInAndAreListed_AndNeverComeOut()
    {
        var put = await PutAsync("ANTHROPIC_API_KEY", Canary);
        var again = await PutAsync("ANTHROPIC_API_KEY", Canary + "2");
        var listed = await _server.GetAsync("/api/secrets");
        var system = await _server.GetAsync("/api/system");
        var deleted = await _server.DeleteAsync("/api/secrets/ANTHROPIC_API_KEY");
        var gone = await _server.DeleteAsync("/api/secrets/ANTHROPIC_API_KEY");

        put.Status.ShouldBe(200, put.Text);
        put.Body.ShouldHaveFields("name: string", "created_at: string", "updated_at: string", "updated_by: string");
        listed.Body.GetArrayLength().ShouldBe(1);
        listed.Body[0].GetProperty("name").GetString().ShouldBe("ANTHROPIC_API_KEY");
        system.Text.ShouldContain("with the key of the secret ANTHROPIC_API_KEY");
        deleted.Status.ShouldBe(204);
        gone.ShouldBeProblem(404, "no secret ANTHROPIC_API_KEY");
        foreach (var answer in new[] { put, again, listed, system, deleted, gone })
        {
            answer.Text.ShouldNotContain("canary");
        }
    }

    [Theory]
    [InlineData("A%20B", Canary, "name")]
    [InlineData("NAME", "", "value")]
    [InlineData("NAME", "sk-canary-\0", "value")]
    [InlineData("NAME", null, "value")]
    public async Task Put_NamesTheField_AndDoesNotRepeatTheValue(string name, string? value, string field)
    {
        var answer = await PutAsync(name, value);

        answer.Status.ShouldBe(422, answer.Text);
        answer.WrongFields.ShouldBe([field]);
        answer.Text.ShouldNotContain("canary");
    }

    [Fact]
    public async Task Put_SaysWhatToDo_WhenTheMasterKeyIsGone()
    {
        await PutAsync("NAME", Canary);
        var key = Path.Join(_server.Database.Options.Home, "master.key");
        File.Move(key, key + ".away");

        var refused = await PutAsync("OTHER", Canary);
        var listed = await _server.GetAsync("/api/secrets");
        File.Move(key + ".away", key);
        var after = await PutAsync("OTHER", Canary);

        refused.ShouldBeProblem(503, "put it back there");
        listed.Body.GetArrayLength().ShouldBe(1);
        after.Status.ShouldBe(200, after.Text);
    }

    /// <summary>A value is put and used, wrong requests carry it, an error quotes it: and it stands nowhere.</summary>
    [Fact]
    public async Task Canary_IsInNoLogAnswerTraceOrFile()
    {
        // Its own, as the same test runs on the other database meanwhile, and is traced here too.
        var canary = $"{Canary}-{Guid.NewGuid():N}";

        // Before anybody traces: an address is traced as it was called, by this test's own client too.
        var answers = new StringBuilder();
        answers.AppendLine((await PutAsync("ANTHROPIC_API_KEY", canary)).Text);
        answers.AppendLine((await PutAsync("no name", canary)).Text);
        answers.AppendLine((await _server.GetAsync($"/api/agents/{canary}")).Text);
        answers.AppendLine((await _server.GetAsync($"/api/agents?status={canary}")).Text);

        var traces = new StringBuilder();
        using var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                lock (traces)
                {
                    traces.Append(activity.DisplayName).AppendJoin(' ', activity.TagObjects).AppendLine();
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        var log = new StringWriter();

        answers.AppendLine((await PutAsync("ANTHROPIC_API_KEY", canary)).Text);
        answers.AppendLine((await _server.GetAsync("/api/system")).Text); // resolves it
        answers.AppendLine((await _server.GetAsync("/api/secrets")).Text);
        var lines = new LogLines(_server.Running.App.Services.GetRequiredService<KnownSecrets>(), TimeProvider.System);
        lines.Write(
            new LogEntry<string>(
                LogLevel.Error,
                "Any",
                default,
                $"It said {canary}",
                new InvalidOperationException($"with {canary}"),
                (state, _) => state
            ),
            scopeProvider: null,
            log
        );

        log.ToString().ShouldContain("It said [secret ANTHROPIC_API_KEY]");
        log.ToString().ShouldNotContain(canary);
        answers.ToString().ShouldNotContain(canary);
        lock (traces)
        {
            traces.ToString().ShouldContain("/api/secrets"); // so that it can fail
            traces.ToString().ShouldNotContain(canary);
        }

        // All but the locks, which are held and hold nothing.
        var files = Directory
            .EnumerateFiles(_server.Database.Options.Home, "*", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith(".lock", StringComparison.Ordinal))
            .ToList();
        files.ShouldContain(file => file.EndsWith("master.key", StringComparison.Ordinal));
        foreach (var file in files)
        {
            var bytes = await ReadAsync(file);
            bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(canary)).ShouldBe(-1, file);
        }
    }

    [Fact]
    public async Task Problem_OfAProgramThatQuotesASecret_DoesNot_WhetherAwaitedOrFollowed()
    {
        const string Quoted = "canary in a coal mine"; // of no shape that the checks would refuse
        await PutAsync("API_KEY", Quoted);
        var program = Programs.Import(Programs.Counter, tests: $"def test_it():\n    raise ValueError('{Quoted}')\n");

        var awaited = await _server.PostAsync("/api/agents/import", program.DeepClone());
        var accepted = await _server.SendAsync(
            HttpMethod.Post,
            "/api/agents/import",
            program,
            ("Prefer", "respond-async")
        );
        var events = await _server.GetAsync($"{accepted.Headers.Location}/events");
        var state = await _server.GetAsync($"{accepted.Headers.Location}");

        awaited.Status.ShouldBe(422, awaited.Text);
        accepted.Status.ShouldBe(202, accepted.Text);
        state.Body.GetProperty("status").GetString().ShouldBe("failed");
        foreach (var answer in new[] { awaited, events, state })
        {
            answer.Text.ShouldContain("[secret API_KEY]");
            answer.Text.ShouldNotContain(Quoted);
        }
    }

    // The database has its file open.
    private static async Task<byte[]> ReadAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var content = new MemoryStream();
        await file.CopyToAsync(content, TestContext.Current.CancellationToken);
        return content.ToArray();
    }

    private Task<Answer> PutAsync(string name, string? value) =>
        _server.PutAsync($"/api/secrets/{name}", new JsonObject { ["value"] = value });
}

public sealed class SecretsApiOnSqlite(SqliteFixture databases) : SecretsApiContract(databases);

public sealed class SecretsApiOnPostgres(PostgresFixture databases) : SecretsApiContract(databases);
