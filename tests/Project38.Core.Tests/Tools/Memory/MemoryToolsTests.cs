using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Project38.Core.Handoffs;
using Project38.Core.Storage;
using Project38.Core.Tests.Agents;
using Project38.Core.Tests.Tools.Sessions;
using Project38.Core.Tools;
using Project38.Core.Tools.Filesystem;
using Project38.Core.Tools.Memory;
using Project38.Testing;

namespace Project38.Core.Tests.Tools.Memory;

public sealed class SqliteMemoryToolsTests(SqliteFixture fixture) : MemoryToolsContract(fixture);

public sealed class PostgresMemoryToolsTests(PostgresFixture fixture) : MemoryToolsContract(fixture);

/// <summary>What an agent finds of what it left, on both databases and in real files.</summary>
public abstract class MemoryToolsContract(DatabaseFixture fixture) : DatabaseContract(fixture)
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Search_FindsWhatRunsNoted_AndFiles_OfThisAgentAlone()
    {
        var (mine, others) = (await GivenAgentAsync(), await GivenAgentAsync());
        await NoteAsync(
            mine,
            1,
            new HandoffRow
            {
                TeamId = Team.Default,
                Observations = [new NotedText(Noon, "gold is dear")],
                Actions = [new NotedText(Noon, "told about gold")],
                Summary = "gold all along",
            }
        );
        // Further back than one page of runs.
        for (var run = 2; run <= 45; run++)
        {
            await NoteAsync(
                mine,
                run,
                new HandoffRow { TeamId = Team.Default, Observations = [new NotedText(Noon, "silver")] }
            );
        }
        await NoteAsync(
            others,
            1,
            new HandoffRow { TeamId = Team.Default, Observations = [new NotedText(Noon, "gold of others")] }
        );
        var files = Workspaces();
        files.Of(mine).Write("notes/a.txt", "old gold"u8);
        files.Of(mine).Write("raw", [0xFF, .. "gold"u8]);
        files.Of(others).Write("b.txt", "gold too"u8);

        var found = await SearchAsync(mine, files, new { query = "GOLD" });

        found
            .Select(one =>
                (
                    one!["source"]!.GetValue<string>(),
                    (int?)one["run"],
                    (string?)one["path"],
                    one["text"]!.GetValue<string>()
                )
            )
            .OrderBy(one => one.Item1, StringComparer.Ordinal)
            .ShouldBe([
                ("action", 1, null, "told about gold"),
                ("file", null, "notes/a.txt", "old gold"),
                ("observation", 1, null, "gold is dear"),
                ("summary", 1, null, "gold all along"),
            ]);
        found.Single(one => (string?)one!["source"] == "action")!["at"]!
            .GetValue<string>()
            .ShouldBe("2026-11-27T12:00:00Z");
    }

    [Theory]
    [InlineData("""{"query": ""}""", "no word")]
    [InlineData("""{"query": "a", "limit": 51}""", "'limit' must be")]
    [InlineData("""{"query": "a", "limit": 1.5}""", "'limit' must be")]
    public async Task Search_NamesTheArgument_WhenItIsWrong(string arguments, string why)
    {
        await using var agent = Agent(await GivenAgentAsync(), Workspaces());

        var result = (await agent.CallAsync("memory.search", JsonElement.Parse(arguments))).GetProperty("result");

        result.GetProperty("content")[0].GetProperty("text").GetString().ShouldNotBeNull().ShouldContain(why);
    }

    private async Task<JsonArray> SearchAsync(long agentId, Workspaces files, object arguments)
    {
        await using var agent = Agent(agentId, files);
        var result = (await agent.CallAsync("memory.search", arguments)).GetProperty("result");
        return JsonNode.Parse(result.GetProperty("structuredContent").GetProperty("value").GetRawText())!.AsArray();
    }

    private AgentEnd Agent(long agentId, Workspaces files) =>
        new(
            AgentEnd.Granting("memory.search") with
            {
                Identity = new RunIdentity(agentId, Team.Default, TaskId: 1, RunNumber: 1),
            },
            limits: null,
            [.. new MemoryTools(Database.Factory, files).Tools]
        );

    private Workspaces Workspaces() =>
        new(
            new HomeFolder(Options.Create(Database.Options), NullLogger<HomeFolder>.Instance),
            Options.Create(new FilesystemOptions())
        );

    private async Task<long> GivenAgentAsync() => (await Database.GivenAgentAsync()).Agent.Id;

    private async Task NoteAsync(long agentId, int run, HandoffRow row)
    {
        await using var db = CreateDb();
        (row.AgentId, row.RunNumber, row.Generation) = (agentId, run, 1);
        (row.CreatedAt, row.ExpiresAt) = (Noon, Noon.AddDays(1));
        db.Add(row);
        await db.SaveChangesAsync(Cancelled);
    }
}
