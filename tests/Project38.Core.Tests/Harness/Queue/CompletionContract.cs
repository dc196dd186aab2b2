using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Agents;
using Project38.Core.Execution;
using Project38.Core.Handoffs;
using Project38.Core.Harness.Queue;
using Project38.Core.Harness.Workers;
using Project38.Core.Storage;
using Project38.Core.Tools;
using Project38.Core.Tools.Usage;
using Project38.Sandbox;
using Project38.Testing;

namespace Project38.Core.Tests.Harness.Queue;

public sealed class SqliteCompletionTests(SqliteFixture fixture) : CompletionContract(fixture);

public sealed class PostgresCompletionTests(PostgresFixture fixture) : CompletionContract(fixture)
{
    [Fact]
    public async Task OneStatement_SavesTheUsualOnes_AndLeavesTheOthersAsTheyAre()
    {
        var leader = await GivenAgentAsync();
        await GivenAgentAsync($$"""{"after": {{leader.Id}}}""", agent => agent.Follows = $",{leader.Id},");
        var queue = Node.GetRequiredService<ITaskQueue>();
        var stale = await GivenClaimAsync(await GivenAgentAsync());
        await ShiftAsync(31);
        var current = (await queue.ClaimAsync("w2", 1, ClaimScope.All, Cancelled)).ShouldHaveSingleItem();
        var led = await GivenClaimAsync(leader);
        var usual = await GivenClaimAsync(await GivenAgentAsync());
        List<JudgedRun> runs =
        [
            Judged(await EndedAsync(stale, Succeeded("\"old\""))),
            Judged(await EndedAsync(led, Succeeded("\"led\""))),
            Judged(await EndedAsync(usual, Failed("no luck \0 \ud83d"))),
            Judged(await EndedAsync(current, Succeeded("\"new\""))),
        ];

        var saved = await Node.GetRequiredService<PostgresCompletion>().SaveAsync(runs, next: null, max: 0, Cancelled);

        saved.Places.Order().ShouldBe([2, 3]);
        (await ReadAsync(current.TaskId)).Result.ShouldBe("\"new\"");
        (await ReadAsync(led.TaskId)).Status.ShouldBe(AgentTaskStatus.Running);
        var again = await ReadAsync(usual.TaskId);
        (again.Status, again.Error).ShouldBe((AgentTaskStatus.Pending, "no luck \ufffd \ufffd"));
        (await AllAsync<AgentRun>()).Select(run => run.TaskId).Order().ShouldBe([stale.TaskId, usual.TaskId]);
    }

    [Fact]
    public async Task OneCommit_SavesRunsAndClaimsTheNextTasks_OfTheSameAgentsToo()
    {
        var agent = await GivenAgentAsync();
        var ended = await EndedAsync(await GivenClaimAsync(agent), Succeeded());
        var its = await GivenTaskAsync(agent);
        var other = await GivenTaskAsync(await GivenAgentAsync());
        await GivenTaskAsync(await GivenAgentAsync());

        var saved = await Node.GetRequiredService<PostgresCompletion>()
            .SaveAsync([Judged(ended)], new Claimant("w2", ClaimScope.All), max: 2, Cancelled);

        saved.Places.ShouldBe([0]);
        saved
            .Next.Select(claim => (claim.TaskId, claim.Fence, claim.Attempt))
            .ShouldBe([(its.Id, 1, 1), (other.Id, 1, 1)]);
        (await ReadAsync(its.Id)).ClaimedBy.ShouldBe("w2");
    }

    [Fact]
    public async Task Runs_AreSavedWithoutAClaim_WhenAnotherClaimWasInTheWay()
    {
        var ended = await EndedAsync(await GivenClaimAsync(await GivenAgentAsync()), Succeeded());
        var agent = await GivenAgentAsync();
        var first = await GivenTaskAsync(agent);
        var second = await GivenTaskAsync(agent);
        await using var other = CreateDb();
        await using var transaction = await other.Database.BeginTransactionAsync(Cancelled);
        await other
            .Tasks.Where(task => task.Id == second.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(task => task.Status, AgentTaskStatus.Running), Cancelled);

        var saving = Node.GetRequiredService<PostgresCompletion>()
            .SaveAsync([Judged(ended)], new Claimant("w2", ClaimScope.All), max: 1, Cancelled);
        await UntilSomebodyWaitsAsync();
        await transaction.CommitAsync(Cancelled);
        var saved = await saving;

        saved.Places.ShouldBe([0]);
        saved.Next.ShouldBeEmpty();
        (await ReadAsync(first.Id)).Status.ShouldBe(AgentTaskStatus.Pending);
        (await ReadAsync(ended.Claim.TaskId)).Status.ShouldBe(AgentTaskStatus.Completed);
    }

