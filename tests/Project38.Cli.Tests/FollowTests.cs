using System.Text.Json;

namespace Project38.Cli.Tests;

public sealed class FollowTests(Service service) : IClassFixture<Service>
{
    private const string Talks = "print('שלום')\nprint('\\x1b[31mred')\nreturn {'status': 'success', 'result': {}}";
    private const string Stumbles = "print('before')\nraise ValueError('no such thing')";

    private P38 P38 => service.P38;

    [Fact]
    public async Task Run_ShowsWhatItPrintsAndItsResult_WhenFollowed()
    {
        var id = await ImportAsync(Talks);

        var ended = await P38.RunAsync("run", id, "--follow", "--config", "now=true");

        ended.ExitCode.ShouldBe(ExitCode.Ok, ended.Error);
        ended.Output.ShouldStartWith("שלום\n[31mred\n");
        ended.Output.ShouldContain("completed");
    }

    [Fact]
    public async Task Run_EndsAsTheRunDid_WhenItFails()
    {
        var id = await ImportAsync(Stumbles);

        var ended = await P38.RunAsync("run", id, "--follow", "--config", "now=true");

        ended.ExitCode.ShouldBe(ExitCode.FailedRun);
        ended.Output.ShouldStartWith("before\n");
        ended.Output.ShouldContain("no such thing");
    }

    [Fact]
    public async Task Logs_PrintsOneObjectALine_WhenFollowedAsJson()
    {
        var id = await ImportAsync(Talks);
        await P38.DoneAsync("run", id, "--config", "now=true");

        var output = await P38.DoneAsync("logs", id, "--follow", "--json");

        var lines = output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonElement.Parse(line))
            .ToList();
        lines.Select(line => line.GetProperty("event").GetString()).ShouldBe(["log", "end"]);
        lines[0].GetProperty("data").GetProperty("text").GetString().ShouldStartWith("שלום");
        lines[1].GetProperty("data").GetProperty("status").GetString().ShouldBe("completed");
        output.ShouldContain("שלום");
    }

    private async Task<string> ImportAsync(string statements)
    {
        var program = P38.NewFile($"{Guid.NewGuid():N}.py", Programs.Doing(statements));
        return (await P38.JsonAsync("import", program, "--lenient")).GetProperty("id").GetRawText();
    }
}
