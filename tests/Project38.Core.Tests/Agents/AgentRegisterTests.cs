using Microsoft.EntityFrameworkCore;
using Project38.Core.Agents;
using Project38.Core.Audit;
using Project38.Testing;

namespace Project38.Core.Tests.Agents;

public abstract class AgentRegisterContract(DatabaseFixture fixture) : DatabaseContract(fixture)
{
    private const string Hourly = """{"schedule": "0 * * * *", "timezone": "Asia/Jerusalem", "own": {"a": [1.50]}}""";

    private AgentRegister Register => new(Database.Factory, GivenRisks.Find);

    [Fact]
    public async Task Create_StoresAgentVersionFireAndAudit_WhenActive()
    {
        var now = await NowAsync();

        var made = await Database.GivenAgentAsync(config: Hourly);

        var read = (await Register.ReadAsync(made.Agent.Id, Cancelled)).ShouldNotBeNull();
        read.Agent.Config.ShouldBe(Hourly);
        read.Agent.TimeZone.ShouldBe("Asia/Jerusalem");
        read.Agent.Grant.Tools.ShouldBe(["filesystem.read_text"]);
        var fire = read.Agent.NextFire.ShouldNotBeNull();
        fire.ShouldBeInRange(now, now.AddHours(1).AddMinutes(1));
        fire.Minute.ShouldBe(0);
        read.Version.ShouldNotBeNull().Number.ShouldBe(1);
        await using var db = CreateDb();
        var line = await db.Audit.SingleAsync(Cancelled);
        (line.Who, line.Action, line.Subject).ShouldBe(("dana", "agent.create", $"agent:{made.Agent.Id}"));
    }

    [Fact]
    public async Task Create_NamesEveryError_WhenSeveralThingsAreWrong()
    {
        var given = GivenAgents.New(name: "", config: """{"timeout": 0, "schedule": "0 0 31 2 *"}""");

        var change = await Register.CreateAsync(given, Cancelled);

        var errors = change.ShouldBeOfType<AgentChange.Invalid>().Errors;
        errors.Select(error => error.Field).ShouldBe(["name", "config.schedule", "config.timeout"]);
        (await Register.ListAsync(new AgentFilter(), Cancelled)).Total.ShouldBe(0);
    }

    [Fact]
    public async Task Create_KeepsTextThatOneDatabaseRefuses_WhenItHoldsNul()
    {
        var given = GivenAgents.New() with { Description = "a\0b\ud800c שלום" };
        var made = (await Register.CreateAsync(given, Cancelled)).ShouldBeOfType<AgentChange.Done>().Agent;

        var read = await Register.ReadAsync(made.Agent.Id, Cancelled);

        read.ShouldNotBeNull().Agent.Description.ShouldBe("a\ufffdb\ufffdc שלום");
    }

    [Fact]
    public async Task Create_NamesTheCharacter_WhenANameOrItsMakerHoldsOneThatNoLineShows()
    {
        var given = GivenAgents.New(name: "a\tb", createdBy: "da\u202ena");

        var change = await Register.CreateAsync(given, Cancelled);

        var errors = change.ShouldBeOfType<AgentChange.Invalid>().Errors;
        errors.Select(error => error.Field).ShouldBe(["name", "created_by"]);
        errors[0].Message.ShouldContain("U+0009 (a tab)");
        errors[1].Message.ShouldContain("U+202E");
    }

    [Fact]
    public async Task Pause_StopsFires_AndResumeBeginsFromNow()
    {
        var made = await Database.GivenAgentAsync(config: Hourly);

        var paused = await Register.PauseAsync(made.Agent.Id, "eli", Cancelled);
        await Database.ShiftClockAsync(TimeSpan.FromDays(2), Cancelled);
        var resumed = await Register.ResumeAsync(made.Agent.Id, "eli", Cancelled);

        paused.ShouldBeOfType<AgentChange.Done>().Agent.Agent.NextFire.ShouldBeNull();
        var fire = resumed.ShouldBeOfType<AgentChange.Done>().Agent.Agent.NextFire.ShouldNotBeNull();
        fire.ShouldBeGreaterThan(made.Agent.CreatedAt.AddDays(2));
    }

    [Fact]
    public async Task Resume_IsRefused_WhenTheAgentIsADraft()
    {
        var made = await Database.GivenAgentAsync(config: Hourly, status: AgentStatus.Draft);

        var change = await Register.ResumeAsync(made.Agent.Id, "eli", Cancelled);

        change.ShouldBeOfType<AgentChange.Refused>().Why.ShouldContain("draft");
        made.Agent.NextFire.ShouldBeNull();
    }

