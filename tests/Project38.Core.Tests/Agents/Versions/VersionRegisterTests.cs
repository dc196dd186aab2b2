using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Project38.Core.Agents;
using Project38.Core.Agents.Versions;
using Project38.Core.Audit;
using Project38.Testing;

namespace Project38.Core.Tests.Agents.Versions;

public abstract class VersionRegisterContract(DatabaseFixture fixture) : DatabaseContract(fixture)
{
    private const string Hourly = """{"schedule": "0 * * * *", "threshold": 5}""";
    private const string Daily = """{"schedule": "0 8 * * *", "threshold": 5}""";

    private AgentRegister Agents => new(Database.Factory, GivenRisks.Find);

    private VersionRegister Versions => new(Database.Factory, GivenRisks.Find);

    [Fact]
    public async Task Add_BecomesCurrentAndActivates_WhenTheAgentWasADraft()
    {
        var made = await Database.GivenAgentAsync(config: Hourly, status: AgentStatus.Draft);

        await Versions.AddAsync(made.Agent.Id, New("class Agent: pass"), "eli", Cancelled);

        var read = await ReadAsync(made);
        (read.Version!.Number, read.Version.Code, read.Version.MadeFrom).ShouldBe((2, "class Agent: pass", 1));
        read.Agent.Status.ShouldBe(AgentStatus.Active);
        read.Agent.NextFire.ShouldNotBeNull();
        read.Agent.Grant.Hosts.ShouldBe(["example.com"]);
    }