    [Fact]
    public async Task Node_RunsOneAfterTheOther_ByWhatItsCompletionsClaim()
    {
        var tasks = new List<long>();
        for (var one = 0; one < 5; one++)
        {
            tasks.Add((await GivenTaskAsync(await GivenAgentAsync())).Id);
        }
        var ran = new List<long>();
        var all = new TaskCompletionSource();
        Execute = (request, _) =>
        {
            ran.Add(request.TaskId);
            if (ran.Count == tasks.Count)
            {
                all.SetResult();
            }
            return Task.FromResult(Succeeded());
        };
        var pool = NewNode(services => services.Configure<WorkerOptions>(workers => workers.Slots = 1))
            .GetRequiredService<WorkerPool>();

        // Once: nobody claims again for the slot.
        await pool.FillAsync(ClaimScope.All);
        await all.Task.WaitAsync(Cancelled);
        await pool.DrainAsync();

        ran.ShouldBe(tasks);
    }

    [Fact]
    public async Task Node_ClaimsNothingMore_OnceItDrains()
    {
        await GivenTaskAsync(await GivenAgentAsync());
        var waiting = await GivenTaskAsync(await GivenAgentAsync());
        var (began, end) = (new TaskCompletionSource(), new TaskCompletionSource());
        Execute = async (_, _) =>
        {
            began.SetResult();
            await end.Task;
            return Succeeded();
        };
        var pool = NewNode(services => services.Configure<WorkerOptions>(workers => workers.Slots = 1))
            .GetRequiredService<WorkerPool>();
        await pool.FillAsync(ClaimScope.All);
        await began.Task.WaitAsync(Cancelled);

        var drained = pool.DrainAsync();
        end.SetResult();
        await drained;

        (await ReadAsync(waiting.Id)).Fence.ShouldBe(0);
    }

    private async Task UntilSomebodyWaitsAsync()
    {
        await using var db = CreateDb();
        while (
            !await db
                .Database.SqlQuery<bool>(
                    $"""
                    SELECT EXISTS (
                        SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()
                    ) AS "Value"
                    """
                )
                .SingleAsync(Cancelled)
        ) { }
    }
}

/// <summary>The ends of many runs at one time.</summary>
public abstract class CompletionContract(DatabaseFixture fixture) : HarnessSuite(fixture)
{
    private const int MaxAttempts = 2;

    private ServiceProvider? _node;

    private protected ServiceProvider Node => _node ??= NewNode();

    [Fact]
    public async Task Save_KeepsEachRunOnce_WhenManyEndAtOnce()
    {
        var claims = new List<ClaimedTask>();
        for (var one = 0; one < 20; one++)
        {
            claims.Add(await GivenClaimAsync(await GivenAgentAsync()));
        }
        var (lost, poisoned, given) = (claims[3], claims[7], claims.Except([claims[3], claims[7]]).ToList());
        await Node.GetRequiredService<TaskControl>().CancelAsync(lost.TaskId, "test", Cancelled);
        var ends = new List<EndedRun>();
        foreach (var claim in claims)
        {
            var ended = await EndedAsync(claim, Succeeded("7", state: """{"n": 1}"""));
            ends.Add(claim == poisoned ? ended with { VersionId = 999_999 } : ended);
        }

        var saves = ends.ConvertAll(SaveAsync);

        (await saves[3]).ShouldBeNull();
        await Should.ThrowAsync<DbUpdateException>(saves[7]);
        var statuses = await Task.WhenAll(saves.Where((_, place) => place is not (3 or 7)));
        statuses.ShouldAllBe(status => status == AgentTaskStatus.Completed);
        (await AllAsync<AgentRun>()).Select(run => run.TaskId).Order().ShouldBe(given.Select(claim => claim.TaskId));
        (await AllAsync<HandoffRow>()).Count.ShouldBe(given.Count);
        (await ReadAsync(poisoned.TaskId)).Status.ShouldBe(AgentTaskStatus.Running);
        (await ReadAsync(lost.TaskId)).Status.ShouldBe(AgentTaskStatus.Cancelled);
    }

