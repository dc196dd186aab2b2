using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Project38.Core.Agents;

namespace Project38.Server.Tests.Api;

/// <summary>What bad input gets: a clear error, every field named, and nothing kept that nobody asked for.</summary>
public sealed class BadInputTests(SqliteServerFixture fixture) : IClassFixture<SqliteServerFixture>, IAsyncLifetime
{
    private int _agents;

    private TestServer Server => fixture.Server;

    public async ValueTask InitializeAsync() => _agents = await CountAgentsAsync();

    public async ValueTask DisposeAsync() =>
        (await CountAgentsAsync()).ShouldBe(_agents, "Bad input must leave no agent behind.");

    [Theory]
    [InlineData("", "description is empty")]
    [InlineData("         .", "description has 1 characters; write at least 10")]
    [InlineData("123456789", "description has 9 characters; write at least 10")]
    public async Task Create_SaysHowMuchToWrite_WhenTheSentenceIsTooShort(string description, string complaint)
    {
        var answer = await Create(description);

        answer.ShouldBeProblem(422, complaint);
        answer.WrongFields.ShouldBe(["description"]);
    }

    [Fact]
    public async Task Create_SaysHowMuchIsTooMuch_WhenTheSentenceHas2001Characters()
    {
        var answer = await Create(new string('x', 2001));

        answer.ShouldBeProblem(422, "description has 2,001 characters; write at most 2,000");
    }

    [Fact]
    public async Task Create_QuotesTheWordsLeftOver_WhenNothingServesTheSentence()
    {
        var answer = await Create("קנה לי \"מכונת קפה\" חדשה");

        answer.ShouldBeProblem(422, "מכונת");
        answer.Body.GetProperty("leftovers").GetArrayLength().ShouldBePositive();

        // As it was written, for whoever reads the answer as it is: no \u05e7, no \u0022.
        answer.Text.ShouldContain("מכונת");
        answer.Text.ShouldNotContain("\\u");
    }

    [Fact]
    public async Task Create_NamesAllFields_WhenTypesAndLengthsAreWrongAtOnce()
    {
        var answer = await Server.PostAsync(
            "/api/agents",
            new JsonObject
            {
                ["description"] = "short",
                ["name"] = new JsonArray(),
                ["created_by"] = new string('x', 256),
                ["folders"] = "all",
            }
        );

        answer.Status.ShouldBe(422);
        answer.WrongFields.ShouldBe(["created_by", "description", "folders", "name"]);
        answer
            .Body.GetProperty("errors")
            .GetProperty("name")[0]
            .GetString()
            .ShouldBe("must be a text of valid Unicode");
    }

    [Theory]
    [InlineData("""{"schedule": "0 0 31 2 *"}""", "config.schedule")]
    [InlineData("""{"schedule": "every day"}""", "config.schedule")]
    [InlineData("""{"schedule": "0 8 * * *", "timezone": "Mars/Olympus"}""", "config.timezone")]
    [InlineData("""{"timeout": -1}""", "config.timeout")]
    [InlineData("[]", "config")]
    [InlineData("not json", "config")]
    [InlineData("\ud800", "config")]
    public async Task Create_NamesTheKey_WhenTheConfigIsWrong(string config, string field)
    {
        var body = new StringBuilder("""{"description": "Remind me every day at 8 to stretch", "config": """)
            .Append(config == "\ud800" ? "\"\\ud800\"" : JsonValue.Create(config)!.ToJsonString())
            .Append('}');

        var answer = await Server.SendAsync(HttpMethod.Post, "/api/agents", TestServer.JsonContent(body.ToString()));

        answer.Status.ShouldBe(422, answer.Text);
        answer.WrongFields.ShouldBe([field]);
    }

    [Fact]
    public async Task Create_NamesTheZone_WhenThereIsNoSuchZone()
    {
        var answer = await Server.PostAsync(
            "/api/agents",
            new JsonObject { ["description"] = "Remind me every day at 8 to stretch", ["timezone"] = "Mars/Olympus" }
        );

        answer.ShouldBeProblem(422, "Mars/Olympus");
        answer.WrongFields.ShouldBe(["timezone"]);
    }

    [Theory]
    [InlineData("/no/such/folder", "is no folder")]
    [InlineData("relative/folder", "is not absolute")]
    [InlineData("/proc/self", "is never granted")]
    [InlineData("/", "is never granted")]
    [InlineData("HOME", "own keys and data")]
    [InlineData("/tmp", "own keys and data")]
    public async Task Create_SaysWhy_WhenAFolderMayNotBeGranted(string folder, string why)
    {
        var path = folder == "HOME" ? Server.Database.Options.Home : folder;

        var answer = await Server.PostAsync(
            "/api/agents",
            new JsonObject
            {
                ["description"] = "Remind me every day at 8 to stretch",
                ["folders"] = new JsonArray(path),
            }
        );

        answer.ShouldBeProblem(422, why);
        answer.WrongFields.ShouldBe(["folders"]);
    }

    [Theory]
    [InlineData("/api/agents/import")]
    [InlineData("/api/check")]
    public async Task Program_IsFoundTooLarge_WhateverItsSize_UpToTheLimitOfRequests(string path)
    {
        foreach (var size in new[] { 300_000, 5_000_000, 12_000_000 })
        {
            var answer = await Server.PostAsync(path, new JsonObject { ["code"] = new string('#', size) });

            answer.Status.ShouldBe(path == "/api/check" ? 200 : 422, answer.Text);
            answer.Rules.ShouldBe(["size"]);
        }
    }

    [Theory]
    [InlineData("{", 400)]
    [InlineData("", 422)]
    [InlineData("[]", 422)]
    [InlineData("null", 422)]
    [InlineData("{\"description\": \"ten or more characters\", \"description\": \"once more, ten or more\"}", 400)]
    [InlineData("{\"description\": \"half a character \\ud800\"}", 422)]
    [InlineData("{\"description\": \"a NUL in it: \\u0000.\"}", 422)]
    public async Task Create_IsRefusedWithAWord_WhenTheBodyIsNotWhatWeTake(string body, int status)
    {
        var answer = await Server.SendAsync(HttpMethod.Post, "/api/agents", TestServer.JsonContent(body));

        answer.ShouldBeProblem(status, "");
        answer.Detail.Length.ShouldBeGreaterThan(10);
    }

    [Fact]
    public async Task Create_IsRefused_WhenTheBodyIsNotCalledJson()
    {
        var answer = await Server.SendAsync(HttpMethod.Post, "/api/agents", new StringContent("description=x"));

        answer.ShouldBeProblem(415, "Content-Type: application/json");
    }

    [Fact]
    public async Task Create_IsRefused_WhenTheBodyIsNestedTenThousandDeep()
    {
        var body = $"{{\"config\": {new string('[', 10_000)}{new string(']', 10_000)}}}";

        var answer = await Server.SendAsync(HttpMethod.Post, "/api/agents", TestServer.JsonContent(body));

        answer.ShouldBeProblem(400, "64 levels at most");
    }

    private Task<Answer> Create(string description) =>
        Server.PostAsync("/api/agents", new JsonObject { ["description"] = description });

    private async Task<int> CountAgentsAsync()
    {
        await using var db = Server.Database.CreateDb();
        return await db.Agents.CountAsync(TestContext.Current.CancellationToken);
    }
}
