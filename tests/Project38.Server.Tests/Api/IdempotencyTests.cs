using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Project38.Core.Storage;
using Project38.Server.Http;
using Project38.Server.Http.Idempotency;

namespace Project38.Server.Tests.Api;

/// <summary>A POST with a key is done once, however often it is sent.</summary>
public abstract class Idempotency(ServerFixture fixture)
{
    private TestServer Server => fixture.Server;

    [Fact]
    public async Task Post_IsAnsweredAsBefore_WhenItsKeyIsKnown()
    {
        var key = Guid.NewGuid().ToString();

        var first = await ImportAsync(key);
        var again = await ImportAsync(key);
        var other = await ImportAsync(Guid.NewGuid().ToString());

        first.Status.ShouldBe(201, first.Text);
        again.Status.ShouldBe(201);
        again.Text.ShouldBe(first.Text);
        again.Headers.Location.ShouldBe(first.Headers.Location);
        again.Headers.ETag.ShouldBe(first.Headers.ETag);
        again.Type.ShouldBe(first.Type);
        first.Headers.Contains(IdempotencyKeys.ReplayedHeader).ShouldBeFalse();
        again.Headers.GetValues(IdempotencyKeys.ReplayedHeader).ShouldBe(["true"]);
        other.Body.GetProperty("id").GetInt64().ShouldNotBe(first.Body.GetProperty("id").GetInt64());
    }

