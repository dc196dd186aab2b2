using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Project38.Testing;

namespace Project38.Server.Tests.Telemetry;

/// <summary>What a server with telemetry sends, over the real wire.</summary>
public abstract class TraceContract(DatabaseFixture databases) : IAsyncLifetime
{
    private readonly string _traceId = Convert.ToHexStringLower(Guid.NewGuid().ToByteArray());
    private OtlpCollector _collector = null!;

    public async ValueTask InitializeAsync() => _collector = await OtlpCollector.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _collector.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Trace_LeadsFromTheRequestThroughTheRunToTheToolCall()
    {
        long agent;
        await using (var server = await StartAsync())
        {
            agent = await server.ImportAsync(Programs.Turning("await tools.filesystem.write_text('a.txt', 'text')"));
            var ran = await TracedAsync(server, $"/api/agents/{agent}/execute", Turned());
            ran.Status.ShouldBe(200, ran.Text);
        }

        // Stopped: all of it was sent.
        var spans = _collector.SpansOf(_traceId);
        var request = spans.Single(span => span.Name == "POST /api/agents/{id:long}/execute");
        var run = spans.Single(span => span.Name == "run");
        var call = spans.Single(span => span.Name == "tool filesystem.write_text");
        run.ParentId.ShouldBe(request.Id);
        call.ParentId.ShouldBe(run.Id);
        run.Tags["p38.agent.id"].ShouldBe($"{agent}");
        run.Tags["p38.run.attempt"].ShouldBe("1");
        run.Tags["outcome"].ShouldBe("succeeded");
        run.Tags["p38.sandbox.level"].ShouldNotBeEmpty();
        call.Tags.Keys.Order(StringComparer.Ordinal).ShouldBe(["gen_ai.tool.name", "outcome", "p38.run.step"]);
        call.Tags["outcome"].ShouldBe("ok");
        request.Tags.Keys.ShouldNotContain(key => key.StartsWith("url.path", StringComparison.Ordinal));
        _collector.HasMetrics.ShouldBeTrue();
    }

    /// <summary>It is in the brief, the config, the arguments of a tool and what all of them answer, and stands nowhere.</summary>
    [Fact]
    public async Task Canary_IsInNoLogTraceOrMetric()
    {
        var canary = $"canary-{Guid.NewGuid():N}";
        var log = new LogBook();
        await using var claude = await ClaudeStandIn.StartAsync();
        string metrics;
        await using (var server = await StartAsync(claude.Address))
        {
            server.Running.App.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
            claude.Reply(new ModelReply { Status = 400, Error = $"Not {canary}." });
            await TracedAsync(server, "/api/agents", new JsonObject { ["description"] = $"Tell me of {canary}." });

            var agent = await server.ImportAsync(
                Programs.Turning(
                    $"""
                    await tools.notifications.send("{canary}")
                    try:
                        await tools.filesystem.read_text("{canary}.txt")
                    finally:
                        print("{canary}")
                    """
                ),
                new JsonObject { ["about"] = canary }
            );
            var ran = await TracedAsync(server, $"/api/agents/{agent}/execute?{canary}={canary}", Turned(canary));
            ran.Body.GetProperty("error").GetString()!.ShouldContain(canary); // it was really there
            await TracedAsync(server, $"/api/agents/{canary}/execute", Turned(canary));
            metrics = (await server.GetAsync("/metrics")).Text;
        }

        var names = _collector.SpansOf(_traceId).Select(span => span.Name).ToList();
        names.ShouldContain(name => name.StartsWith("chat ", StringComparison.Ordinal));
        names.ShouldContain("make create");
        names.ShouldContain("tool notifications.send");
        metrics.ShouldContain("p38_model_cost");
        log.Text.ShouldContain("Task ");
        foreach (var told in new[] { _collector.Text, metrics, log.Text })
        {
            told.ShouldNotContain(canary);
        }
    }

    /// <summary>A hook's address lets its bearer in: it is in the path of each delivery, and stands nowhere.</summary>
    [Fact]
    public async Task AddressOfAHook_IsInNoLogTraceOrMetric()
    {
        var log = new LogBook();
        string secret,
            metrics;
        await using (var server = await StartAsync())
        {
            server.Running.App.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
            var agent = await server.ImportAsync(Programs.Counter);
            var added = await server.PostAsync($"/api/agents/{agent}/hooks");
            var address = new Uri(added.Body.GetProperty("address").GetString()!);
            secret = address.Segments[^1];

            var taken = await TracedAsync(server, address.AbsolutePath, new JsonObject());
            var wrong = await TracedAsync(server, address.AbsolutePath + "x", new JsonObject());
            var longer = await TracedAsync(server, address.AbsolutePath + "/x", new JsonObject());
            var other = await server.GetAsync(address.AbsolutePath);
            metrics = (await server.GetAsync("/metrics")).Text;

            taken.Status.ShouldBe(202, taken.Text);
            foreach (var refused in new[] { wrong, longer, other })
            {
                refused.Status.ShouldBeOneOf(404, 405);
                refused.Text.ShouldNotContain(secret);
            }
        }

        _collector.SpansOf(_traceId).ShouldContain(span => span.Name == "POST /api/hooks/{secret}");
        foreach (var told in new[] { _collector.Text, metrics, log.Text })
        {
            told.ShouldNotContain(secret);
        }
    }

    private Task<TestServer> StartAsync(Uri? model = null) =>
        TestServer.StartAsync(
            databases,
            TestContext.Current.CancellationToken,
            model: model,
            telemetry: _collector.Options
        );

    private static JsonObject Turned(string? about = null) =>
        new()
        {
            ["config"] = new JsonObject { ["bad"] = true, ["about"] = about },
        };

    // As a client does that is traced itself.
    private Task<Answer> TracedAsync(TestServer server, string path, JsonNode body) =>
        server.SendAsync(HttpMethod.Post, path, body, ("traceparent", $"00-{_traceId}-00f067aa0ba902b7-01"));

    /// <summary>All that is logged: text, fields and exceptions.</summary>
    private sealed class LogBook : ILoggerProvider, ILogger
    {
        private readonly StringWriter _text = new();

        public string Text
        {
            get
            {
                lock (_text)
                {
                    return _text.ToString();
                }
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            lock (_text)
            {
                _text.WriteLine(formatter(state, exception));
                _text.WriteLine(exception);
                _text.WriteLine(string.Join(' ', state as IEnumerable<KeyValuePair<string, object?>> ?? []));
            }
        }

        public void Dispose() => _text.Dispose();
    }
}

public sealed class TraceOnSqlite(SqliteFixture databases) : TraceContract(databases);

public sealed class TraceOnPostgres(PostgresFixture databases) : TraceContract(databases);
