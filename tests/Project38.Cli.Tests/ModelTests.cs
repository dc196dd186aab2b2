using System.Text.Json.Nodes;
using Project38.Testing;

namespace Project38.Cli.Tests;

/// <summary>A sentence that no blueprint serves, written by a model over real HTTP, from the command line to the first run.</summary>
public sealed class ModelTests : IAsyncLifetime
{
    private const string Sentence = "Say hello to the moon each evening at nine, politely";

    private const string Code = Greeter.Code;
    private const string Tests = Greeter.Tests;

    private readonly P38 _p38 = new();
    private ClaudeStandIn _claude = null!;

    public async ValueTask InitializeAsync()
    {
        _claude = await ClaudeStandIn.StartAsync();
        _p38.Environment["P38_MODEL_URL"] = _claude.Address.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await _p38.DisposeAsync();
        await _claude.DisposeAsync();
    }

    [Fact]
    public async Task Create_MakesAndRunsWhatTheModelWrote_AndSaysWhatItCost()
    {
        _p38.Environment["ANTHROPIC_API_KEY"] = "sk-of-the-test";
        _claude.Reply(
            Answer(Code.Replace("Good evening", "Goodbye", StringComparison.Ordinal)),
            Answer(Code) with
            {
                Output = 1000,
            }
        );

        var ended = await _p38.RunAsync("create", Sentence, "--run", "--json");

        ended.ExitCode.ShouldBe(ExitCode.Ok, ended.Error);
        var agent = JsonNode.Parse(ended.Output)!;
        agent["generation_cost"]!.GetValue<decimal>().ShouldBe(0.019m); // 2,000 tokens in, 1,500 out
        agent["iterations"]!.GetValue<int>().ShouldBe(2);
        agent["tokens_used"]!.GetValue<long>().ShouldBe(3500);
        agent["name"]!.GetValue<string>().ShouldBe("Moon greeter");
        agent["schedule"]!.GetValue<string>().ShouldBe("0 21 * * *");
        agent["timezone"]!.GetValue<string>().ShouldBe("Asia/Jerusalem");
        ended.Error.ShouldContain("repair");
        (await _p38.DoneAsync("inbox")).ShouldContain("Good evening, moon.");
        _claude.Requests[0].Key.ShouldBe("sk-of-the-test");
    }

    [Fact]
    public async Task Create_ShowsTheQuestions_AndHowToAnswer()
    {
        _p38.Environment["ANTHROPIC_API_KEY"] = "sk-of-the-test";
        _claude.Reply(Question("Which moon?", "ובאיזו שפה?"), Question("Which moon?"));

        var asked = await _p38.RunAsync("create", Sentence);
        var inJson = await _p38.RunAsync("create", Sentence, "--json");

        asked.ExitCode.ShouldBe(ExitCode.Asked, asked.Error);
        asked.Output.ShouldContain("1. Which moon?");
        asked.Output.ShouldContain("2. ובאיזו שפה?");
        asked.Output.ShouldContain($"p38 create \"{Sentence}. …\"");
        asked.Output.ShouldContain("The models cost 0.007 USD (1,500 tokens).");
        asked.Error.ShouldNotContain("error");
        inJson.ExitCode.ShouldBe(ExitCode.Asked);
        var problem = JsonNode.Parse(inJson.Error.Split('\n').Last(line => line.StartsWith('{')))!;
        problem["type"]!.GetValue<string>().ShouldBe("urn:p38:questions");
        problem["questions"]!.AsArray().Select(one => one!.GetValue<string>()).ShouldBe(["Which moon?"]);
        problem["detail"]!.GetValue<string>().ShouldContain("0.007 USD");
        (await _p38.DoneAsync("list")).ShouldNotContain("moon");
    }

    [Fact]
    public async Task Edit_ShowsTheQuestions_AndHowToAnswer()
    {
        _p38.Environment["ANTHROPIC_API_KEY"] = "sk-of-the-test";
        _claude.Reply(Answer(Code), Question("Which moon?"));
        await _p38.DoneAsync("create", Sentence);

        var asked = await _p38.RunAsync("edit", "1", "greet the other moon.");

        asked.ExitCode.ShouldBe(ExitCode.Asked, asked.Error);
        asked.Output.ShouldContain("1. Which moon?");
        asked.Output.ShouldContain("p38 edit 1 \"greet the other moon. …\"");
        asked.Output.ShouldContain("The models cost 0.007 USD (1,500 tokens).");
    }