    [Fact]
    public async Task Edit_MovesTheNextFire_WhenTheScheduleChanges()
    {
        var made = await Database.GivenAgentAsync(config: Hourly);

        var change = await Register.EditAsync(
            made.Agent.Id,
            new AgentEdit { Name = "renamed", Config = """{"schedule": "30 * * * *"}""" },
            "eli",
            Cancelled
        );

        var agent = change.ShouldBeOfType<AgentChange.Done>().Agent.Agent;
        (agent.Name, agent.Cron, agent.TimeZone).ShouldBe(("renamed", "30 * * * *", "UTC"));
        agent.NextFire.ShouldNotBeNull().Minute.ShouldBe(30);
    }

    [Fact]
    public async Task Edit_MovesTheNextFire_WhenOnlyWhatNarrowsTheScheduleChanges()
    {
        var made = await Database.GivenAgentAsync(config: """{"schedule": "0 8 * * *"}""");
        const string Later = """{"schedule": "0 8 * * *", "not_before": "2150-01-01", "skip_dates": ["2150-01-01"]}""";

        var change = await Register.EditAsync(made.Agent.Id, new AgentEdit { Config = Later }, "eli", Cancelled);

        var agent = change.ShouldBeOfType<AgentChange.Done>().Agent.Agent;
        agent.NextFire.ShouldBe(DateTimeOffset.Parse("2150-01-02T08:00:00Z"));
    }

    [Fact]
    public async Task Create_GivesTheAgentFiresOfItsOwn_WhenTheScheduleIsSpread()
    {
        var (one, other) = (await CreateAsync(), await CreateAsync());

        one.NextFire.ShouldBe(FirstFireOf(one));
        other.NextFire.ShouldBe(FirstFireOf(other));
        one.NextFire.ShouldNotBe(other.NextFire);

        async Task<Agent> CreateAsync() =>
            (await Database.GivenAgentAsync(config: """{"schedule": "H H * * *"}""")).Agent;

        static DateTimeOffset? FirstFireOf(Agent agent) =>
            AgentConfig.Read(agent.Config, agent.CreatedAt, out _)!.Schedule!.For(agent.Id).NextAfter(agent.CreatedAt);
    }

    [Fact]
    public async Task Edit_KeepsAFireThatIsDueAndNotYetInTheLedger_WhenTheScheduleStays()
    {
        var made = await Database.GivenAgentAsync(config: Hourly);
        await Database.ShiftClockAsync(TimeSpan.FromHours(5), Cancelled);

        var change = await Register.EditAsync(
            made.Agent.Id,
            new AgentEdit { Config = Hourly.Replace("1.50", "2", StringComparison.Ordinal) },
            "eli",
            Cancelled
        );

        var agent = change.ShouldBeOfType<AgentChange.Done>().Agent.Agent;
        agent.Config.ShouldContain("[2]");
        agent.NextFire.ShouldBe(made.Agent.NextFire);
    }

    [Fact]
    public async Task Create_CountsCharactersAsPeopleDo_WhenTheNameIsEmoji()
    {
        var emoji = string.Concat(Enumerable.Repeat("🦊", 255));

        var made = await Database.GivenAgentAsync(name: emoji);
        var tooLong = await Register.CreateAsync(GivenAgents.New(name: emoji + "🦊"), Cancelled);
        var found = await Register.FindAsync(emoji, Cancelled);

        (await Register.ReadAsync(made.Agent.Id, Cancelled)).ShouldNotBeNull().Agent.Name.ShouldBe(emoji);
        tooLong.ShouldBeOfType<AgentChange.Invalid>().Errors.Single().Message.ShouldContain("256 characters");
        found.ShouldBeOfType<AgentSearch.Found>();
    }

    [Theory]
    [InlineData("""{"a\u0000b": "c\u0000d"}""")]
    [InlineData("""{"n": 1e400, "i": 123456789012345678901234567890123456789012345678901234567890}""")]
    [InlineData("""{"deep": [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}""")]
    [InlineData("""{"שלום": "🦊"}""")]
    public async Task Create_KeepsTheConfigAsItWasGiven_WhenItIsStrangeAndValid(string config)
    {
        var made = await Database.GivenAgentAsync(config: config);

        (await Register.ReadAsync(made.Agent.Id, Cancelled)).ShouldNotBeNull().Agent.Config.ShouldBe(config);
    }

