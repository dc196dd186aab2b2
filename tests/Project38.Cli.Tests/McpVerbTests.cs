using System.Text.Json;

namespace Project38.Cli.Tests;

/// <summary>MCP over the standard streams of the real command.</summary>
public sealed class McpVerbTests : IAsyncLifetime
{
    private readonly P38 _p38 = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _p38.DisposeAsync();

    [Fact]
    public async Task Client_FindsTools_AndCallsThem_OverStandardStreams()
    {
        using var process = _p38.Start("mcp");
        string[] lines =
        [
            """{"jsonrpc":"2.0","id":"a","method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}""",
            """{"jsonrpc":"2.0","method":"notifications/initialized"}""",
            """{"jsonrpc":"2.0","id":2,"method":"tools/list"}""",
            "",
            """{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"create_agent","arguments":{"description":"Every 5 minutes check example.com and tell me when it is down"},"_meta":{"progressToken":"t"}}}""",
            """{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"nothing"}}""",
            "no JSON",
        ];
        foreach (var line in lines)
        {
            await process.StandardInput.WriteLineAsync(line);
        }
        process.StandardInput.Close();

        var cancelled = TestContext.Current.CancellationToken;
        var answers = (await process.StandardOutput.ReadToEndAsync(cancelled))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonElement.Parse(line))
            .ToList();
        await process.WaitForExitAsync(cancelled);

        process.ExitCode.ShouldBe(ExitCode.Ok);
        Answer("\"a\"").GetProperty("result").GetProperty("protocolVersion").GetString().ShouldBe("2025-11-25");
        Answer("2").GetProperty("result").GetProperty("tools").GetArrayLength().ShouldBeGreaterThan(10);
        Answer("3").GetProperty("result").GetProperty("structuredContent").GetProperty("id").GetInt64().ShouldBe(1);
        Answer("4").TryGetProperty("error", out _).ShouldBeTrue();
        Answer("null").GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32700);
        answers
            .Where(answer =>
                answer.TryGetProperty("method", out var method) && method.GetString() == "notifications/progress"
            )
            .Count()
            .ShouldBeGreaterThan(3);
        (await _p38.DoneAsync("list")).ShouldContain("example.com");

        JsonElement Answer(string id) =>
            answers.Single(answer => answer.TryGetProperty("id", out var there) && there.GetRawText() == id);
    }

    [Fact]
    public async Task EveryRequest_IsAnswered_WhateverIsWrongWithIt()
    {
        using var process = _p38.Start("mcp");
        var deep = string.Concat(Enumerable.Repeat("[", 200)) + string.Concat(Enumerable.Repeat("]", 200));
        string[] lines =
        [
            """{"jsonrpc":"2.0","id":1,"method":"no/such"}""",
            """{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"list_agents","arguments":{"status":DEEP}}}""".Replace(
                "DEEP",
                deep
            ),
            """{"jsonrpc":"2.0","id":3,"method":3}""",
            """{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"\ud800"}}""",
        ];
        foreach (var line in lines)
        {
            await process.StandardInput.WriteLineAsync(line);
        }
        process.StandardInput.Close();

        var cancelled = TestContext.Current.CancellationToken;
        var answers = (await process.StandardOutput.ReadToEndAsync(cancelled)).Split(
            '\n',
            StringSplitOptions.RemoveEmptyEntries
        );
        await process.WaitForExitAsync(cancelled);

        process.ExitCode.ShouldBe(ExitCode.Ok);
        answers.Length.ShouldBe(lines.Length, string.Join('\n', answers));
        foreach (var answer in answers)
        {
            JsonElement.Parse(answer).TryGetProperty("error", out _).ShouldBeTrue(answer);
        }
    }

    [Fact]
    public async Task Call_Ends_WhenItsClientCancelsIt()
    {
        await using var service = new Service();
        await service.InitializeAsync();
        var program = service.P38.NewFile("agent.py", Programs.Doing("await asyncio.sleep(600)"));
        await service.P38.DoneAsync("import", program, "--lenient");
        using var process = service.P38.Start("mcp");

        await process.StandardInput.WriteLineAsync(
            """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"run_agent","arguments":{"agent_id":1,"config":{"now":true},"wait_seconds":600},"_meta":{"progressToken":"t"}}}"""
        );
        var begun = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        await process.StandardInput.WriteLineAsync(
            """{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"""
        );
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        begun.ShouldNotBeNull().ShouldContain("is due");
        process.ExitCode.ShouldBe(ExitCode.Ok);
        (await service.P38.DoneAsync("tasks")).ShouldContain("running");
        await service.P38.DoneAsync("cancel", "1");
    }
}
