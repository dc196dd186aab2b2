using System.Globalization;
using System.Text.Json;
using Project38.Client;
using Project38.Contracts;

namespace Project38.Cli.Tests;

/// <summary>Every verb by which an agent that holds all three risks becomes active, or is run: it asks, and takes nobody's silence for a yes.</summary>
public sealed class RiskVerbsTests(Service service) : IClassFixture<Service>
{
    private const string Question = "This agent would read private data (filesystem.read_text)";
    private static int _made;
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;
    private readonly P38 _p38 = service.P38;

    [Fact]
    public async Task Import_MakesAPausedAgent_AndSaysSo_WhenNobodyIsThereToAsk()
    {
        var ended = await _p38.RunAsync([.. Import(Programs.SendingNotes, out _), "--json"]);

        ended.ExitCode.ShouldBe(ExitCode.Refused, ended.Error);
        var made = JsonElement.Parse(ended.Output);
        made.GetProperty("status").GetString().ShouldBe("paused");
        made.GetProperty("paused_because").GetString()!.ShouldStartWith(Question);
        ended.Error.ShouldContain($"p38 resume {made.GetProperty("id")}");
    }

    [Theory]
    [InlineData("resume")]
    [InlineData("run")]
    [InlineData("run", "--dry")]
    [InlineData("run", "--follow")]
    [InlineData("activate", "2")]
    [InlineData("rollback", "1")]
    [InlineData("config", "--unset", "tools")]
    public async Task Verb_TakesAYes_FromATerminalOrItsOption_AndNothingElse(params string[] verb)
    {
        var id = await GivenAsync(verb[0]);
        string[] called = [verb[0], id, .. verb[1..]];

        var script = await _p38.RunAsync(called);
        var no = await _p38.RunOnTerminalAsync("n\n", called);
        var before = await _p38.JsonAsync("show", id);
        var yes = await _p38.RunOnTerminalAsync("y\n", called);
        var after = await _p38.JsonAsync("show", id);

        script.ExitCode.ShouldBe(ExitCode.Refused, script.Error);
        script.Error.ReplaceLineEndings(" ").ShouldContain(Question);
        script.Error.ShouldContain("--accept-risks");
        script.Error.ShouldNotContain("[y/N]");
        no.ExitCode.ShouldBe(ExitCode.Refused, no.Output);
        no.Output.ShouldContain("Let it? [y/N]");
        before.GetProperty("risks_accepted").ValueKind.ShouldBe(JsonValueKind.Null);
        (await _p38.JsonAsync("tasks", id)).GetArrayLength().ShouldBe(verb[0] == "run" ? 1 : 0);
        yes.ExitCode.ShouldBe(ExitCode.Ok, yes.Output);
        after.GetProperty("risks_accepted").GetProperty("by").GetString().ShouldNotBeNullOrEmpty();
    }

    [Theory]
    [InlineData("import")]
    [InlineData("resume")]
    [InlineData("run")]
    [InlineData("activate", "2")]
    [InlineData("rollback", "1")]
    public async Task Verb_AsksNothing_WhenItIsToldYes(params string[] verb)
    {
        if (verb[0] == "import")
        {
            var made = await _p38.JsonAsync([.. Import(Programs.SendingNotes, out _), "--accept-risks"]);
            made.GetProperty("status").GetString().ShouldBe("active");
            return;
        }
        var id = await GivenAsync(verb[0]);

        var ended = await _p38.RunAsync([verb[0], id, .. verb[1..], "--accept-risks"]);

        ended.ExitCode.ShouldBe(ExitCode.Ok, ended.Error);
        (await _p38.DoneAsync("show", id)).ShouldContain("said yes to them");
    }

    [Fact]
    public async Task Import_PutsItsFiles_AndAsksThen()
    {
        var notes = _p38.NewFile("notes.txt", "secret");

        var yes = await _p38.RunOnTerminalAsync(
            "y\n",
            [.. Import(Programs.SendingNotes, out var name), "--file", notes, "--run"]
        );

        yes.ExitCode.ShouldBe(ExitCode.Ok, yes.Output);
        var agent = await _p38.JsonAsync("show", name);
        agent.GetProperty("status").GetString().ShouldBe("active");
        (await _p38.DoneAsync("files", agent.GetProperty("id").GetRawText())).ShouldContain("notes.txt");
    }

    private string[] Import(string program, out string name)
    {
        name = $"Sender {Interlocked.Increment(ref _made)}";
        return ["import", _p38.NewFile($"{Guid.NewGuid():N}.py", program), "--lenient", "--name", name];
    }

    /// <summary>An agent that holds all three, or would by the verb.</summary>
    private async Task<string> GivenAsync(string verb)
    {
        if (verb is "resume" or "run")
        {
            await _p38.RunAsync(Import(Programs.SendingNotes, out var paused));
            return await IdAsync(paused);
        }

        if (verb == "config")
        {
            await _p38.DoneAsync([
                .. Import(Programs.SendingNotes, out var narrow),
                "--config",
                """{"tools": ["http.request"]}""",
            ]);
            return await IdAsync(narrow);
        }

        // By the API: no verb puts a program in the place of another.
        var (first, second) =
            verb == "rollback" ? (Programs.SendingNotes, Programs.Sending) : (Programs.Sending, Programs.SendingNotes);
        await _p38.RunAsync(Import(first, out var name));
        var id = await IdAsync(name);
        await _p38.DoneAsync("pause", id);
        using (var api = P38Client.FromHome(_p38.Home))
        {
            var request = new UpdateAgentRequest { Code = second, StrictValidation = false };
            await api.Agents.UpdateAsync(
                long.Parse(id, CultureInfo.InvariantCulture),
                request,
                cancellationToken: Cancelled
            );
        }
        if (verb == "activate")
        {
            await _p38.DoneAsync("rollback", id, "1");
        }
        await _p38.DoneAsync("resume", id);
        return id;
    }

    private async Task<string> IdAsync(string name) =>
        (await _p38.JsonAsync("show", name)).GetProperty("id").GetRawText();
}
