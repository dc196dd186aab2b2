using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Project38.Core.Harness.Queue;
using Project38.Testing;

namespace Project38.Server.Tests.Telemetry;

/// <summary>Apart from all others: whoever listens, listens in the whole process.</summary>
[CollectionDefinition("alone", DisableParallelization = true)]
public sealed class AloneCollection;

[Collection("alone")]
public sealed class TelemetryOffTests(SqliteFixture databases)
{
    [Theory]
    [InlineData("Project38.Harness")]
    [InlineData("Project38.Tools")]
    [InlineData("Project38.Models")]
    [InlineData("Project38.Factory")]
    [InlineData("Microsoft.AspNetCore")]
    public async Task Off_MeansThatNobodyListens(string name)
    {
        await using var server = await TestServer.StartAsync(databases, TestContext.Current.CancellationToken);
        using var source = new ActivitySource(name);

        source.HasListeners().ShouldBeFalse();
        server.Running.App.Services.GetService<TracerProvider>().ShouldBeNull();
        server.Running.App.Services.GetService<MeterProvider>().ShouldBeNull();
    }

    [Fact]
    public async Task Off_MeansThatTasksAreOfNoTrace()
    {
        await using var server = await TestServer.StartAsync(databases, TestContext.Current.CancellationToken);
        var agent = await server.ImportAsync(Programs.Counter);

        await server.PostAsync($"/api/agents/{agent}/execute", new JsonObject());

        await using var db = server.Database.CreateDb();
        var task = await db.Tasks.SingleAsync(TestContext.Current.CancellationToken);
        task.TraceParent.ShouldBeNull();
    }
}
