using System.Text.Json;
using System.Text.Json.Nodes;

namespace Project38.Server.Tests.Api;

/// <summary>A dry run: the agent lives through it as through any run, and the world does not.</summary>
public abstract class DryRun(ServerFixture fixture)
{
    private const string Changing = """
        handoff.state["seen"] = True
        found = await tools.filesystem.read_text("there.txt")
        written = await tools.filesystem.write_text("new.txt", "text")
        added = await tools.filesystem.append_text("there.txt", "more")
        await tools.filesystem.make_folder("folder")
        await tools.filesystem.move("there.txt", "moved.txt")
        gone = await tools.filesystem.delete("there.txt")
        told = await tools.notifications.send("hello")
        return {"status": "success", "result": [found, written, added, gone, told]}
        """;

    private TestServer Server => fixture.Server;

    [Fact]
    public async Task Execute_ChangesNothing_AndRecordsWhatItWould()
    {
        var id = await Server.ImportAsync(Programs.Turning(Changing));
        await PutFileAsync(id, "there.txt", "here");

        var dry = await ExecuteAsync(id, new JsonObject { ["config"] = Bad(), ["dry_run"] = true });
        var files = await Server.GetAsync($"/api/agents/{id}/files");
        var handoff = await Server.GetAsync($"/api/agents/{id}/handoff");
        var inbox = await Server.GetAsync($"/api/inbox?agent_id={id}");
        var task = await Server.GetAsync($"/api/tasks/{dry.GetProperty("task_id")}");

        dry.GetProperty("status").GetString().ShouldBe("completed", dry.GetRawText());
        dry.GetProperty("result").GetRawText().ShouldBe("""["here",{"bytes":4},{"bytes":8},true,{"id":0}]""");
        Steps(dry)
            .ShouldBe([
                "filesystem.read_text ok",
                "filesystem.write_text recorded",
                "filesystem.append_text recorded",
                "filesystem.make_folder recorded",
                "filesystem.move recorded",
                "filesystem.delete recorded",
                "notifications.send recorded",
            ]);
        files.Body.EnumerateArray().Select(file => file.GetProperty("path").GetString()).ShouldBe(["there.txt"]);
        (await Server.GetAsync($"/api/agents/{id}/files/there.txt")).Text.ShouldBe("here");
        handoff.Body.GetProperty("fresh").GetBoolean().ShouldBeTrue();
        inbox.Body.GetArrayLength().ShouldBe(0);
        task.Body.GetProperty("dry_run").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Execute_IsReal_AfterADryRun()
    {
        var id = await Server.ImportAsync(Programs.Turning(Changing));
        await PutFileAsync(id, "there.txt", "here");
        await ExecuteAsync(id, new JsonObject { ["config"] = Bad(), ["dry_run"] = true });

        var real = await ExecuteAsync(id, new JsonObject { ["config"] = Bad() });
        var inbox = await Server.GetAsync($"/api/inbox?agent_id={id}");

        Steps(real).ShouldAllBe(step => step.EndsWith(" ok", StringComparison.Ordinal));
        inbox.Body.GetArrayLength().ShouldBe(1);
        (await Server.GetAsync($"/api/agents/{id}/handoff")).Body.GetProperty("fresh").GetBoolean().ShouldBeFalse();
    }

    [Theory]
    [InlineData("""await tools.filesystem.write_text("../out.txt", "")""")]
    [InlineData("""await tools.filesystem.append_text("folder", "")""")]
    [InlineData("""await tools.filesystem.move("nothing.txt", "b.txt")""")]
    [InlineData("""await tools.filesystem.write_bytes("folder", b"")""")]
    public async Task Call_IsRefused_AsItWouldBe(string statement)
    {
        var id = await Server.ImportAsync(Programs.Turning(statement));
        await PutFileAsync(id, "folder/there.txt", "here");

        var dry = await ExecuteAsync(id, new JsonObject { ["config"] = Bad(), ["dry_run"] = true });

        dry.GetProperty("status").GetString().ShouldBe("failed");
        Steps(dry).Single().ShouldEndWith(" error");
        (await Server.GetAsync($"/api/inbox?agent_id={id}")).Body.GetArrayLength().ShouldBe(0);
    }

    private static JsonObject Bad() => new() { ["bad"] = true };

    private static IEnumerable<string> Steps(JsonElement execution) =>
        execution
            .GetProperty("run")
            .GetProperty("steps")
            .EnumerateArray()
            .Select(step => $"{step.GetProperty("tool").GetString()} {step.GetProperty("outcome").GetString()}");

    private async Task<JsonElement> ExecuteAsync(long id, JsonObject body)
    {
        var answer = await Server.PostAsync($"/api/agents/{id}/execute", body);
        answer.Status.ShouldBe(200, answer.Text);
        return answer.Body;
    }

    private async Task PutFileAsync(long id, string path, string text)
    {
        using var content = new StringContent(text);
        var answer = await Server.SendAsync(HttpMethod.Put, $"/api/agents/{id}/files/{path}", content);
        answer.Status.ShouldBe(201, answer.Text);
    }
}

public sealed class DryRunOnSqlite(SqliteServerFixture server) : DryRun(server), IClassFixture<SqliteServerFixture>;

public sealed class DryRunOnPostgres(PostgresServerFixture server)
    : DryRun(server),
        IClassFixture<PostgresServerFixture>;
