using System.Text.Json;
using System.Text.Json.Nodes;

namespace Project38.Server.Tests.Api;

/// <summary>
/// Names, types and status codes of the wire, field for field: the plan's, and those we add. A field that goes or
/// changes its type breaks clients; one that comes is added here on purpose.
/// </summary>
public abstract class WireContract(ServerFixture fixture)
{
    private static readonly string[] Agent =
    [
        // The plan's.
        "id: integer",
        "name: string",
        "description: string",
        "code: string|null",
        "status: string",
        "created_at: time",
        "updated_at: time",
        "created_by: string",
        "config: string",
        // Ours.
        "version: integer|null",
        "origin: string|null",
        "tests: string|null",
        "schedule: string|null",
        "timezone: string",
        "next_fire: time|null",
        "grants: array",
        "grant: object",
        "risks: array",
        "risks_accepted: object|null",
    ];

    private static readonly string[] Task =
    [
        // The plan's.
        "id: integer",
        "agent_id: integer",
        "status: string",
        "scheduled_at: time",
        "started_at: time|null",
        "completed_at: time|null",
        "result: string|null",
        "error: string|null",
        "retry_count: integer",
        "created_at: time",
        // Ours.
        "trigger: string",
        "fires: integer",
        "dry_run: boolean",
    ];

    private static readonly string[] Execution =
    [
        // The plan's.
        "agent_id: integer",
        "status: string",
        "result: object|null",
        "error: string|null",
        "started_at: time|null",
        "completed_at: time|null",
        // Ours.
        "task_id: integer",
        "run: object|null",
        "messages: array",
    ];

    private static readonly string[] Run =
    [
        "id: integer",
        "task_id: integer",
        "agent_id: integer",
        "number: integer",
        "attempt: integer",
        "outcome: string",
        "error: string|null",
        "sandbox_level: string|null",
        "started_at: time",
        "ended_at: time",
        "wall_seconds: number",
        "cpu_seconds: number|null",
        "peak_memory_bytes: integer|null",
        "written_bytes: integer|null",
        "dry_run: boolean",
        "log: string",
        "steps: array",
    ];

    private TestServer Server => fixture.Server;

    [Fact]
    public async Task Create_AnswersWithTheAgentAndWhatItCost_WhenASentenceIsServed()
    {
        var answer = await Server.PostAsync(
            "/api/agents",
            new JsonObject
            {
                ["description"] = "Every day at 8 add up expenses.csv and tell me when the total passes 1000",
                ["name"] = "Expenses",
                ["created_by"] = "dana",
                ["strict_validation"] = true,
            }
        );

        answer.Status.ShouldBe(201, answer.Text);
        answer.Headers.Location!.OriginalString.ShouldBe($"/api/agents/{answer.Body.GetProperty("id")}");
        answer.Body.ShouldHaveFields([
            .. Agent,
            "generation_cost: number",
            "iterations: integer",
            "tokens_used: integer",
            "understood: string",
            "findings: array",
            "tests_passed: integer",
            "paused_because: string|null",
        ]);
        answer.Body.GetProperty("status").GetString().ShouldBe("active");
        answer.Body.GetProperty("created_by").GetString().ShouldBe("dana");
        JsonElement.Parse(answer.Body.GetProperty("config").GetString()!).ValueKind.ShouldBe(JsonValueKind.Object);
        answer
            .Body.GetProperty("grant")
            .ShouldHaveFields("tools: array", "hosts: array", "channels: array", "folders: array");
    }

    [Fact]
    public async Task Agent_HasTheSameFields_WhereverItIsRead()
    {
        var id = await Server.ImportAsync(Programs.Counter);

        var one = await Server.GetAsync($"/api/agents/{id}");
        var all = await Server.GetAsync("/api/agents?limit=1");
        var changed = await Server.PutAsync($"/api/agents/{id}", new JsonObject { ["name"] = "Other" });
        var deleted = await Server.DeleteAsync($"/api/agents/{id}");

        one.Status.ShouldBe(200);
        one.Body.ShouldHaveFields(Agent);
        all.Status.ShouldBe(200);
        all.Body[0].ShouldHaveFields(Agent);
        changed.Status.ShouldBe(200);
        changed.Body.ShouldHaveFields(Agent);
        deleted.Status.ShouldBe(204);
        deleted.Text.ShouldBeEmpty();
    }

    [Fact]
    public async Task Execute_AnswersWithTheEndOfTheRun_WhenAnAgentRan()
    {
        var id = await Server.ImportAsync(Programs.Counter);

        var byAgent = await Server.PostAsync($"/api/agents/{id}/execute");
        var byTask = await Server.PostAsync("/api/tasks/execute", new JsonObject { ["agent_id"] = id });

        foreach (var answer in new[] { byAgent, byTask })
        {
            answer.Status.ShouldBe(200, answer.Text);
            answer.Body.ShouldHaveFields(Execution);
            answer.Body.GetProperty("status").GetString().ShouldBe("completed");
            answer.Body.GetProperty("result").GetProperty("count").GetInt32().ShouldBe(1);
            answer.Body.GetProperty("run").ShouldHaveFields(Run);
        }
    }

