using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Project38.Core.Handoffs;
using Project38.Core.Tests.Agents;
using Project38.Testing;

namespace Project38.Core.Tests.Handoffs;

public abstract class HandoffStoreContract(DatabaseFixture fixture) : DatabaseContract(fixture)
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private readonly HandoffStore _store = new(Options.Create(new HandoffOptions()));
    private long _agent;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _agent = (await Database.GivenAgentAsync()).Agent.Id;
    }

    [Fact]
    public async Task Read_IsNull_BeforeTheFirstRun()
    {
        var view = await ReadAsync(1);

        view.ShouldBeNull();
    }

    [Fact]
    public async Task Read_IsNull_WhileNoRunHasSucceeded()
    {
        await AppendAsync(1, Draft("""{"lost": 1}""", "saw it"), succeeded: false);

        (await ReadAsync(2)).ShouldBeNull();
    }

    [Fact]
    public async Task Read_GivesStateAndNotes_WhenRunsSucceeded()
    {
        await AppendAsync(1, Draft("""{"n": 1}""", "first", action: "told", summary: "so far 1"), succeeded: true);
        await AppendAsync(2, Draft("""{"n": 2.50, "ש": "\u0000"}""", "second"), succeeded: true);

        var view = (await ReadAsync(3)).ShouldNotBeNull();

        view.RunNumber.ShouldBe(3);
        view.State.GetRawText().ShouldBe("""{"n": 2.50, "ש": "\u0000"}""");
        view.Observations.Select(one => (one.Run, one.Text, one.Failed))
            .ShouldBe([(1, "first", false), (2, "second", false)]);
        view.Actions.ShouldHaveSingleItem().ShouldBe(new HandoffEntry(1, Noon, "told", Failed: false));
        view.Summary.ShouldBe("so far 1");
    }

    [Fact]
    public async Task Read_GivesWhatARunRead_WhenLaterOnesHaveLeftMore()
    {
        await AppendAsync(1, Draft("""{"n": 1}""", "first"), succeeded: true);
        await AppendAsync(2, Draft("""{"n": 2}""", "second", summary: "so far 2"), succeeded: true);
        await AppendAsync(3, Draft("""{"n": 3}""", "third"), succeeded: false);

        var view = (await ReadAsync(2)).ShouldNotBeNull();

        view.State.GetRawText().ShouldBe("""{"n": 1}""");
        view.Observations.ShouldHaveSingleItem().Text.ShouldBe("first");
        view.Summary.ShouldBe("");
        (await ReadAsync(1)).ShouldBeNull();
    }

    [Fact]
    public async Task Read_KeepsNotesButNotState_WhenARunFailed()
    {
        await AppendAsync(1, Draft("""{"n": 1}""", "good"), succeeded: true);
        await AppendAsync(2, Draft("""{"n": 2}""", "bad", summary: "lost"), succeeded: false);
        await AppendAsync(3, draft: null, succeeded: false);

        var view = (await ReadAsync(4)).ShouldNotBeNull();

        view.State.GetRawText().ShouldBe("""{"n": 1}""");
        view.Observations.Select(one => (one.Text, one.Failed)).ShouldBe([("good", false), ("bad", true)]);
        view.Summary.ShouldBe("");
    }

    [Fact]
    public async Task Read_IsNull_WhenTheTtlHasPassed_AndNothingOfBeforeComesBack()
    {
        await AppendAsync(1, Draft("""{"n": 1}""", "old"), succeeded: true);
        await Database.ShiftClockAsync(TimeSpan.FromDays(401), Cancelled);
        var expired = await ReadAsync(2);

        await AppendAsync(2, Draft("""{"n": 2}""", "new"), succeeded: true);

        expired.ShouldBeNull();
        var view = (await ReadAsync(3)).ShouldNotBeNull();
        view.Observations.ShouldHaveSingleItem().Text.ShouldBe("new");
        view.Summary.ShouldBe("");
    }

    [Fact]
    public async Task Read_LivesOn_WhenEachRunComesWithinTheTtl()
    {
        await AppendAsync(1, Draft("""{"n": 1}""", "old"), succeeded: true);
        await Database.ShiftClockAsync(TimeSpan.FromDays(399), Cancelled);
        await AppendAsync(2, Draft("{}", "failing"), succeeded: false);
        await Database.ShiftClockAsync(TimeSpan.FromDays(399), Cancelled);

        var view = await ReadAsync(3);

        view.ShouldNotBeNull().State.GetRawText().ShouldBe("""{"n": 1}""");
    }

    [Fact]
    public async Task Reset_LetsTheAgentBeginAnew_AndTheHistoryStays()
    {
        await AppendAsync(1, Draft("""{"n": 1}""", "old"), succeeded: true);
        await AppendAsync(2, Draft("""{"n": 2}""", "old"), succeeded: true);

        await using var db = CreateDb();
        await _store.ResetAsync(db, _agent, await NowAsync(), Cancelled);

        (await ReadAsync(3)).ShouldBeNull();
        await AppendAsync(3, Draft("""{"n": 3}""", "new"), succeeded: true);
        var view = (await ReadAsync(4)).ShouldNotBeNull();
        view.Observations.ShouldHaveSingleItem().Text.ShouldBe("new");
        var history = await _store.HistoryAsync(db, _agent, before: null, max: 10, Cancelled);
        history.Select(row => row.RunNumber).ShouldBe([3, 2, 1]);
    }

    [Fact]
    public async Task Append_LeavesNothing_WhenTheCallerRollsBack()
    {
        await using (var db = CreateDb())
        {
            await using var transaction = await db.Database.BeginTransactionAsync(Cancelled);
            await _store.AppendAsync(db, _agent, 1, Draft("{}", "gone"), succeeded: true, await NowAsync(), Cancelled);
            await db.SaveChangesAsync(Cancelled);
            await transaction.RollbackAsync(Cancelled);
        }

        await using var other = CreateDb();
        (await other.Handoffs.CountAsync(Cancelled)).ShouldBe(0);
    }

    [Fact]
    public async Task History_HasTheOriginals_WhenTheViewIsFolded()
    {
        var text = new string('א', 5_000);
        for (var run = 1; run <= 40; run++)
        {
            await AppendAsync(run, Draft("""{"n": 1}""", text + run), succeeded: true);
        }

        var view = (await ReadAsync(41)).ShouldNotBeNull();

        HandoffFold.SizeOf(view).ShouldBeLessThanOrEqualTo(HandoffLimits.ViewBytes);
        view.Observations[^1].Run.ShouldBe(40);
        view.Observations.Count.ShouldBeLessThan(40);
        view.Summary.ShouldContain($"{40 - view.Observations.Count} older observations and actions, from run 1 on");
        await using var db = CreateDb();
        var page = await _store.HistoryAsync(db, _agent, before: 2, max: 10, Cancelled);
        page.ShouldHaveSingleItem().Observations.ShouldHaveSingleItem().Text.ShouldBe(text + 1);
    }

    private static HandoffDraft Draft(string state, string saw, string? action = null, string? summary = null) =>
        new(
            JsonElement.Parse(state),
            [new NotedText(Noon, saw)],
            action is null ? [] : [new NotedText(Noon, action)],
            summary
        );

    private async Task AppendAsync(int run, HandoffDraft? draft, bool succeeded)
    {
        await using var db = CreateDb();
        await _store.AppendAsync(db, _agent, run, draft, succeeded, await NowAsync(), Cancelled);
        await db.SaveChangesAsync(Cancelled);
    }

    private async Task<HandoffView?> ReadAsync(int run)
    {
        var now = await NowAsync();
        await using var db = CreateDb();
        return await _store.ReadAsync(db, _agent, run, now, Cancelled);
    }
}

public sealed class HandoffStoreOnSqlite(SqliteFixture fixture) : HandoffStoreContract(fixture);

public sealed class HandoffStoreOnPostgres(PostgresFixture fixture) : HandoffStoreContract(fixture);
