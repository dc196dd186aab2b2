using System.Text.Json;
using Project38.Testing;

namespace Project38.Cli.Tests.Evaluation;

/// <summary>Answers of a model, recorded and replayed by the real command.</summary>
public sealed class RecordingTests
{
    private static readonly string s_shipped = Repository.Folder("eval", "recordings");

    [Fact]
    public async Task Record_WritesWhatReplayAnswers_WithoutAKey()
    {
        await using var claude = await ClaudeStandIn.StartAsync();
        await using var p38 = new P38();
        p38.Environment["ANTHROPIC_API_KEY"] = "sk-of-the-test";
        p38.Environment["P38_MODEL_URL"] = claude.Address.ToString();
        claude.Reply(WrittenAnswers.All());
        // Named by whoever writes the shipped ones anew; eval/recordings/README.md says how.
        var folder = Environment.GetEnvironmentVariable("P38_TEST_RECORDINGS") ?? Path.Join(p38.Folder, "recordings");

        var recorded = await EvaluateAsync(p38, "--record", folder);
        p38.Environment["P38_MODEL_URL"] = "http://127.0.0.1:9";
        var replayed = await EvaluateAsync(p38, "--replay", folder);

        ShouldBeRight(recorded);
        ShouldBeRight(replayed);
        var files = Directory.GetFiles(folder, "*.json");
        files.Length.ShouldBe(WrittenAnswers.Briefs.Length);
        var all = string.Concat(files.Select(File.ReadAllText));
        all.ShouldNotContain("sk-of-the-test");
        all.ShouldNotContain("127.0.0.1");
    }

    [Fact]
    public async Task Replay_OfWhatIsShipped_IsAsExpected()
    {
        await using var p38 = new P38();

        ShouldBeRight(await EvaluateAsync(p38, "--replay", s_shipped));
    }

    [Fact]
    public async Task Replay_NamesTheBriefs_WhenTheyWereNotRecorded()
    {
        await using var p38 = new P38();

        var ended = await p38.RunAsync("eval", Repository.Folder("eval"), "--replay", s_shipped, "--only", "001*");

        ended.ExitCode.ShouldBe(ExitCode.NotFound);
        ended.Error.ShouldContain("001-quote-up");
    }

    private static void ShouldBeRight(JsonElement report)
    {
        report.GetProperty("as_expected").GetInt32().ShouldBe(6, report.ToString());
        report.GetProperty("first_try").GetInt32().ShouldBe(4);
        report.GetProperty("after_repair").GetInt32().ShouldBe(5);
        var results = report.GetProperty("results").EnumerateArray().ToList();
        report.GetProperty("cost").GetDecimal().ShouldBe(results.Sum(one => one.GetProperty("cost").GetDecimal()));
        report.GetProperty("tokens").GetInt64().ShouldBe(results.Sum(one => one.GetProperty("tokens").GetInt64()));

        // The question that the last of them is answered with was paid for, too.
        results[^1].GetProperty("outcome").GetString().ShouldBe("refused");
        results.ShouldAllBe(one =>
            one.GetProperty("cost").GetDecimal() > 0 && one.GetProperty("tokens").GetInt64() > 0
        );
    }

    // One at a time, since the stand-in answers in order.
    private static async Task<JsonElement> EvaluateAsync(P38 p38, string way, string folder)
    {
        var ended = await p38.RunAsync([
            "eval",
            Repository.Folder("eval"),
            way,
            folder,
            "--at-once",
            "1",
            "--json",
            "--only",
            .. WrittenAnswers.Briefs,
        ]);
        ended.Output.ShouldNotBeEmpty(ended.Error);
        return JsonElement.Parse(ended.Output);
    }
}
