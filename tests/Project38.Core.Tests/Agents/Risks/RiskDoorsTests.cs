using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Project38.Core.Agents;
using Project38.Core.Agents.Versions;
using Project38.Core.Audit;
using Project38.Testing;

namespace Project38.Core.Tests.Agents.Risks;

/// <summary>Every change by which an agent becomes active, or stays so, with all three risks.</summary>
public abstract class RiskDoorsContract(DatabaseFixture fixture) : DatabaseContract(fixture)
{
    private const string Narrowed = """{"tools": ["http.request"]}""";

    private AgentRegister Agents => new(Database.Factory, GivenRisks.Find);

    private VersionRegister Versions => new(Database.Factory, GivenRisks.Find);

    /// <summary>Doors, each with what the agent is before it: paused with all three, or active with two.</summary>
    public static TheoryData<string> Doors =>
        ["resume", "edit", "config", "version", "version of a draft", "activate", "rollback"];

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task Door_LeavesTheAgentAsItWas_WhenNobodySaysYes(string door)
    {
        var before = await GivenBeforeAsync(door);

        var change = await PassAsync(door, before.Agent.Id, "dana");

        var held = change switch
        {
            AgentChange.Unaccepted(var risks) => risks,
            AgentChange.Kept kept => kept.Risks,
            _ => null,
        };
        held.ShouldNotBeNull().PrivateData.ShouldBe(["filesystem.read_text"]);
        held.UntrustedContent.ShouldBe(["http.request"]);
        held.WayOut.ShouldBe(["http.request"]);
        var after = await ReadAsync(before.Agent.Id);
        (after.Agent.Status, after.Version!.Number, after.Agent.Config, after.Agent.AcceptedRisks).ShouldBe(
            (before.Agent.Status, before.Version!.Number, before.Agent.Config, null)
        );
        (await YesesAsync()).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task Door_TakesTheYes_AndWritesItDown(string door)
    {
        var before = await GivenBeforeAsync(door);

        var change = await PassAsync(door, before.Agent.Id, new Editor("dana") { AcceptsRisks = true });

        change.ShouldBeOfType<AgentChange.Done>().Agent.Risks.AreAll.ShouldBeTrue();
        var after = (await ReadAsync(before.Agent.Id)).Agent;
        after.Status.ShouldBe(AgentStatus.Active);
        var yes = after.AcceptedRisks.ShouldNotBeNull();
        yes.By.ShouldBe("dana");
        yes.At.ShouldBe(after.UpdatedAt, TimeSpan.FromSeconds(1));
        yes.Covers(GivenRisks.All).ShouldBeTrue();
        var line = (await YesesAsync()).ShouldHaveSingleItem();
        (line.Who, line.Subject).ShouldBe(("dana", $"agent:{after.Id}"));
        JsonElement
            .Parse(line.Details)
            .GetProperty("accepted_risks")
            .GetRawText()
            .ShouldBe(
                """{"private_data":["filesystem.read_text"],"untrusted_content":["http.request"],"way_out":["http.request"]}"""
            );
    }

    [Fact]
    public async Task Create_LosesNothing_AndHoldsTheAgentBack_WhenNobodySaysYes()
    {
        var made = await CreateAsync(New(GivenRisks.All, """{"schedule": "0 8 * * *"}"""));

        var read = await ReadAsync(made.Agent.Id);
        (read.Agent.Status, read.Agent.NextFire, read.Version!.Code).ShouldBe(
            (AgentStatus.Paused, null, "class Agent: ...")
        );
        read.Risks.AreAll.ShouldBeTrue();
        (await YesesAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(AgentStatus.Active)]
    [InlineData(AgentStatus.Paused)]
    public async Task Create_TakesTheYes_OfWhoeverMakesIt(AgentStatus status)
    {
        var made = await CreateAsync(New(GivenRisks.All) with { Status = status, AcceptsRisks = true });

        var read = (await ReadAsync(made.Agent.Id)).Agent;
        (read.Status, read.AcceptedRisks?.By).ShouldBe((status, "dana"));
        (await YesesAsync()).ShouldHaveSingleItem().Action.ShouldBe("agent.create");
    }

    [Fact]
    public async Task Yes_IsKept_WhileNothingComesToIt_AndAskedForAnew_WhenAHostDoes()
    {
        var agent = await GivenAcceptedAsync();

        var same = await Versions.AddAsync(agent.Id, Version(GivenRisks.All), "eli", Cancelled);
        var more = Version(GivenRisks.All with { Hosts = ["evil.example", "example.com"] });
        var wider = await Versions.AddAsync(agent.Id, more, "eli", Cancelled);

        same.ShouldBeOfType<AgentChange.Done>().Agent.Agent.AcceptedRisks!.By.ShouldBe("dana");
        wider.ShouldBeOfType<AgentChange.Kept>().Risks.ShouldNotBeNull();
        (await ReadAsync(agent.Id)).Version!.Number.ShouldBe(2);
    }

    [Fact]
    public async Task Yes_IsOver_OnceTheAgentHoldsLess()
    {
        var agent = await GivenAcceptedAsync();

        var narrowed = await Agents.EditAsync(agent.Id, new AgentEdit { Config = Narrowed }, "eli", Cancelled);
        var widened = await Agents.EditAsync(agent.Id, new AgentEdit { Config = "{}" }, "eli", Cancelled);

        var less = narrowed.ShouldBeOfType<AgentChange.Done>().Agent;
        (less.Agent.AcceptedRisks, less.Risks.AreAll).ShouldBe((null, false));
        widened.ShouldBeOfType<AgentChange.Unaccepted>();
    }

    [Fact]
    public async Task Yes_IsNotTaken_WhenThereIsNothingToSayItTo()
    {
        var made = await CreateAsync(New(GivenRisks.Two) with { AcceptsRisks = true });

        made.Agent.Status.ShouldBe(AgentStatus.Active);
        made.Agent.AcceptedRisks.ShouldBeNull();
        (await YesesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Agent_CanAlwaysBePausedStoppedAndDeleted()
    {
        var agent = await GivenUnaskedAsync();

        var renamed = await Agents.EditAsync(agent.Id, new AgentEdit { Name = "other" }, "eli", Cancelled);
        var paused = await Agents.PauseAsync(agent.Id, "eli", Cancelled);
        var stopped = await Agents.StopAsync(agent.Id, "eli", Cancelled);
        var deleted = await Agents.DeleteAsync(agent.Id, "eli", Cancelled);

        renamed.ShouldBeOfType<AgentChange.Unaccepted>();
        paused.ShouldBeOfType<AgentChange.Done>().Agent.Agent.Status.ShouldBe(AgentStatus.Paused);
        stopped.ShouldBeOfType<AgentChange.Done>();
        deleted.ShouldBeOfType<AgentChange.Done>();
    }

    [Fact]
    public async Task Proposal_IsStored_WithoutAQuestion()
    {
        var made = await CreateAsync(New(GivenRisks.Two));

        var change = await Versions.AddAsync(
            made.Agent.Id,
            Version(GivenRisks.All) with
            {
                Activate = false,
            },
            "platform",
            Cancelled
        );

        change.ShouldBeOfType<AgentChange.Kept>().Risks.ShouldBeNull();
    }

    private async Task<VersionedAgent> GivenBeforeAsync(string door)
    {
        switch (door)
        {
            case "resume" or "edit":
                return await CreateAsync(New(GivenRisks.All));
            case "config":
                return await CreateAsync(New(GivenRisks.All, Narrowed));
            case "version":
                return await CreateAsync(New(GivenRisks.Two));
            case "version of a draft":
                return await CreateAsync(
                    New(GivenRisks.Two) with
                    {
                        Status = AgentStatus.Draft,
                        Grant = Manifest.Empty,
                    }
                );
            case "activate":
                var proposed = await CreateAsync(New(GivenRisks.Two));
                var next = Version(GivenRisks.All) with { Activate = false };
                await Versions.AddAsync(proposed.Agent.Id, next, "eli", Cancelled);
                return proposed;
            case "rollback":
                var first = (await CreateAsync(New(GivenRisks.All) with { Status = AgentStatus.Paused })).Agent;
                await Versions.AddAsync(first.Id, Version(GivenRisks.Two), "eli", Cancelled);
                await Agents.ResumeAsync(first.Id, "eli", Cancelled);
                return await ReadAsync(first.Id);
            default:
                throw new ArgumentOutOfRangeException(nameof(door), door, "No such door.");
        }
    }

    private Task<AgentChange> PassAsync(string door, long id, Editor editor) =>
        door switch
        {
            "resume" => Agents.ResumeAsync(id, editor, Cancelled),
            "edit" => Agents.EditAsync(id, new AgentEdit { Status = AgentStatus.Active }, editor, Cancelled),
            "config" => Agents.EditAsync(id, new AgentEdit { Config = "{}" }, editor, Cancelled),
            "activate" => Versions.ActivateAsync(id, 2, editor, Cancelled),
            "rollback" => Versions.RollbackAsync(id, 1, editor, Cancelled),
            _ => Versions.AddAsync(id, Version(GivenRisks.All), editor, Cancelled),
        };

    private async Task<Agent> GivenAcceptedAsync() =>
        (await CreateAsync(New(GivenRisks.All) with { AcceptsRisks = true })).Agent;

    // As where a tool came to bring more than it did.
    private async Task<Agent> GivenUnaskedAsync()
    {
        var agent = await GivenAcceptedAsync();
        await using var db = CreateDb();
        await db.Agents.ExecuteUpdateAsync(
            set => set.SetProperty(one => one.AcceptedRisks, (Project38.Core.Agents.Risks.AcceptedRisks?)null),
            Cancelled
        );
        return agent;
    }

    private async Task<VersionedAgent> CreateAsync(NewAgent given) =>
        (await Agents.CreateAsync(given, Cancelled)).ShouldBeOfType<AgentChange.Done>().Agent;

    private async Task<VersionedAgent> ReadAsync(long id) => (await Agents.ReadAsync(id, Cancelled)).ShouldNotBeNull();

    private async Task<List<AuditEntry>> YesesAsync()
    {
        await using var db = CreateDb();
        return await db.Audit.Where(line => line.Details.Contains("accepted_risks")).ToListAsync(Cancelled);
    }

    private static NewAgent New(Manifest grant, string config = "{}") =>
        GivenAgents.New(config: config) with
        {
            Manifest = grant,
            Grant = grant,
        };

    private static NewVersion Version(Manifest manifest) =>
        new()
        {
            Code = "class Agent: pass",
            Tests = null,
            Manifest = manifest,
            Hash = new string('1', 64),
            Origin = "edit",
        };
}

public sealed class RiskDoorsOnSqlite(SqliteFixture fixture) : RiskDoorsContract(fixture);

public sealed class RiskDoorsOnPostgres(PostgresFixture fixture) : RiskDoorsContract(fixture);
