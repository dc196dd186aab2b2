using System.Text.Json;
using CsCheck;
using Project38.Core.Agents;
using Project38.Core.Budgets;

namespace Project38.Core.Tests.Agents;

public sealed class AgentConfigTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Read_GivesDefaults_WhenTheConfigIsEmpty()
    {
        var config = AgentConfig.Read("{}", Now, out var errors);

        config.ShouldBe(new AgentConfig());
        errors.ShouldBeEmpty();
    }

    [Fact]
    public void Read_ReadsEveryReservedKey_AndLetsTheAgentsOwnAlone()
    {
        var config = AgentConfig.Read(
            """
            {"schedule": "0 8 * * *", "timezone": "Asia/Jerusalem", "timeout": 1.5, "max_retries": 0,
             "retry_backoff": 0, "memory_mb": 4096, "cpu_percent": 100, "misfire": "run_all", "overlap": "queue",
             "tools": ["http.request"], "jitter": 60, "catch_up": 3600, "not_before": "2026-11-23T08:01",
             "not_after": "2026-12-31", "skip_dates": ["2026-11-24", "2026-11-27..2026-11-28"], "labels": ["gpu"], "own": {"schedule": 5}}
            """,
            Now,
            out var errors
        );

        errors.ShouldBeEmpty();
        config.ShouldNotBeNull();
        config.Schedule!.NextAfter(Now).ShouldBe(new DateTimeOffset(2026, 11, 25, 6, 0, 0, TimeSpan.Zero));
        (config.Jitter, config.CatchUp).ShouldBe((TimeSpan.FromMinutes(1), TimeSpan.FromHours(1)));
        (config.Timeout, config.RetryBackoff).ShouldBe((TimeSpan.FromSeconds(1.5), TimeSpan.Zero));
        (config.MaxRetries, config.MemoryMb, config.CpuPercent).ShouldBe((0, 4096, 100));
        (config.Misfire, config.Overlap).ShouldBe((MisfirePolicy.RunAll, OverlapPolicy.Queue));
        config.Tools.ShouldBe(["http.request"]);
        config.Labels.ShouldBe(["gpu"]);
    }

    [Theory]
    [InlineData("schedule", "5")]
    [InlineData("schedule", "\"0 0 31 2 *\"")]
    [InlineData("schedule", "\"every day\"")]
    [InlineData("timezone", "\"Mars/Base\"")]
    [InlineData("timezone", "\"../etc/passwd\"")]
    [InlineData("timezone", "\"Israel Standard Time\"")]
    [InlineData("timeout", "0")]
    [InlineData("timeout", "86401")]
    [InlineData("timeout", "1e999")]
    [InlineData("timeout", "\"300\"")]
    [InlineData("max_retries", "-1")]
    [InlineData("max_retries", "21")]
    [InlineData("max_retries", "1.5")]
    [InlineData("retry_backoff", "true")]
    [InlineData("memory_mb", "31")]
    [InlineData("memory_mb", "4097")]
    [InlineData("cpu_percent", "0")]
    [InlineData("cpu_percent", "101")]
    [InlineData("misfire", "\"RunOnce\"")]
    [InlineData("overlap", "[]")]
    [InlineData("tools", "\"http\"")]
    [InlineData("tools", "[1]")]
    [InlineData("schedule", "\"H(0-60) * * * *\"")]
    [InlineData("not_before", "\"tomorrow\"")]
    [InlineData("not_before", "20261231")]
    [InlineData("not_after", "\"2026-02-30\"")]
    [InlineData("not_after", "\"2026-12-31T18:00+25:00\"")]
    [InlineData("not_after", "\"9999-12-31\"")]
    [InlineData("skip_dates", "\"2026-12-25\"")]
    [InlineData("skip_dates", "[1]")]
    [InlineData("skip_dates", "[\"xmas\"]")]
    [InlineData("skip_dates", "[\"2026-12-26..2026-12-24\"]")]
    [InlineData("skip_dates", "[\"sun\", \"mon\", \"tue\", \"wed\", \"thu\", \"fri\", \"sat\"]")]
    [InlineData("jitter", "3601")]
    [InlineData("jitter", "-1")]
    [InlineData("catch_up", "-1")]
    [InlineData("tool_limits", "[]")]
    [InlineData("tool_limits", "{\"http\": {}}")]
    [InlineData("tool_limits", "{\"\": {\"per_minute\": 1}}")]
    [InlineData("tool_limits", "{\"http.*\": {\"per_minute\": 1}}")]
    [InlineData("tool_limits", "{\"a\\u0000\": {\"per_minute\": 1}}")]
    [InlineData("tool_limits", "{\"Http\": {\"per_minute\": 1}}")]
    [InlineData("tool_limits", "{\"http\": {\"per_day\": 1}}")]
    [InlineData("tool_limits", "{\"http\": {\"per_minute\": 0}}")]
    [InlineData("tool_limits", "{\"http\": {\"per_hour\": 1.5}}")]
    [InlineData("tool_limits", "{\"http\": {\"at_once\": 17}}")]
    [InlineData("tool_limits", "{\"http\": {\"timeout\": 0}}")]
    [InlineData("budget", "-1")]
    [InlineData("budget", "1000001")]
    [InlineData("budget", "\"5\"")]
    [InlineData("budget", "{}")]
    [InlineData("budget", "{\"per_year\": 5}")]
    [InlineData("budget", "{\"per_day\": \"1\"}")]
    [InlineData("python", "3")]
    [InlineData("python", "\"\"")]
    [InlineData("python", "\"../data\"")]
    [InlineData("python", "\"-data\"")]
    public void Read_NamesTheKey_WhenItsValueIsWrong(string key, string value)
    {
        var config = AgentConfig.Read($$"""{"{{key}}": {{value}}}""", Now, out var errors);

        config.ShouldBeNull();
        var error = errors.ShouldHaveSingleItem();
        error.Field.ShouldBe("config." + key);
        error.Message.ShouldStartWith($"'{key}' ");
    }

    [Fact]
    public void Read_GivesAllErrorsAtOnce_WhenManyThingsAreWrong()
    {
        AgentConfig.Read("""{"timeout": 0, "memory_mb": 0, "misfire": 0, "budget": "5"}""", Now, out var errors);

        errors
            .Select(error => error.Field)
            .ShouldBe(["config.timeout", "config.memory_mb", "config.misfire", "config.budget"]);
    }

    [Fact]
    public void Read_GivesTheLimitsOfTools()
    {
        var config = AgentConfig.Read(
            """{"tool_limits": {"http": {"per_minute": 30, "at_once": 4}, "llm.ask": {"per_hour": 9, "timeout": 2.5}}}""",
            Now,
            out _
        );

        config!.ToolRules.ShouldBe([
            new ToolRule("http", PerMinute: 30, PerHour: null, AtOnce: 4, Timeout: null),
            new ToolRule("llm.ask", PerMinute: null, PerHour: 9, AtOnce: null, TimeSpan.FromSeconds(2.5)),
        ]);
    }

    [Theory]
    [InlineData("*", true)]
    [InlineData("http", true)]
    [InlineData("http.request", true)]
    [InlineData("http.req", false)]
    [InlineData("htt", false)]
    public void Rule_CoversToolsAndNamespaces(string tools, bool covers) =>
        new ToolRule(tools, null, null, null, null).Covers("http.request").ShouldBe(covers);

    [Theory]
    [InlineData("{}", null, null, 5.0)]
    [InlineData("""{"budget": 0}""", null, null, 0.0)]
    [InlineData("""{"budget": 2.5}""", null, null, 2.5)]
    [InlineData("""{"budget": {"per_run": 0.1, "per_day": 1, "per_month": 20}}""", 0.1, 1.0, 20.0)]
    [InlineData("""{"budget": {"per_run": 0.1}}""", 0.1, null, 5.0)]
    public void Read_GivesTheBudget(string json, double? run, double? day, double? month)
    {
        var config = AgentConfig.Read(json, Now, out _);

        config!.Budget.ShouldBe(new AgentBudget((decimal?)run, (decimal?)day, (decimal?)month));
    }

    [Theory]
    [InlineData(""" "schedule": "@daily", "not_before": "2027-01-02", "not_after": "2027-01-01" """, "is before")]
    [InlineData(""" "schedule": "0 8 * * 6", "skip_dates": ["saturday"] """, "leaves out every day")]
    [InlineData(
        """ "schedule": "0 8 * * *", "not_before": "2027-01-01T09:00", "not_after": "2027-01-01T10:00" """,
        "does not fire between"
    )]
    public void Read_SaysWhy_WhenNothingIsLeftOfTheSchedule(string keys, string why)
    {
        var config = AgentConfig.Read($"{{{keys}}}", Now, out var errors);

        config.ShouldBeNull();
        errors.ShouldHaveSingleItem().Message.ShouldContain(why);
    }

    [Fact]
    public void Read_LetsEachAgentSee_WhatIsLeftOfASpreadSchedule()
    {
        var config = AgentConfig.Read("""{"schedule": "H H * * H", "skip_dates": ["sat"]}""", Now, out _);

        var schedule = config.ShouldNotBeNull().Schedule.ShouldNotBeNull();
        var fires = Enumerable.Range(1, 70).Select(agent => schedule.For(agent).NextAfter(Now)).ToList();
        fires.Count(fire => fire is null).ShouldBeInRange(1, 30);
        fires.ShouldNotContain(fire => fire != null && fire.Value.DayOfWeek == DayOfWeek.Saturday);
    }

    [Fact]
    public void Read_TakesAScheduleThatIsOver_SoThatItsLastFireStillRuns()
    {
        var config = AgentConfig.Read("""{"schedule": "@daily", "not_after": "2026-11-21"}""", Now, out _);

        config.ShouldNotBeNull().Schedule!.NextAfter(Now).ShouldBeNull();
    }

    [Fact]
    public void Read_TakesAHundredDaysToLeaveOut_AndNoMore()
    {
        var days = Enumerable.Repeat("2026-12-25", 101).ToList();

        AgentConfig.Read(Skipping(days[1..]), Now, out _).ShouldNotBeNull();
        AgentConfig.Read(Skipping(days), Now, out var errors).ShouldBeNull();

        errors.ShouldHaveSingleItem().Message.ShouldContain("at most 100");

        static string Skipping(List<string> days) => JsonSerializer.Serialize(new { skip_dates = days });
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"a\": 1")]
    [InlineData("{\"a\": 1, \"a\": 2}")]
    [InlineData("{\"a\": NaN}")]
    [InlineData("{\"schedule\": \"\\ud800\"}")]
    public void Read_SaysSo_WhenItIsNoUsableJson(string json)
    {
        var config = AgentConfig.Read(json, Now, out var errors);

        config.ShouldBeNull();
        errors.ShouldHaveSingleItem().Field.ShouldBe("config");
    }

    [Fact]
    public void Read_Refuses_WhatIsTooLargeOrTooDeep()
    {
        var large = JsonSerializer.Serialize(new { own = new string('x', AgentConfig.MaxBytes) });
        var deep = """{"a":""" + new string('[', 100_000) + new string(']', 100_000) + "}";

        AgentConfig.Read(large, Now, out var tooLarge).ShouldBeNull();
        AgentConfig.Read(deep[..60_000], Now, out var tooDeep).ShouldBeNull();

        tooLarge.ShouldHaveSingleItem().Message.ShouldContain("64 KB");
        tooDeep.ShouldHaveSingleItem().Message.ShouldContain("32 levels");
    }

    [Fact]
    public void Read_NeverThrows_WhateverTheText() =>
        Gen.OneOf<string>(
                Gen.String,
                Gen.String.Select(text => $$"""{"schedule": "{{text}}", "timezone": "{{text}}"}""")
            )
            .Sample(text =>
            {
                var config = AgentConfig.Read(text, Now, out var errors);
                return (config is null) == (errors.Count > 0);
            });

    [Fact]
    public void Merge_ReplacesWholeKeys_AndKeepsTheRest()
    {
        var merged = AgentConfig.Merge("""{"a": {"x": 1}, "b": 2}""", """{"a": {"y": 2}, "c": null}""");

        merged.ShouldBe("""{"a":{"y":2},"b":2,"c":null}""");
    }
}