    [Fact]
    public async Task Save_GivesTheNextNumber_WhenItsOwnWasTaken()
    {
        var agent = await GivenAgentAsync();
        await SaveAsync(await EndedAsync(await GivenClaimAsync(agent), Succeeded()));
        var second = await EndedAsync(await GivenClaimAsync(agent), Succeeded());

        await SaveAsync(second with { RunNumber = 1 });

        (await AllAsync<AgentRun>()).Select(run => run.Number).Order().ShouldBe([1, 2]);
    }

    [Fact]
    public async Task Save_AddsUpWhatWasCalled_AndOnce_WhenItIsSavedAgain()
    {
        var agent = await GivenAgentAsync();
        var first = await EndedAsync(await GivenClaimAsync(agent), Called("ok", "ok", ToolErrorClass.Rate));
        await SaveAsync(first);
        await SaveAsync(first);
        await SaveAloneAsync(first);
        await SaveAsync(await EndedAsync(await GivenClaimAsync(agent), Called("ok")));

        await SaveAloneAsync(await EndedAsync(await GivenClaimAsync(agent), Called("ok", ToolErrorClass.UnknownTool)));

        var used = await AllAsync<ToolUsage>();
        used.Select(row =>
                (row.AgentId, row.Tool, row.Ended, row.Calls, row.TookMicroseconds, row.Bytes, row.CostMicroUsd)
            )
            .Order()
            .ShouldBe([
                (agent.Id, "test.tool", "ok", 4, 8, 20, 28),
                (agent.Id, "test.tool", "rate", 1, 2, 5, 7),
                (agent.Id, "unknown", "unknown_tool", 1, 2, 5, 7),
            ]);
        await using var db = CreateDb();
        var today = DateOnly.FromDateTime((await DatabaseClock.NowAsync(db, Cancelled)).UtcDateTime);
        used.ShouldAllBe(row => row.Day == today);
    }

    private static RunResult Called(params string[] ended) =>
        new RunResult.Succeeded(JsonElement.Parse("1"))
        {
            Trace = RunTrace.None with
            {
                Steps =
                [
                    .. ended.Select(
                        (end, place) =>
                            new RunStep(
                                place + 1,
                                "test.tool",
                                "{}",
                                end == "ok" ? end : "refused",
                                Detail: null,
                                TimeSpan.FromMicroseconds(2),
                                end == "ok" ? null : end,
                                Bytes: 5,
                                CostMicroUsd: 7
                            )
                    ),
                ],
            },
        };

    [Fact]
    public async Task Save_DropsWhatWasWrittenDownMeanwhile()
    {
        var claim = await GivenClaimAsync(await GivenAgentAsync());
        await using (var db = CreateDb())
        {
            db.RunOutput.Add(
                new RunOutput
                {
                    TaskId = claim.TaskId,
                    Fence = claim.Fence,
                    Text = "so far",
                }
            );
            await db.SaveChangesAsync(Cancelled);
        }

        await SaveAsync(await EndedAsync(claim, Succeeded()) with { Took = TimeSpan.FromSeconds(1) });

        (await AllAsync<RunOutput>()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Save_LeavesTheSameRows_TogetherAndOneByOne(int seed)
    {
        var random = new Random(seed);
        var twins = new List<(Agent Together, Agent Alone)>();
        for (var one = 0; one < 6; one++)
        {
            twins.Add((await GivenAgentAsync(), await GivenAgentAsync()));
        }

        for (var round = 0; round < 5; round++)
        {
            var (together, alone) = (new List<EndedRun>(), new List<EndedRun>());
            foreach (var twin in twins)
            {
                var (result, dryRun) = (AnyResult(random), random.Next(5) == 0);
                together.Add(await EndedAsync(await GivenClaimAsync(twin.Together, dryRun), result));
                alone.Add(await EndedAsync(await GivenClaimAsync(twin.Alone, dryRun), result));
            }
            var statuses = await Task.WhenAll(together.Select(SaveAsync));
            for (var one = 0; one < twins.Count; one++)
            {
                (await SaveAloneAsync(alone[one])).ShouldBe(statuses[one]);
            }
            // Retries are due then; and now and then the handoffs have expired.
            await ShiftAsync(TimeSpan.FromDays(random.Next(4) == 0 ? 401 : 1).TotalSeconds);
        }

        foreach (var (together, alone) in twins)
        {
            (await LeftAsync(together.Id)).ShouldBe(await LeftAsync(alone.Id));
        }
    }

    private protected static JudgedRun Judged(EndedRun ended) =>
        new(ended, Verdict.Of(ended.Result, ended.Claim.Attempt, ended.Claim.MaxAttempts, _ => ended.RetryBackoff));

    private protected async Task<ClaimedTask> GivenClaimAsync(Agent agent, bool dryRun = false)
    {
        await using (var db = CreateDb())
        {
            // A retry that is due is claimed first; else a new task.
            if (
                !await db.Tasks.AnyAsync(
                    task => task.AgentId == agent.Id && task.Status == AgentTaskStatus.Pending,
                    Cancelled
                )
            )
            {
                var task = await GivenTaskAsync(agent, MaxAttempts);
                await db
                    .Tasks.Where(row => row.Id == task.Id)
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.DryRun, dryRun), Cancelled);
            }
            // The other agents' wait.
            await HideAsync(db, agent, await NowAsync());
        }
        var claims = await Node.GetRequiredService<ITaskQueue>().ClaimAsync("w", 1, ClaimScope.All, Cancelled);
        await using (var db = CreateDb())
        {
            await HideAsync(db, agent, null);
        }
        return claims.ShouldHaveSingleItem();
    }

