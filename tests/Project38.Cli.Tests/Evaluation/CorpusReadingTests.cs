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
}