    [Fact]
    public async Task Add_NumbersWithoutGaps_WhenSeveralCome()
    {
        var made = await Database.GivenAgentAsync();

        await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => Versions.AddAsync(made.Agent.Id, New(""), "eli", Cancelled))
        );

        await using var db = CreateDb();
        var numbers = await db.AgentVersions.Select(one => one.Number).Order().ToListAsync(Cancelled);
        numbers.ShouldBe(Enumerable.Range(1, 9));
    }

    [Fact]
    public async Task Add_KeepsTheLaterOfTwo_AndLeavesTheFirstCurrent_WhenBothBeganFromTheSame()
    {
        var made = await Database.GivenAgentAsync();
        var changes = await Task.WhenAll(
            Enumerable
                .Range(0, 2)
                .Select(at => Versions.AddAsync(made.Agent.Id, New($"# {at}") with { MadeFrom = 1 }, "eli", Cancelled))
        );

        changes.OfType<AgentChange.Done>().ShouldHaveSingleItem().Agent.Version!.Number.ShouldBe(2);
        var kept = changes.OfType<AgentChange.Kept>().ShouldHaveSingleItem();
        kept.Version.Number.ShouldBe(3);
        kept.Why.ShouldContain("Version 2 became current");
        (await ReadAsync(made)).Version!.Number.ShouldBe(2);
        (await Versions.ReadAsync(made.Agent.Id, 3, Cancelled)).ShouldNotBeNull().Current.ShouldBeFalse();
    }

    [Fact]
    public async Task Rollback_GivesBackWhatTheVersionRanWithLast_AndKeepsTheRest()
    {
        var made = await Database.GivenAgentAsync(config: Hourly);
        var id = made.Agent.Id;
        await Agents.EditAsync(id, new AgentEdit { Config = Hourly.Replace("5", "7") }, "eli", Cancelled);
        var changed = New("# 2") with
        {
            Config = Daily,
            BaseConfig = Hourly.Replace("5", "7"),
            Wish = "also when it falls",
        };
        await Versions.AddAsync(id, changed, "eli", Cancelled);
        var second = await ReadAsync(made);

        var back = await Versions.RollbackAsync(id, 1, "dana", Cancelled);
        var first = back.ShouldBeOfType<AgentChange.Done>().Agent;
        var forth = await Versions.RollbackAsync(id, 2, "dana", Cancelled);

        (second.Agent.Cron, second.Agent.Description).ShouldBe(
            ("0 8 * * *", "Add up expenses.csv every day. also when it falls")
        );
        (first.Version!.Number, first.Agent.Cron).ShouldBe((1, "0 * * * *"));
        first.Agent.Config.ShouldContain("7");
        first.Agent.Description.ShouldBe("Add up expenses.csv every day");
        first.Agent.Grant.Tools.ShouldBe(["filesystem.read_text"]);
        first.Agent.NextFire.ShouldNotBeNull().Minute.ShouldBe(0);
        var again = forth.ShouldBeOfType<AgentChange.Done>().Agent;
        (again.Version!.Number, again.Agent.Config, again.Agent.Description).ShouldBe(
            (2, Daily, second.Agent.Description)
        );
        again.Version.Hash.ShouldBe(second.Version!.Hash);
        await using var db = CreateDb();
        var lines = await db.Audit.OrderBy(line => line.Id).ToListAsync(Cancelled);
        lines
            .Select(line => line.Action)
            .ShouldBe(["agent.create", "agent.edit", "agent.version", "agent.rollback", "agent.rollback"]);
        var details = JsonNode.Parse(lines[3].Details)!;
        ((int)details["from"]!, (int)details["to"]!, lines[3].Who).ShouldBe((2, 1, "dana"));
    }

    [Fact]
    public async Task List_SaysWhichVersionsWaitForAYes()
    {
        var id = (await Database.GivenAgentAsync()).Agent.Id;
        await Versions.AddAsync(id, New("# 2") with { Activate = false }, "eli", Cancelled);
        await Versions.AddAsync(id, New("# 3") with { Activate = false }, "eli", Cancelled);
        await Versions.AddAsync(id, New("# 4") with { Activate = false, Proved = false }, "eli", Cancelled);

        await Versions.ActivateAsync(id, 2, "eli", Cancelled);
        await Versions.RollbackAsync(id, 1, "eli", Cancelled);

        var page = (await Versions.ListAsync(id, 10, 0, Cancelled)).ShouldNotBeNull();
        page.Versions.Where(one => one.Proposed).Select(one => one.Version.Number).ShouldBe([3]);
    }

    [Fact]
    public async Task Rollback_LeavesFiresAndStatusAlone_WhenTheScheduleIsTheSame()
    {
        var made = await Database.GivenAgentAsync(config: Hourly);
        await Versions.AddAsync(made.Agent.Id, New("# 2"), "eli", Cancelled);
        await Agents.PauseAsync(made.Agent.Id, "eli", Cancelled);
        var paused = await Versions.RollbackAsync(made.Agent.Id, 1, "eli", Cancelled);
        await Agents.ResumeAsync(made.Agent.Id, "eli", Cancelled);
        var before = await ReadAsync(made);
        await Database.ShiftClockAsync(TimeSpan.FromHours(5), Cancelled);

        var due = await Versions.RollbackAsync(made.Agent.Id, 2, "eli", Cancelled);

        paused.ShouldBeOfType<AgentChange.Done>().Agent.Agent.Status.ShouldBe(AgentStatus.Paused);
        due.ShouldBeOfType<AgentChange.Done>().Agent.Agent.NextFire.ShouldBe(before.Agent.NextFire);
    }

    [Fact]
    public async Task Rollback_IsRefused_WhenTheVersionWasNotProvedOrIsNotThere()
    {
        var made = await Database.GivenAgentAsync(status: AgentStatus.Draft);
        await Versions.AddAsync(made.Agent.Id, New("# 2"), "eli", Cancelled);

        var unproved = await Versions.RollbackAsync(made.Agent.Id, 1, "eli", Cancelled);
        var activated = await Versions.ActivateAsync(made.Agent.Id, 1, "eli", Cancelled);
        var missing = await Versions.RollbackAsync(made.Agent.Id, 9, "eli", Cancelled);
        var gone = await Versions.RollbackAsync(-1, 1, "eli", Cancelled);

        unproved.ShouldBeOfType<AgentChange.Refused>().Why.ShouldContain("did not pass");
        activated.ShouldBeOfType<AgentChange.Refused>().Why.ShouldContain("did not pass");
        missing.ShouldBeOfType<AgentChange.NoVersion>().Number.ShouldBe(9);
        gone.ShouldBeOfType<AgentChange.NotFound>();
        (await ReadAsync(made)).Version!.Number.ShouldBe(2);
    }

    [Fact]
    public async Task Rollback_ChangesNothing_WhenTheVersionIsCurrent()
    {
        var made = await Database.GivenAgentAsync(config: Hourly);

        var change = await Versions.RollbackAsync(made.Agent.Id, 1, "eli", Cancelled);

        change.ShouldBeOfType<AgentChange.Done>().Agent.Agent.UpdatedAt.ShouldBe(made.Agent.UpdatedAt);
        await using var db = CreateDb();
        (await db.Audit.CountAsync(Cancelled)).ShouldBe(1);
    }

    [Fact]
    public async Task Activate_LaysTheProposalOverWhatPeopleChangedMeanwhile()
    {
        var made = await Database.GivenAgentAsync(config: Hourly);
        var id = made.Agent.Id;
        var proposal = New("# 2") with { Config = Daily, BaseConfig = Hourly, Wish = "at eight", Activate = false };
        var kept = await Versions.AddAsync(id, proposal, "eli", Cancelled);
        var before = await ReadAsync(made);
        var edit = new AgentEdit { Config = Hourly.Replace("5", "7"), Description = "Add up both files" };
        await Agents.EditAsync(id, edit, "dana", Cancelled);

        var change = await Versions.ActivateAsync(id, 2, "eli", Cancelled);

        kept.ShouldBeOfType<AgentChange.Kept>().Version.Number.ShouldBe(2);
        (before.Version!.Number, before.Agent.Config).ShouldBe((1, Hourly));
        var agent = change.ShouldBeOfType<AgentChange.Done>().Agent.Agent;
        agent.Config.ShouldBe("""{"schedule":"0 8 * * *","threshold":7}""");
        agent.Description.ShouldBe("Add up both files. at eight");
        (await Versions.ReadAsync(id, 1, Cancelled)).ShouldNotBeNull().Config.ShouldContain("7");
    }

    [Fact]
    public async Task Activate_IsRefused_WhenBothChangedTheSameKey_AndARollbackTakesItAsItIs()
    {
        var made = await Database.GivenAgentAsync(config: Hourly);
        var id = made.Agent.Id;
        var proposal = New("# 2") with { Config = Hourly.Replace("5", "6"), BaseConfig = Hourly, Activate = false };
        await Versions.AddAsync(id, proposal, "eli", Cancelled);
        await Agents.EditAsync(id, new AgentEdit { Config = Hourly.Replace("5", "7") }, "dana", Cancelled);

        var refused = await Versions.ActivateAsync(id, 2, "eli", Cancelled);
        var taken = await Versions.RollbackAsync(id, 2, "eli", Cancelled);

        refused.ShouldBeOfType<AgentChange.Refused>().Why.ShouldContain("'threshold'");
        taken.ShouldBeOfType<AgentChange.Done>().Agent.Agent.Config.ShouldContain("6");
    }

    [Fact]
    public async Task Activate_IsRefused_WhenAnotherVersionBecameCurrent()
    {
        var made = await Database.GivenAgentAsync();
        var id = made.Agent.Id;
        await Versions.AddAsync(id, New("# 2") with { Activate = false }, "eli", Cancelled);
        await Versions.AddAsync(id, New("# 3"), "dana", Cancelled);

        var change = await Versions.ActivateAsync(id, 2, "eli", Cancelled);

        change.ShouldBeOfType<AgentChange.Refused>().Why.ShouldContain("version 3 is current");
        (await ReadAsync(made)).Version!.Number.ShouldBe(3);
    }

    [Fact]
    public async Task List_GivesAPageNewestFirst_EachWithItsSchedule()
    {
        var made = await Database.GivenAgentAsync(config: Hourly);
        await Versions.AddAsync(made.Agent.Id, New("# 2") with { Config = Daily }, "eli", Cancelled);

        var all = (await Versions.ListAsync(made.Agent.Id, 10, 0, Cancelled)).ShouldNotBeNull();
        var second = (await Versions.ListAsync(made.Agent.Id, 1, 1, Cancelled)).ShouldNotBeNull();

        all.Versions.Select(one => (one.Version.Number, one.Cron, one.Current))
            .ShouldBe([(2, "0 8 * * *", true), (1, "0 * * * *", false)]);
        (second.Total, second.Versions.Single().Version.Number).ShouldBe((2, 1));
        (await Versions.ListAsync(-1, 10, 0, Cancelled)).ShouldBeNull();
    }

    private static NewVersion New(string code) =>
        new()
        {
            Code = code,
            Tests = "",
            Manifest = new Manifest { Hosts = ["example.com"] },
            Hash = new string('1', 64),
            Origin = "import",
        };

    private async Task<VersionedAgent> ReadAsync(VersionedAgent made) =>
        (await Agents.ReadAsync(made.Agent.Id, Cancelled)).ShouldNotBeNull();
}

public sealed class VersionRegisterOnSqlite(SqliteFixture fixture) : VersionRegisterContract(fixture);

public sealed class VersionRegisterOnPostgres(PostgresFixture fixture) : VersionRegisterContract(fixture);