    [Fact]
    public async Task Create_KeepsAProgramThatWorksAsADraft_WhenItsScheduleNeverFires()
    {
        _p38.Environment["ANTHROPIC_API_KEY"] = "sk-of-the-test";
        var impossible = Answer(Code, "0 0 31 2 *");
        _claude.Reply(impossible, impossible);

        var ended = await _p38.RunAsync("create", Sentence);

        ended.ExitCode.ShouldBe(ExitCode.Refused);
        ended.Error.ShouldContain("passed its checks and its trial, but what came with it cannot be used");
        ended.Error.ShouldContain("It was kept as draft 1");
        ended.Error.ShouldContain("The models cost 0.014 USD (3,000 tokens).");
        (await _p38.DoneAsync("show", "1")).ShouldContain("draft");
    }

    [Fact]
    public async Task Create_RefusesAndSaysHowToConfigureAModel_WhenThereIsNone()
    {
        var ended = await _p38.RunAsync("create", Sentence);

        ended.ExitCode.ShouldNotBe(ExitCode.Ok);
        ended.Error.ShouldContain("ANTHROPIC_API_KEY");
        _claude.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Edit_ShowsTheDiffAndProposes_WhereNobodyCanBeAsked_AndYesMakesItCurrent()
    {
        _p38.Environment["ANTHROPIC_API_KEY"] = "sk-of-the-test";
        _claude.Reply(Answer(Code), Changed("Good night"), Changed("Sleep well"));
        await _p38.DoneAsync("create", Sentence);

        var proposed = await _p38.RunAsync("edit", "1", "say good night");
        var shown = await _p38.JsonAsync("show", "1");
        var waiting = await _p38.DoneAsync("versions", "1");
        var activated = await _p38.DoneAsync("activate", "1", "2");
        var yes = await _p38.DoneAsync("edit", "1", "say sleep well", "--yes");
        var diff = await _p38.DoneAsync("diff", "1", "1", "3");
        var versions = await _p38.DoneAsync("versions", "1");
        var back = await _p38.DoneAsync("rollback", "1");
        var history = await _p38.DoneAsync("show", "1", "--history");
        var whole = await _p38.JsonAsync("show", "1", "--history");

        proposed.ExitCode.ShouldBe(ExitCode.Ok, proposed.Error);
        proposed.Output.ShouldContain("-        await tools.notifications.send(f\"Good evening, {self.whom}.\")");
        proposed.Output.ShouldContain("+        await tools.notifications.send(f\"Good night, {self.whom}.\")");
        proposed.Output.ShouldContain("p38 activate 1 2");
        proposed.Error.ShouldContain("0 of 1 old tests hold");
        shown.GetProperty("version").GetInt32().ShouldBe(1);
        waiting.ShouldContain("proposed");
        activated.ShouldContain("is at version 2 and active");
        versions.ShouldNotContain("proposed");
        yes.ShouldContain("is at version 3 and active");
        diff.ShouldContain("+        await tools.notifications.send(f\"Sleep well, {self.whom}.\")");
        diff.ShouldContain("say good night. say sleep well");
        versions.ShouldContain("say sleep well");
        back.ShouldContain("is at version 2 and active");
        history.ShouldContain("version 3: It passed its checks and its trial.");
        history.ShouldContain("1 of 1 tests passed");
        whole.GetArrayLength().ShouldBe(3);
        whole[0].GetProperty("attempts")[0].GetProperty("code").GetString()!.ShouldContain("Sleep well");
    }

    [Fact]
    public async Task Activate_SaysHowToStartTheAgentAgain_WhenItWasStoppedForItsFailures()
    {
        _p38.Environment["ANTHROPIC_API_KEY"] = "sk-of-the-test";
        _claude.Reply(Answer(Code), Changed("Good night"));
        await _p38.DoneAsync("create", Sentence);
        await _p38.DoneAsync("config", "1", "pause_after=1", "--unset", "whom");
        var failed = await _p38.RunAsync("run", "1");
        await _p38.DoneAsync("edit", "1", "say good night");

        var activated = await _p38.DoneAsync("activate", "1", "2");

        failed.ExitCode.ShouldBe(ExitCode.FailedRun);
        activated.ShouldContain("is at version 2 and error");
        activated.ShouldContain("p38 resume 1");
    }

    [Theory]
    [InlineData("y\n", 2)]
    [InlineData("n\n", 1)]
    public async Task Edit_AsksOnATerminal_AndMakesItCurrentAfterAYes(string typed, int version)
    {
        _p38.Environment["ANTHROPIC_API_KEY"] = "sk-of-the-test";
        _claude.Reply(Answer(Code), Changed("Good night"));
        await _p38.DoneAsync("create", Sentence);

        var asked = await _p38.RunOnTerminalAsync(typed, "edit", "1", "say good night");

        asked.ExitCode.ShouldBe(ExitCode.Ok, asked.Output);
        asked.Output.ShouldContain("Make version 2 current? [y/N]");
        (await _p38.JsonAsync("show", "1")).GetProperty("version").GetInt32().ShouldBe(version);
    }

    [Fact]
    public async Task Backtest_ShowsWhatAProposedVersionWouldHaveSent_AlsoBeforeTheYesOfAnEdit()
    {
        _p38.Environment["ANTHROPIC_API_KEY"] = "sk-of-the-test";
        _claude.Reply(Answer(Code), Changed("Good night"), Changed("Sleep well"));
        await _p38.DoneAsync("create", Sentence);
        var refused = await _p38.RunAsync("backtest", "1");
        await _p38.DoneAsync("config", "1", "record=true");
        await _p38.DoneAsync("run", "1");
        await _p38.DoneAsync("edit", "1", "say good night");

        var shown = await _p38.DoneAsync("backtest", "1");
        var json = await _p38.JsonAsync("backtest", "1", "--version", "1", "--last", "5");
        var asked = await _p38.RunOnTerminalAsync("n\n", "edit", "1", "say sleep well");

        refused.ExitCode.ShouldBe(ExitCode.Refused);
        refused.Error.ShouldContain("p38 config 1 record=true");
        shown.ShouldContain("+ notifications.send {\"text\":\"Good night,");
        shown.ShouldContain("- notifications.send {\"text\":\"Good evening,");
        shown.ShouldContain(
            "Version 2 over 1 recorded run: 0 same, 1 changed, 0 diverged, 0 failed; 1 call anew, 1 gone."
        );
        (json.GetProperty("version").GetInt32(), json.GetProperty("same").GetInt32()).ShouldBe((1, 1));
        asked.Output.ShouldContain("Version 3 over 1 recorded run");
        asked.Output.ShouldContain("Make version 3 current? [y/N]");
        (await _p38.RunAsync("backtest", "1", "--last", "101")).Error.ShouldContain("1 to 100");
    }

    [Fact]
    public async Task Edit_RefusesAndQuotesTheWords_WhenThereIsNoModelAndNoBlueprint()
    {
        await _p38.DoneAsync("create", "Every 5 minutes check http://example.com and tell me when it is down");

        var refused = await _p38.RunAsync("edit", "1", "also restart the server");

        refused.ExitCode.ShouldBe(ExitCode.Refused);
        refused.Error.ShouldContain("Nothing was changed.");
        refused.Error.ShouldContain("Nothing here accounts for these words:");
        refused.Error.ShouldNotContain("No agent was made");
        refused.Error.ShouldContain("restart");
        refused.Error.ShouldContain("ANTHROPIC_API_KEY");
    }

    private static ClaudeReply Question(params string[] questions)
    {
        var answer = JsonNode.Parse(Answer("").Text)!;
        answer["questions"] = new JsonArray([.. questions.Select(question => JsonValue.Create(question))]);
        return new ClaudeReply { Text = answer.ToJsonString() };
    }

    private static ClaudeReply Changed(string greeting) =>
        Answer(
            Code.Replace("Good evening", greeting, StringComparison.Ordinal),
            tests: Tests.Replace("Good evening", greeting, StringComparison.Ordinal)
        );

    private static ClaudeReply Answer(string code, string schedule = "0 21 * * *", string tests = Tests) =>
        new AgentAnswer
        {
            Understood = "Greet the moon every evening at 21:00.",
            Name = "Moon greeter",
            Code = code,
            Tests = tests,
            Schedule = schedule,
            Timezone = "Asia/Jerusalem",
            Config = """{"whom": "moon"}""",
        }.ToReply();
}
