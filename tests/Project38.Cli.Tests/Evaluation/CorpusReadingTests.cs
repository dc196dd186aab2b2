using Project38.Cli.Evaluation.Corpus;

namespace Project38.Cli.Tests.Evaluation;

public sealed class CorpusReadingTests
{
    [Theory]
    [InlineData("\"world\": [{\"path\": \"/a\", \"answers\": [{\"body\": \"x\"}, 404]}]")]
    [InlineData("\"world\": {\"/a\": [\"x\", 404]}")]
    [InlineData("\"world\": {\"GET /a\": {\"answers\": {\"1\": \"x\", \"2\": {\"status\": 404}}}}")]
    public void World_IsReadAsListOrByPath(string world)
    {
        var brief = Read(world, "\"notifications\": [0, 1]", out var problems);

        problems.ShouldBeEmpty();
        var entry = brief.World.ShouldHaveSingleItem();
        entry.Path.ShouldBe("/a");
        entry.Answers.Select(answer => answer.Status).ShouldBe([200, 404]);
    }

    [Theory]
    [InlineData("\"notifications\": [0, 1], \"text_matches\": [[], [\"x\"]]")]
    [InlineData("\"notifications\": [0, {\"min\": 1, \"max\": 1}], \"text_matches\": {\"2\": \"x\"}")]
    [InlineData("\"notifications\": [0, 1], \"text_matches\": [\"x\"]")]
    [InlineData("\"runs\": [{\"notifications\": 0}, {\"notifications\": 1, \"text_matches\": [\"x\"]}]")]
    [InlineData("\"notifications\": [0, {\"count\": 1, \"text_matches\": \"x\"}]")]
    public void Expect_IsReadByKeyOrByRun(string expect)
    {
        var brief = Read("\"world\": []", expect, out var problems);

        problems.ShouldBeEmpty();
        brief.Expect.Runs.Select(run => $"{run.Notifications}").ShouldBe(["0", "1"]);
        brief.Expect.Runs[0].Matches.ShouldBeEmpty();
        brief.Expect.Runs[1].Matches.ShouldHaveSingleItem().Source.ShouldBe("x");
    }

    [Theory]
    [InlineData("\"world\": [], \"strange\": 1", "\"notifications\": 0", "1.json.strange: is not known here")]
    [InlineData(
        "\"world\": [{\"path\": \"/a\", \"bodyy\": 1}]",
        "\"notifications\": 0",
        "world[0].bodyy: is not known here"
    )]
    [InlineData("\"world\": 5", "\"notifications\": 0", "should be a list of entries")]
    [InlineData("\"world\": []", "\"notifications\": [0]", "should have one for each of 2 runs")]
    [InlineData("\"world\": []", "\"notifications\": 0, \"status\": \"fine\"", "should be one of completed")]
    [InlineData("\"world\": []", "\"notifications\": 0, \"schedule\": \"often\"", "has the cron 'often'")]
    [InlineData("\"world\": []", "\"notifications\": 1, \"text_matches\": \"(\"", "text_matches: is '('")]
    public void WhatIsNotUnderstood_IsNamed(string world, string expect, string problem)
    {
        Read(world, expect, out var problems);

        string.Join('\n', problems).ShouldContain(problem);
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("..")]
    [InlineData(".hidden")]
    [InlineData("a/b")]
    [InlineData("/tmp/a")]
    [InlineData("a\\\\b")]
    [InlineData("a\\u0000b")]
    [InlineData("001\\n")]
    [InlineData("")]
    [InlineData(" 001")]
    public void Id_IsAPlainName_SinceRecordingsAreFilesOfThatName(string id)
    {
        Whole($$"""{"id": "{{id}}", "lang": "en", "brief": "b", "runs": 1, "expect": {} }""")
            .ShouldHaveSingleItem()
            .ShouldContain("should be a plain name");
    }

    [Theory]
    [InlineData("001-quote-up")]
    [InlineData("תזכורת_2.1")]
    public void Id_MayBeInAnyScript(string id) =>
        Whole($$"""{"id": "{{id}}", "lang": "en", "brief": "b", "runs": 1, "expect": {} }""").ShouldBeEmpty();

    [Theory]
    [InlineData(
        """{"id": "1", "lang": "en", "brief": "half \ud83d", "runs": 1, "expect": {} }""",
        "1.json.brief: has half"
    )]
    [InlineData(
        """{"id": "1", "world": [{"path": "/a", "body": {"a": ["\udc00"]}}]}""",
        "1.json.world[0].body.a[0]: has half"
    )]
    [InlineData("""{"id": "1", "files": {"\ud83d.txt": "x"}}""", "1.json: a key: has half")]
    public void Text_IsRefused_WhenItHasHalfOfASurrogatePair(string json, string problem) =>
        Whole(json).ShouldHaveSingleItem().ShouldContain(problem);

    [Theory]
    [InlineData("a\\u0000b.txt", "is no name that a file can have")]
    [InlineData("a\\nb.txt", "is no name that a file can have")]
    [InlineData("../b.txt", "should be a path within the workspace")]
    [InlineData("/b.txt", "should be a path within the workspace")]
    public void File_IsRefused_WhenItCanHaveNoSuchName(string name, string problem)
    {
        var first =
            $$"""{"id": "1", "lang": "en", "brief": "b", "runs": 2, "files": {"{{name}}": "x"}, "expect": {} }""";
        var later =
            $$"""{"id": "1", "lang": "en", "brief": "b", "runs": 2, "between": {"2": {"{{name}}": null} }, "expect": {} }""";

        Whole(first).ShouldHaveSingleItem().ShouldContain(problem);
        Whole(later).ShouldHaveSingleItem().ShouldContain(problem);
    }

    [Theory]
    [InlineData("\"two\"", "1.json.runs: is \"two\", and should be a whole number")]
    [InlineData("-1", "1.json.runs: is -1, and should be a whole number")]
    [InlineData("null", "1.json.runs: is null, and should be a whole number")]
    [InlineData(
        "3",
        "1.json.runs: is 3, and clock, expect.notifications, expect.text_matches, expect.status have 2 entries each"
    )]
    public void Runs_AreOneProblem_WhenTheyAreWrong(string runs, string problem) =>
        Whole(
                $$"""
                {
                  "id": "1", "lang": "en", "brief": "b", "runs": {{runs}}, "world": [],
                  "files": {"a.txt": "1"}, "between": {"2": {"a.txt": "2"} },
                  "clock": ["2026-11-25T08:00:00Z", null],
                  "expect": {
                    "notifications": [0, 1], "text_matches": [[], ["x"]], "status": ["failed|completed", "completed"]
                  }
                }
                """
            )
            .ShouldHaveSingleItem()
            .ShouldStartWith(problem);

    [Fact]
    public void Runs_AreOneProblem_WhenTheyAreMissing() =>
        Whole("""{"id": "1", "lang": "en", "brief": "b", "expect": {"notifications": [0, 1]}}""")
            .ShouldHaveSingleItem()
            .ShouldContain("1.json.runs: is missing");

    private static Brief Read(string world, string expect, out IReadOnlyList<string> problems)
    {
        var found = new Problems();
        var brief = BriefReader.Read(
            "1.json",
            $$"""{"id": "1", "lang": "en", "brief": "b", "runs": 2, "why": "w", {{world}}, "expect": { {{expect}} } }""",
            found
        );
        problems = found.All;
        return brief!;
    }

    private static IReadOnlyList<string> Whole(string json)
    {
        var found = new Problems();
        BriefReader.Read("1.json", json, found);
        return found.All;
    }
}