    [Fact]
    public async Task Task_HasTheSameFields_WhereverItIsRead()
    {
        var id = await Server.ImportAsync(Programs.Counter);
        var execution = await Server.PostAsync($"/api/agents/{id}/execute");
        var task = execution.Body.GetProperty("task_id").GetInt64();

        var one = await Server.GetAsync($"/api/tasks/{task}");
        var lists = new[]
        {
            await Server.GetAsync("/api/tasks"),
            await Server.GetAsync($"/api/tasks?agent_id={id}&status=completed"),
            await Server.GetAsync($"/api/tasks/agents/{id}/tasks"),
            await Server.GetAsync($"/api/tasks/agent/{id}"),
        };
        var retried = await Server.PostAsync($"/api/tasks/{task}/retry");

        one.Status.ShouldBe(200);
        one.Body.ShouldHaveFields(Task);
        JsonElement.Parse(one.Body.GetProperty("result").GetString()!).GetProperty("count").GetInt32().ShouldBe(1);
        foreach (var list in lists)
        {
            list.Status.ShouldBe(200);
            list.Body[0].ShouldHaveFields(Task);
            list.Body[0].GetProperty("id").GetInt64().ShouldBe(task);
        }
        retried.Status.ShouldBe(201);
        retried.Body.ShouldHaveFields(Task);
    }

    [Fact]
    public async Task TaskLogs_HaveTaskRunsAndMessages_WhenATaskRan()
    {
        var id = await Server.ImportAsync(Programs.Counter);
        var execution = await Server.PostAsync($"/api/agents/{id}/execute");

        var logs = await Server.GetAsync($"/api/tasks/{execution.Body.GetProperty("task_id")}/logs");

        logs.Status.ShouldBe(200);
        logs.Body.ShouldHaveFields("task: object", "runs: array", "messages: array");
        logs.Body.GetProperty("task").ShouldHaveFields(Task);
        logs.Body.GetProperty("runs")[0].ShouldHaveFields(Run);
        logs.Body.GetProperty("runs")[0].GetProperty("log").GetString().ShouldBe("counting\n");
    }

    [Fact]
    public async Task Summary_CountsTasks_InThePlansWords()
    {
        var summary = await Server.GetAsync("/api/tasks/stats/summary");

        summary.Status.ShouldBe(200);
        summary.Body.ShouldHaveFields(
            "total: integer",
            "completed: integer",
            "failed: integer",
            "running: integer",
            "pending: integer",
            "success_rate: number"
        );
        summary.Body.GetProperty("success_rate").GetDouble().ShouldBeInRange(0, 100);
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/api/health")]
    public async Task Health_SaysWhatWorks_InThePlansWords(string path)
    {
        var health = await Server.GetAsync(path);

        health.Status.ShouldBe(200);
        health.Body.ShouldHaveFields(
            "status: string",
            "timestamp: time",
            "version: string",
            "database: string",
            "schedules: string",
            "build: string",
            "sandbox: string"
        );
        health.Body.GetProperty("status").GetString().ShouldBe("healthy");
        health.Body.GetProperty("database").GetString().ShouldBe("connected");
        health.Body.GetProperty("schedules").GetString().ShouldBe("kept");
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/")]
    public async Task Root_PointsToWhatIsThere(string path)
    {
        var root = await Server.GetAsync(path);

        root.Status.ShouldBe(200);
        root.Body.ShouldHaveFields("name: string", "version: string", "docs: string", "health: string");
        (await Server.GetAsync(root.Body.GetProperty("docs").GetString()!)).Status.ShouldBe(200);
        (await Server.GetAsync(root.Body.GetProperty("health").GetString()!)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Problem_CarriesDetail_WhateverIsWrong()
    {
        var problems = new[]
        {
            await Server.GetAsync("/api/agents/999999"),
            await Server.GetAsync("/api/nothing"),
            await Server.DeleteAsync("/api/agents"),
            await Server.PostAsync("/api/agents", new JsonObject { ["description"] = 7 }),
        };

        problems.Select(problem => problem.Status).ShouldBe([404, 404, 405, 422]);
        foreach (var problem in problems)
        {
            problem.Type.ShouldBe("application/problem+json");
            string[] always = ["type: string", "title: string", "status: integer", "detail: string"];
            problem.Body.ShouldHaveFields(problem.Status == 422 ? [.. always, "errors: object"] : always);
            problem.Detail.ShouldNotBeEmpty();
        }
    }
}

public sealed class WireContractOnSqlite(SqliteServerFixture server)
    : WireContract(server),
        IClassFixture<SqliteServerFixture>;

public sealed class WireContractOnPostgres(PostgresServerFixture server)
    : WireContract(server),
        IClassFixture<PostgresServerFixture>;