    private protected async Task<EndedRun> EndedAsync(ClaimedTask claim, RunResult result)
    {
        await using var db = CreateDb();
        var agent = await db.Agents.AsNoTracking().SingleAsync(row => row.Id == claim.AgentId, Cancelled);
        var last = await db.Runs.Where(run => run.AgentId == agent.Id).MaxAsync(run => (int?)run.Number, Cancelled);
        return new EndedRun
        {
            Claim = claim,
            Agent = agent,
            VersionId = agent.VersionId!.Value,
            RunNumber = (last ?? 0) + 1,
            Result = result,
            RetryBackoff = TimeSpan.FromSeconds(100),
            Took = TimeSpan.FromMilliseconds(40),
        };
    }

    [Fact]
    public async Task Keep_KeepsNoRun_OfATaskThatIsCarriedOutAgain()
    {
        var claim = await GivenClaimAsync(await GivenAgentAsync());
        await Node.GetRequiredService<ITaskQueue>().HandBackAsync(claim, Cancelled);

        var kept = await Node.GetRequiredService<TaskCompletion>()
            .KeepAsync(await EndedAsync(claim, Succeeded()), Cancelled);

        kept.ShouldBeFalse();
        (await AllAsync<AgentRun>()).ShouldBeEmpty();
    }

    private Task<AgentTaskStatus?> SaveAsync(EndedRun ended) =>
        Node.GetRequiredService<TaskCompletion>().SaveAsync(ended, slots: null, Cancelled);

    private Task<AgentTaskStatus?> SaveAloneAsync(EndedRun ended) =>
        Node.GetRequiredService<TaskCompletion>().SaveAloneAsync(Judged(ended), Cancelled);

    private static Task HideAsync(ProductDb db, Agent agent, DateTimeOffset? at) =>
        db
            .Tasks.Where(task => task.AgentId != agent.Id && task.Status == AgentTaskStatus.Pending)
            .ExecuteUpdateAsync(set => set.SetProperty(task => task.HiddenAt, at), Cancelled);

    private static RunResult AnyResult(Random random)
    {
        var number = random.Next(100);
        NotedText[] noted =
        [
            .. Enumerable.Range(0, random.Next(3)).Select(n => new NotedText(Noted, $"saw {number} \0 {n} \"ש\"")),
        ];
        var state = JsonElement.Parse($$"""{"n": {{number}}.50, "ש": "\u0000"}""");
        var draft =
            random.Next(5) == 0 ? null : new HandoffDraft(state, noted, noted, random.Next(2) == 0 ? "so far" : null);
        var exit = new SandboxExit.Exited(0)
        {
            Level = SandboxLevel.Full,
            Usage = new SandboxUsage(
                TimeSpan.FromSeconds(number),
                TimeSpan.FromSeconds(1),
                1 << 20,
                9,
                99,
                number * 4096
            ),
        };
        var trace = new RunTrace
        {
            Log = $"printed {number} \0",
            Handoff = draft,
            Exit = number % 2 == 0 ? exit : null,
            Steps = [.. Enumerable.Range(1, random.Next(4)).Select(step => AnyStep(step, random))],
        };
        return random.Next(6) switch
        {
            0 => new RunResult.Failed($"no luck {number} \0", Retry: true) { Trace = trace },
            1 => new RunResult.Failed("never", Retry: false) { Trace = trace },
            2 => new RunResult.TimedOut(TimeSpan.FromSeconds(9)) { Trace = trace },
            _ => new RunResult.Succeeded(JsonElement.Parse($$"""{"got":  {{number}}, "a": "\ud83d\ude00\u0000"}"""))
            {
                Trace = trace,
            },
        };
    }