    [Fact]
    public async Task Posts_AreDoneOnce_WhenTheyComeAtOnce()
    {
        var id = await Server.ImportAsync(Programs.Counter);
        var key = Guid.NewGuid().ToString();

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => ExecuteAsync(id, key)));
        var tasks = await Server.GetAsync($"/api/tasks/agent/{id}");

        tasks.Body.GetArrayLength().ShouldBe(1);
        answers.ShouldAllBe(answer => answer.Status == 200 || answer.Status == 409);
        answers.ShouldContain(answer => answer.Status == 200);
        (await ExecuteAsync(id, key))
            .Body.GetProperty("task_id")
            .GetInt64()
            .ShouldBe(tasks.Body[0].GetProperty("id").GetInt64());
    }

    [Fact]
    public async Task Post_IsRefused_WhenItsKeyCameWithAnother()
    {
        var key = Guid.NewGuid().ToString();
        var id = await Server.ImportAsync(Programs.Counter);
        await ExecuteAsync(id, key);

        var body = await ExecuteAsync(id, key, """{"config": {"step": 2}}""");
        var path = await Server.SendAsync(
            HttpMethod.Post,
            "/api/tasks/execute",
            new JsonObject { ["agent_id"] = id },
            (IdempotencyKeys.Header, key)
        );

        body.ShouldBeProblem(422, "another request");
        path.ShouldBeProblem(422, "another request");
    }

    [Fact]
    public async Task Refusal_IsAnsweredAsBefore_Too()
    {
        var key = Guid.NewGuid().ToString();

        var first = await ImportAsync(key, "import os\n");
        var again = await ImportAsync(key, "import os\n");

        first.Status.ShouldBe(422);
        again.Status.ShouldBe(422);
        again.Text.ShouldBe(first.Text);
        again.Type.ShouldBe("application/problem+json");
    }

    [Fact]
    public async Task Post_IsDoneToItsEnd_WhenTheClientLeaves()
    {
        var key = Guid.NewGuid().ToString();
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/agents/import")
        {
            Content = TestServer.JsonContent(Programs.Import(Programs.Counter).ToJsonString()),
        };
        request.Headers.Add(IdempotencyKeys.Header, key);
        var sent = Server.Http.SendAsync(request, leaving.Token);
        await using (var db = Server.Database.CreateDb())
        {
            while (!await db.KeyedRequests.AnyAsync(one => one.Key == key, TestContext.Current.CancellationToken))
            {
                // Until the server has it in hand.
            }
        }
        await leaving.CancelAsync();
        await ((Task)sent).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext
        );

        Answer answer;
        do
        {
            answer = await ImportAsync(key);
        } while (answer.Status == 409);

        answer.Status.ShouldBe(201, answer.Text);
        answer.Headers.Contains(IdempotencyKeys.ReplayedHeader).ShouldBeTrue();
    }

    [Fact]
    public async Task Claim_IsTakenOver_WhenItsServerIsGone()
    {
        var book = new KeyBook(Server.Database.Factory);
        var cancelled = TestContext.Current.CancellationToken;
        var key = Guid.NewGuid().ToString();

        var first = await book.ClaimAsync(key, "f", cancelled);
        var held = await book.ClaimAsync(key, "f", cancelled);
        await Server.Database.ShiftClockAsync(KeyBook.Hold + TimeSpan.FromSeconds(1), cancelled);
        var taken = await book.ClaimAsync(key, "f", cancelled);
        await book.AnswerAsync(key, ((KeyClaim.Ours)first).Holder, 201, "{}", "late", cancelled);
        var again = await book.ClaimAsync(key, "f", cancelled);

        held.ShouldBeOfType<KeyClaim.Busy>();
        taken.ShouldBeOfType<KeyClaim.Ours>();
        again.ShouldBeOfType<KeyClaim.Busy>("the one that came too late holds nothing any more");
    }

    [Fact]
    public async Task Run_IsFoundAgain_WhenItsServerWasKilledBeforeItAnswered()
    {
        var id = await Server.ImportAsync(Programs.Counter);
        var key = Guid.NewGuid().ToString();
        var first = await ExecuteAsync(id, key);
        await using (var db = Server.Database.CreateDb())
        {
            // As it stands when nobody answered and half a minute went by.
            await db
                .KeyedRequests.Where(request => request.Key == key)
                .ExecuteUpdateAsync(
                    set =>
                        set.SetProperty(request => request.Status, (int?)null)
                            .SetProperty(request => request.HeldUntil, DateTimeOffset.UnixEpoch),
                    TestContext.Current.CancellationToken
                );
        }

        var again = await ExecuteAsync(id, key);

        again.Status.ShouldBe(200, again.Text);
        again.Headers.Contains(IdempotencyKeys.ReplayedHeader).ShouldBeFalse();
        again.Body.GetProperty("task_id").GetInt64().ShouldBe(first.Body.GetProperty("task_id").GetInt64());
        (await Server.GetAsync($"/api/tasks/agent/{id}")).Body.GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Key_IsFree_WhenTheServersEndCutTheAnswerOff()
    {
        var book = new KeyBook(Server.Database.Factory);
        var key = Guid.NewGuid().ToString();
        using var end = new CancellationTokenSource();
        var keys = new IdempotencyKeys(
            book,
            new ProblemHandler(NullLogger<ProblemHandler>.Instance),
            new Ending(end.Token),
            TimeProvider.System,
            NullLogger<IdempotencyKeys>.Instance
        );
        var context = new DefaultHttpContext();
        context.Request.Method = "POST";
        context.Request.Headers[IdempotencyKeys.Header] = key;

        await Should.ThrowAsync<OperationCanceledException>(() =>
            keys.InvokeAsync(
                context,
                async _ =>
                {
                    await end.CancelAsync();
                    end.Token.ThrowIfCancellationRequested();
                }
            )
        );
        var again = await book.ClaimAsync(key, "another", TestContext.Current.CancellationToken);

        again.ShouldBeOfType<KeyClaim.Ours>();
    }

    [Fact]
    public async Task Key_IsFree_AfterADay()
    {
        var book = new KeyBook(Server.Database.Factory);
        var cancelled = TestContext.Current.CancellationToken;
        var key = Guid.NewGuid().ToString();
        var first = (KeyClaim.Ours)await book.ClaimAsync(key, "f", cancelled);
        await book.AnswerAsync(key, first.Holder, 200, "{}", "", cancelled);

        var known = await book.ClaimAsync(key, "f", cancelled);
        await Server.Database.ShiftClockAsync(KeyBook.Kept + TimeSpan.FromSeconds(1), cancelled);
        while (await book.SweepAsync(cancelled))
        {
            // Until all that are old are gone.
        }
        var free = await book.ClaimAsync(key, "g", cancelled);

        known.ShouldBeOfType<KeyClaim.Answered>();
        free.ShouldBeOfType<KeyClaim.Ours>();
    }

    [Fact]
    public async Task Sweep_TakesAHundredAtATime_AndNoKeyThatIsKnown()
    {
        var book = new KeyBook(Server.Database.Factory);
        var cancelled = TestContext.Current.CancellationToken;
        await using var db = Server.Database.CreateDb();
        var old = await DatabaseClock.NowAsync(db, cancelled) - KeyBook.Kept - TimeSpan.FromDays(1);
        db.KeyedRequests.AddRange(
            Enumerable
                .Range(0, 150)
                .Select(number => new KeyedRequest
                {
                    Key = $"old-{number}",
                    Fingerprint = "f",
                    Holder = "h",
                    CreatedAt = old,
                })
        );
        await db.SaveChangesAsync(cancelled);
        var known = Guid.NewGuid().ToString();
        await book.ClaimAsync(known, "f", cancelled);

        var (more, left) = (await book.SweepAsync(cancelled), await OldAsync());
        var (moreStill, leftThen) = (await book.SweepAsync(cancelled), await OldAsync());

        (more, left).ShouldBe((true, 50));
        (moreStill, leftThen).ShouldBe((false, 0));
        (await book.ClaimAsync(known, "f", cancelled)).ShouldBeOfType<KeyClaim.Busy>();

        Task<int> OldAsync() => db.KeyedRequests.CountAsync(request => request.CreatedAt == old, cancelled);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\tb")]
    public async Task Post_IsRefused_WhenItsKeyIsNone(string key)
    {
        var answer = await ImportAsync(key);

        answer.ShouldBeProblem(400, IdempotencyKeys.Header);
    }

    private Task<Answer> ImportAsync(string key, string code = Programs.Counter) =>
        Server.SendAsync(HttpMethod.Post, "/api/agents/import", Programs.Import(code), (IdempotencyKeys.Header, key));

    private Task<Answer> ExecuteAsync(long id, string key, string body = "{}") =>
        Server.SendAsync(
            HttpMethod.Post,
            $"/api/agents/{id}/execute",
            JsonNode.Parse(body),
            (IdempotencyKeys.Header, key)
        );
}

internal sealed class Ending(CancellationToken stopping) : IHostApplicationLifetime
{
    public CancellationToken ApplicationStarted => CancellationToken.None;

    public CancellationToken ApplicationStopping => stopping;

    public CancellationToken ApplicationStopped => CancellationToken.None;

    public void StopApplication() => throw new NotSupportedException("It ends by its token.");
}

public sealed class IdempotencyOnSqlite(SqliteServerFixture server)
    : Idempotency(server),
        IClassFixture<SqliteServerFixture>;

public sealed class IdempotencyOnPostgres(PostgresServerFixture server)
    : Idempotency(server),
        IClassFixture<PostgresServerFixture>;
