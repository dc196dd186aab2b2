using System.Collections.Concurrent;

namespace Project38.Client.Tests;

/// <summary>What a client does on its own when a server is slow, busy or away.</summary>
public sealed class WaitTests : IAsyncLifetime
{
    private readonly RunningServer _server = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Call_WaitsAndSaysSo_WhenThereWereTooManyRequests()
    {
        _server.Environment["P38_REQUESTS_PER_SECOND"] = "10";
        await _server.StartAsync();
        var notices = new ConcurrentBag<ClientNotice>();
        using var p38 = P38Client.FromHome(_server.Home, new P38ClientOptions { Notice = notices.Add });

        var answers = await Task.WhenAll(Enumerable.Range(0, 25).Select(_ => p38.SecretsAsync(Cancelled)));

        answers.ShouldAllBe(answer => answer.Count == 0);
        notices.ShouldNotBeEmpty();
        notices.ShouldAllBe(notice =>
            ((ClientNotice.AskedToWait)notice).Wait == TimeSpan.FromSeconds(1)
            && ((ClientNotice.AskedToWait)notice).Reason.Contains("Too many requests", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Post_IsDoneOnce_WhenItsAnswerIsLost()
    {
        await _server.StartAsync();
        var server = ServerAddress.OfHome(_server.Home);
        using var relay = new BreakingRelay(server.Url);
        using var p38 = new P38Client(relay.Url, server.Token);
        using var direct = P38Client.FromHome(_server.Home);
        var agent = await direct.ImportAsync(Programs.Greets);

        var started = await p38.Agents.StartAsync(agent.Id, cancellationToken: Cancelled);
        var tasks = await direct.Tasks.ListAsync(agent.Id, cancellationToken: Cancelled).ToListAsync(Cancelled);

        relay.Connections.ShouldBe(2);
        tasks.ShouldHaveSingleItem().Id.ShouldBe(started.Id);
    }

    [Fact]
    public async Task Client_SaysSo_WhenNoServerIsThere()
    {
        await _server.StartAsync();
        var folder = Path.Join(_server.Home, "nothing");
        using var p38 = new P38Client(new Uri("http://127.0.0.1:1"), "none");

        Should.Throw<ConnectionLostException>(() => P38Client.FromHome(folder)).Message.ShouldContain("p38 up");
        await Should.ThrowAsync<ConnectionLostException>(() => p38.HealthAsync(Cancelled));
        Should.Throw<ArgumentException>(() => new P38Client(new Uri("ftp://127.0.0.1"), "none"));
        $"{ServerAddress.OfHome(_server.Home)}".ShouldNotContain(ServerAddress.OfHome(_server.Home).Token);
    }

    [Fact]
    public async Task Call_Throws_WhenTheTokenIsWrong()
    {
        await _server.StartAsync();
        using var p38 = new P38Client(ServerAddress.OfHome(_server.Home).Url, "none");

        (await Should.ThrowAsync<ApiException>(() => p38.SecretsAsync(Cancelled))).Status.ShouldBe(401);
    }
}