    private static RunStep AnyStep(int number, Random random)
    {
        var errorClass = random.GetItems([null, ToolErrorClass.Egress, ToolErrorClass.UnknownTool], 1)[0];
        return new RunStep(
            number,
            random.Next(2) == 0 ? "http.request" : "notifications.send",
            "{}",
            errorClass is null ? "ok" : "refused",
            Detail: errorClass,
            TimeSpan.FromMicroseconds(random.Next(1000)),
            errorClass,
            random.Next(1000),
            random.Next(1000)
        );
    }

    private static DateTimeOffset Noted { get; } = new(2026, 5, 1, 8, 0, 0, TimeSpan.Zero);

    // All that the runs of an agent left but numbers that the database gives, and moments.
    private async Task<string> LeftAsync(long agentId)
    {
        await using var db = CreateDb();
        var tasks = await db
            .Tasks.AsNoTracking()
            .Where(row => row.AgentId == agentId)
            .OrderBy(row => row.Id)
            .ToListAsync(Cancelled);
        var runs = await db
            .Runs.AsNoTracking()
            .Where(row => row.AgentId == agentId)
            .OrderBy(row => row.Number)
            .ToListAsync(Cancelled);
        var handoffs = await db
            .Handoffs.AsNoTracking()
            .Where(row => row.AgentId == agentId)
            .OrderBy(row => row.RunNumber)
            .ToListAsync(Cancelled);
        var events = await db
            .Database.SqlQuery<string>(
                $"SELECT kind || coalesce(detail, '') AS \"Value\" FROM events WHERE agent_id = {agentId} ORDER BY id"
            )
            .ToListAsync(Cancelled);
        var used = await db.ToolUsage.AsNoTracking().Where(row => row.AgentId == agentId).ToListAsync(Cancelled);
        // Over all days: midnight may fall between the twins.
        var sums = used.GroupBy(row => (row.TeamId, row.Tool, row.Ended))
            .OrderBy(group => group.Key)
            .Select(group => new
            {
                key = $"{group.Key}",
                calls = group.Sum(row => row.Calls),
                took = group.Sum(row => row.TookMicroseconds),
                bytes = group.Sum(row => row.Bytes),
                cost = group.Sum(row => row.CostMicroUsd),
            });
        var inbox = await InboxAsync();
        return JsonSerializer.Serialize(
            new
            {
                tasks = tasks.Select(row => new
                {
                    row.Status,
                    row.Result,
                    row.Error,
                    row.Attempt,
                    row.Fence,
                    row.ClaimedBy,
                    row.LeaseUntil,
                    row.DryRun,
                    ended = row.CompletedAt is not null,
                    waits = row.Status == AgentTaskStatus.Pending
                        ? Math.Round((row.NotBefore - row.StartedAt!.Value).TotalSeconds / 50)
                        : 0,
                }),
                runs = runs.Select(row => new
                {
                    row.TeamId,
                    row.Number,
                    row.Attempt,
                    row.Fence,
                    row.Outcome,
                    row.Error,
                    row.Output,
                    row.Log,
                    row.LogStart,
                    row.SandboxLevel,
                    row.WallSeconds,
                    row.CpuSeconds,
                    row.PeakMemoryBytes,
                    row.WrittenBytes,
                    row.DryRun,
                    row.Steps,
                    place = tasks.FindIndex(task => task.Id == row.TaskId),
                    took = (row.EndedAt - row.StartedAt).TotalSeconds.ToString(CultureInfo.InvariantCulture),
                }),
                handoffs = handoffs.Select(row => new
                {
                    row.TeamId,
                    row.RunNumber,
                    row.Generation,
                    row.Succeeded,
                    row.State,
                    row.Observations,
                    row.Actions,
                    row.EntriesSoFar,
                    row.Summary,
                    lives = row.ExpiresAt - row.CreatedAt,
                }),
                events,
                sums,
                told = inbox.Count(message => message.AgentId == agentId),
            }
        );
    }
}