    [Theory]
    [InlineData("""{"x": "\ud800"}""")]
    [InlineData("""{"\udc00": 1}""")]
    [InlineData("""{"x": {"y": ["\ud800"]}}""")]
    [InlineData("""{"x": 1, "x": 2}""")]
    [InlineData("""{"x": NaN}""")]
    [InlineData("""{"timezone": "../../etc/passwd"}""")]
    [InlineData("""{"timezone": "Asia/"}""")]
    [InlineData("""{"timezone": "/etc/localtime"}""")]
    [InlineData("""{"schedule": "60 * * * *"}""")]
    [InlineData("""{"schedule": "0 8 * * *\u0000"}""")]
    [InlineData("""{"timeout": 1e400}""")]
    [InlineData("""{"max_retries": 123456789012345678901234567890}""")]
    public async Task Create_RefusesTheConfig_WhenItIsHostile(string config)
    {
        var change = await Register.CreateAsync(GivenAgents.New(config: config), Cancelled);

        change.ShouldBeOfType<AgentChange.Invalid>().Errors.ShouldHaveSingleItem().Field.ShouldStartWith("config");
    }

    [Theory]
    [InlineData('*', 10_000)]
    [InlineData('[', 60_000)]
    public async Task Create_RefusesTheConfig_WhenItIsEndless(char what, int count)
    {
        var endless = new string(what, count);
        var config = what == '[' ? $"{{\"x\": {endless}" : $"{{\"schedule\": \"{endless}\"}}";

        var change = await Register.CreateAsync(GivenAgents.New(config: config), Cancelled);

        change.ShouldBeOfType<AgentChange.Invalid>().Errors.Single().Message.Length.ShouldBeLessThan(400);
    }

    [Fact]
    public async Task Edit_ChangesNothing_WhenOnePartIsWrong()
    {
        var made = await Database.GivenAgentAsync(config: Hourly);

        var change = await Register.EditAsync(
            made.Agent.Id,
            new AgentEdit { Name = "renamed", Config = "[]" },
            "eli",
            Cancelled
        );

        change.ShouldBeOfType<AgentChange.Invalid>();
        (await Register.ReadAsync(made.Agent.Id, Cancelled)).ShouldNotBeNull().Agent.Name.ShouldBe("sums");
    }

    [Fact]
    public async Task Delete_HidesTheAgent_AndKeepsItsRows()
    {
        var made = await Database.GivenAgentAsync(config: Hourly);

        await Register.DeleteAsync(made.Agent.Id, "eli", Cancelled);

        (await Register.ReadAsync(made.Agent.Id, Cancelled)).ShouldBeNull();
        (await Register.ListAsync(new AgentFilter(), Cancelled)).Total.ShouldBe(0);
        (await Register.PauseAsync(made.Agent.Id, "eli", Cancelled)).ShouldBeOfType<AgentChange.NotFound>();
        await using var db = CreateDb();
        var row = await db.Agents.SingleAsync(Cancelled);
        row.DeletedAt.ShouldNotBeNull();
        row.NextFire.ShouldBeNull();
    }

    [Fact]
    public async Task List_FiltersAndPages_NewestFirst()
    {
        for (var i = 0; i < 5; i++)
        {
            await Database.GivenAgentAsync(name: $"a{i}", createdBy: i % 2 == 0 ? "dana" : "eli");
        }
        await Database.GivenAgentAsync(name: "draft", status: AgentStatus.Draft);

        var filter = new AgentFilter
        {
            Status = AgentStatus.Active,
            CreatedBy = "dana",
            Limit = 2,
            Offset = 1,
        };
        var page = await Register.ListAsync(filter, Cancelled);

        page.Total.ShouldBe(3);
        page.Agents.Select(one => one.Agent.Name).ShouldBe(["a2", "a0"]);
        page.Agents.ShouldAllBe(one => one.Version != null);
    }

    [Fact]
    public async Task Find_TakesIdOrName_AndSaysWhenANameIsAmbiguous()
    {
        var one = await Database.GivenAgentAsync(name: "one");
        var twin = await Database.GivenAgentAsync(name: "twin");
        var other = await Database.GivenAgentAsync(name: "twin");

        var byId = await Register.FindAsync($" {one.Agent.Id} ", Cancelled);
        var byName = await Register.FindAsync("one", Cancelled);
        var both = await Register.FindAsync("twin", Cancelled);
        var none = await Register.FindAsync("99999999999999999999", Cancelled);

        byId.ShouldBeOfType<AgentSearch.Found>().Agent.Agent.Name.ShouldBe("one");
        byName.ShouldBeOfType<AgentSearch.Found>().Agent.Agent.Id.ShouldBe(one.Agent.Id);
        both.ShouldBeOfType<AgentSearch.Several>().Ids.ShouldBe([twin.Agent.Id, other.Agent.Id]);
        none.ShouldBeOfType<AgentSearch.None>();
    }
}

public sealed class AgentRegisterOnSqlite(SqliteFixture fixture) : AgentRegisterContract(fixture);

public sealed class AgentRegisterOnPostgres(PostgresFixture fixture) : AgentRegisterContract(fixture);
