using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Agents;
using Project38.Core.Approvals;
using Project38.Core.Audit;
using Project38.Core.Execution;
using Project38.Core.Execution.Records;
using Project38.Core.Handoffs;
using Project38.Core.Harness.Approvals;
using Project38.Core.Harness.Queue;
using Project38.Core.Secrets;
using Project38.Core.Storage;
using Project38.Core.Tools.Notifications.Channels;
using Project38.Core.Tools.Notifications.Deliveries;
using Project38.Core.Tools.Sessions;
using Project38.Sandbox;
using Project38.Testing;

namespace Project38.Core.Tests.Harness.Approvals;

public sealed class SqliteApprovalTests(SqliteFixture fixture) : ApprovalContract(fixture);

public sealed class PostgresApprovalTests(PostgresFixture fixture) : ApprovalContract(fixture);

/// <summary>What becomes of a question and its task; the runs are a function that asks until it is answered.</summary>
public abstract class ApprovalContract(DatabaseFixture fixture) : ApprovalSuite(fixture)
{
    [Theory]
    [InlineData(true, ApprovalStatus.Approved)]
    [InlineData(false, ApprovalStatus.Rejected)]
    public async Task Decide_StandsForGood_AndIsTakenTwice(bool approve, ApprovalStatus expected)
    {
        Execute = (request, _) => Task.FromResult(Answered(request).Count == 0 ? Ask(request) : Succeeded());
        var node = NewNode();
        var (task, approval) = await GivenWaitingAsync(node, await GivenAgentAsync(with: Grant));

        var first = await DeskOf(node).DecideAsync(approval.Id, approve, "because", "dana", Cancelled);
        var again = await DeskOf(node).DecideAsync(approval.Id, approve, "once more", "eli", Cancelled);
        var other = await DeskOf(node).DecideAsync(approval.Id, !approve, null, "eli", Cancelled);

        var decided = first.ShouldBeOfType<DecisionResult.Decided>().Approval;
        (decided.Status, decided.DecidedBy, decided.Note).ShouldBe((expected, "dana", "because"));
        again.ShouldBeOfType<DecisionResult.Decided>().Approval.DecidedBy.ShouldBe("dana");
        other.ShouldBeOfType<DecisionResult.Refused>().Reason.ShouldContain("already");
        (
            await DeskOf(node).DecideAsync(4711, approve, null, "eli", Cancelled)
        ).ShouldBeOfType<DecisionResult.NotFound>();
        (await AllAsync<AuditEntry>()).Count(line => line.Subject == $"approval:{approval.Id}").ShouldBe(1);
        (await ReadAsync(task.Id)).Status.ShouldBe(AgentTaskStatus.Pending);
    }

    [Fact]
    public async Task Decide_IsOneAnswer_WhenManyAnswerAtOnce()
    {
        Execute = (request, _) => Task.FromResult(Answered(request).Count == 0 ? Ask(request) : Succeeded());
        var nodes = new[] { NewNode(), NewNode() };
        var (task, approval) = await GivenWaitingAsync(nodes[0], await GivenAgentAsync(with: Grant));

        var results = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(number =>
                    DeskOf(nodes[number % 2]).DecideAsync(approval.Id, number < 4, null, $"p{number}", Cancelled)
                )
        );

        var stands = (await ReadAsync(approval)).Status;
        results.OfType<DecisionResult.Decided>().ShouldAllBe(one => one.Approval.Status == stands);
        (results.OfType<DecisionResult.Decided>().Count(), results.OfType<DecisionResult.Refused>().Count()).ShouldBe(
            (4, 4)
        );
        (await AllAsync<AuditEntry>()).Count(line => line.Subject == $"approval:{approval.Id}").ShouldBe(1);
        (await WorkOnceAsync(nodes[1])).ShouldBeTrue();
        (await WorkOnceAsync(nodes[0])).ShouldBeFalse();
        (await ReadAsync(task.Id)).Status.ShouldBe(AgentTaskStatus.Completed);
    }

    [Fact]
    public async Task Wait_HoldsNothing_AndNobodyCarriesItOut_UntilItIsAnswered()
    {
        Execute = (request, _) => Task.FromResult(Ask(request));
        var node = NewNode();
        var agent = await GivenAgentAsync(with: Grant);
        var (task, _) = await GivenWaitingAsync(node, agent);
        await ShiftAsync(3600);

        var worked = await WorkOnceAsync(node);
        await node.GetRequiredService<QueueMaintenance>().RunAsync(Cancelled);

        worked.ShouldBeFalse();
        var waiting = await ReadAsync(task.Id);
        (waiting.Status, waiting.Attempt, waiting.ClaimedBy).ShouldBe((AgentTaskStatus.Waiting, 0, null));
    }

    [Fact]
    public async Task Sweep_IsANo_WhenNobodyAnsweredInTime()
    {
        RunRequest? second = null;
        Execute = (request, _) =>
        {
            second = request;
            return Task.FromResult(Answered(request).Count == 0 ? Ask(request) : Succeeded());
        };
        var node = NewNode();
        var (task, approval) = await GivenWaitingAsync(node, await GivenAgentAsync(with: Grant));
        await ShiftAsync(24 * 3600 + 1);

        var late = await ApproveAsync(node, approval);
        await node.GetRequiredService<QueueMaintenance>().RunAsync(Cancelled);
        var worked = await WorkOnceAsync(node);

        late.ShouldBeOfType<DecisionResult.Refused>().Reason.ShouldContain("expired");
        (await ReadAsync(approval)).Status.ShouldBe(ApprovalStatus.Expired);
        worked.ShouldBeTrue();
        var answer = Answered(second.ShouldNotBeNull())[^1].Answer.ShouldNotBeNull().GetProperty("value");
        (answer.GetProperty("approved").GetBoolean(), answer.GetProperty("status").GetString()).ShouldBe(
            (false, "expired")
        );
        (await ReadAsync(task.Id)).Status.ShouldBe(AgentTaskStatus.Completed);
    }

    [Fact]
    public async Task Cancel_TakesTheQuestionAlong()
    {
        Execute = (request, _) => Task.FromResult(Ask(request));
        var node = NewNode();
        var (task, approval) = await GivenWaitingAsync(node, await GivenAgentAsync(with: Grant));

        await node.GetRequiredService<TaskControl>().CancelAsync(task.Id, "dana", Cancelled);
        var late = await ApproveAsync(node, approval);

        (await ReadAsync(approval)).Status.ShouldBe(ApprovalStatus.Withdrawn);
        late.ShouldBeOfType<DecisionResult.Refused>().Reason.ShouldContain("withdrawn");
        (await ReadAsync(task.Id)).Status.ShouldBe(AgentTaskStatus.Cancelled);
    }

    [Fact]
    public async Task Delete_OfTheAgentTakesTheQuestionAlong()
    {
        Execute = (request, _) => Task.FromResult(Ask(request));
        var node = NewNode();
        var agent = await GivenAgentAsync(with: Grant);
        var (task, approval) = await GivenWaitingAsync(node, agent);
        await ChangeAsync(agent, one => one.DeletedAt = one.UpdatedAt);

        await node.GetRequiredService<QueueMaintenance>().RunAsync(Cancelled);

        (await ReadAsync(task.Id)).Status.ShouldBe(AgentTaskStatus.Cancelled);
        (await ReadAsync(approval)).Status.ShouldBe(ApprovalStatus.Withdrawn);
    }

    [Fact]
    public async Task Pause_LetsTheQuestionBeAnswered_AndTheTaskGoOnOnceItIsResumed()
    {
        Execute = (request, _) => Task.FromResult(Answered(request).Count == 0 ? Ask(request) : Succeeded());
        var node = NewNode();
        var agent = await GivenAgentAsync(with: Grant);
        var (task, approval) = await GivenWaitingAsync(node, agent, trigger: TaskTrigger.Schedule);
        await ChangeAsync(agent, one => one.Status = AgentStatus.Paused);

        await ApproveAsync(node, approval);
        var paused = await WorkOnceAsync(node);
        await ChangeAsync(agent, one => one.Status = AgentStatus.Active);
        await WorkOnceAsync(node);

        paused.ShouldBeFalse();
        (await ReadAsync(task.Id)).Status.ShouldBe(AgentTaskStatus.Completed);
    }

    [Fact]
    public async Task Retry_AsksNobodyAgain_WhenTheRunFailsAfterTheAnswer()
    {
        var runs = 0;
        Execute = (request, _) =>
            Task.FromResult(
                Answered(request).Count == 0 ? Ask(request)
                : ++runs == 1 ? Failed("no luck")
                : Succeeded()
            );
        var node = NewNode();
        var (task, approval) = await GivenWaitingAsync(node, await GivenAgentAsync(with: Grant), maxAttempts: 2);

        await ApproveAsync(node, approval);
        await WorkOnceAsync(node);
        var between = await ReadAsync(task.Id);
        await ShiftAsync(3600);
        await WorkOnceAsync(node);

        (between.Status, between.Attempt, between.MaxAttempts).ShouldBe((AgentTaskStatus.Pending, 1, 2));
        (await ReadAsync(task.Id)).Status.ShouldBe(AgentTaskStatus.Completed);
        (await AllAsync<Approval>()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Retry_ByAPersonAsksAnew()
    {
        Execute = (request, _) =>
            Task.FromResult(Answered(request).Count == 0 ? Ask(request) : Failed("no", retry: false));
        var node = NewNode();
        var (task, approval) = await GivenWaitingAsync(node, await GivenAgentAsync(with: Grant));
        await ApproveAsync(node, approval);
        await WorkOnceAsync(node);
        (await ReadAsync(task.Id)).Status.ShouldBe(AgentTaskStatus.Failed);

        await node.GetRequiredService<TaskControl>().RetryAsync(task.Id, "dana", Cancelled);
        await WorkOnceAsync(node);

        (await ReadAsync(task.Id)).Status.ShouldBe(AgentTaskStatus.Waiting);
        (await AllAsync<Approval>())
            .Select(one => one.Status)
            .Order()
            .ShouldBe([ApprovalStatus.Open, ApprovalStatus.Approved]);
        (await AllAsync<RunRecord>()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Save_IsOnceAndWhole_WhenTheAnswerToItsCommitIsLost()
    {
        var agent = await GivenAgentAsync(with: Grant);
        var task = await GivenTaskAsync(agent, maxAttempts: 1);
        var node = NewNode();
        var claim = (
            await node.GetRequiredService<ITaskQueue>().ClaimAsync("test", 1, ClaimScope.All, Cancelled)
        ).ShouldHaveSingleItem();
        var completion = node.GetRequiredService<TaskCompletion>();
        var ended = Ended(agent, claim);

        var first = await completion.SaveAsync(ended, slots: null, Cancelled);
        var again = await completion.SaveAsync(ended, slots: null, Cancelled);

        (first, again).ShouldBe((AgentTaskStatus.Waiting, AgentTaskStatus.Waiting));
        (await AllAsync<Approval>()).ShouldHaveSingleItem();
        (await AllAsync<RunRecord>()).ShouldHaveSingleItem();
        (await InboxAsync()).ShouldHaveSingleItem();
        (await ReadAsync(task.Id)).Attempt.ShouldBe(0);
    }

    [Fact]
    public async Task Save_LeavesNothing_WhenTheRunNoLongerOwnsItsTask()
    {
        var agent = await GivenAgentAsync(with: Grant);
        await GivenTaskAsync(agent);
        var node = NewNode();
        var queue = node.GetRequiredService<ITaskQueue>();
        var claim = (await queue.ClaimAsync("test", 1, ClaimScope.All, Cancelled)).ShouldHaveSingleItem();
        await ShiftAsync(3600);
        (await queue.ClaimAsync("other", 1, ClaimScope.All, Cancelled)).ShouldHaveSingleItem();

        var status = await node.GetRequiredService<TaskCompletion>()
            .SaveAsync(Ended(agent, claim), slots: null, Cancelled);

        status.ShouldBeNull();
        (await AllAsync<Approval>()).ShouldBeEmpty();
        (await AllAsync<RunRecord>()).ShouldBeEmpty();
        (await InboxAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Answer_IsNotLost_WhenTheNodeThatGoesOnDies()
    {
        Execute = (request, _) => Task.FromResult(Answered(request).Count == 0 ? Ask(request) : Succeeded());
        var node = NewNode();
        var (task, approval) = await GivenWaitingAsync(node, await GivenAgentAsync(with: Grant), maxAttempts: 2);
        await ApproveAsync(node, approval);
        (
            await node.GetRequiredService<ITaskQueue>().ClaimAsync("dies", 1, ClaimScope.All, Cancelled)
        ).ShouldHaveSingleItem();
        await ShiftAsync(3600);

        await WorkOnceAsync(NewNode());

        (await ReadAsync(task.Id)).Status.ShouldBe(AgentTaskStatus.Completed);
        (await AllAsync<Approval>()).ShouldHaveSingleItem().Status.ShouldBe(ApprovalStatus.Approved);
    }

    [Fact]
    public async Task Record_IsWholeJson_WhenASecretIsANumber_OrStandsBehindAnEscape()
    {
        var seen = new List<string>();
        Execute = (request, _) =>
        {
            seen.Add(request.Config.GetRawText());
            return Task.FromResult(Answered(request).Count == 0 ? Ask(request) : Succeeded());
        };
        var node = NewNode();
        var known = node.GetRequiredService<KnownSecrets>();
        known.Add("PIN", "12345678");
        known.Add("WORD", "nightfall");
        var agent = await GivenAgentAsync("""{"pin": 12345678, "text": "a\nightfall b"}""", Grant);
        var (task, approval) = await GivenWaitingAsync(node, agent);

        await ApproveAsync(node, approval);
        await WorkOnceAsync(node);

        (await ReadAsync(task.Id)).Status.ShouldBe(AgentTaskStatus.Completed);
        seen[1].ShouldContain("[secret PIN]");
    }

    [Fact]
    public async Task Run_IsOver_AndItsNodeGoesOn_WhereNothingCanBeSealed()
    {
        Execute = (request, _) => Task.FromResult(Ask(request));
        var node = NewNode(services => services.AddSecrets(secrets => secrets.MasterKeyFile = "/nowhere/key"));
        var task = await GivenTaskAsync(await GivenAgentAsync(with: Grant));

        (await WorkOnceAsync(node)).ShouldBeTrue();

        var over = await ReadAsync(task.Id);
        (over.Status, over.Attempt).ShouldBe((AgentTaskStatus.Failed, 1));
        over.Error.ShouldNotBeNull().ShouldContain("Nobody could be asked");
        (await AllAsync<RunRecord>()).ShouldBeEmpty();
        (await AllAsync<AgentRun>()).ShouldHaveSingleItem().Outcome.ShouldBe("failed");
    }

    [Fact]
    public async Task Record_IsForgotten_WhenItsTaskIsCancelled()
    {
        Execute = (request, _) => Task.FromResult(Ask(request));
        var node = NewNode();
        var (task, _) = await GivenWaitingAsync(node, await GivenAgentAsync(with: Grant));

        await node.GetRequiredService<TaskControl>().CancelAsync(task.Id, "dana", Cancelled);
        await DeskOf(node).SweepAsync(Cancelled);

        (await AllAsync<RunRecord>()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Record_HoldsNoKnownSecret_AndTheRunGoesOnWithItsName()
    {
        RunRequest? second = null;
        Execute = (request, _) =>
        {
            second = request;
            return Task.FromResult(
                Answered(request).Count > 0 ? Succeeded()
                : Ask(request) is RunResult.Asked { Trace: var trace } asked
                    ? asked with
                    {
                        Trace = trace with
                        {
                            Record = trace.Record! with
                            {
                                Calls =
                                [
                                    Call("http.request") with
                                    {
                                        Answer = JsonElement.Parse("""{"value":"sk-of-the-test"}"""),
                                    },
                                    .. trace.Record.Calls,
                                ],
                            },
                        },
                    }
                : throw new InvalidOperationException()
            );
        };
        var node = NewNode();
        await node.GetRequiredService<SecretStore>().PutAsync("MODEL_KEY", "sk-of-the-test", "dana", Cancelled);
        var (_, approval) = await GivenWaitingAsync(node, await GivenAgentAsync(with: Grant));

        await ApproveAsync(node, approval);
        await WorkOnceAsync(node);

        Answered(second.ShouldNotBeNull())[0]
            .Answer.ShouldNotBeNull()
            .GetRawText()
            .ShouldBe("""{"value":"[secret MODEL_KEY]"}""");
    }

    [Fact]
    public async Task Question_IsOnItsWayToEveryChannelOfTheAgent_WithTheCommit()
    {
        Execute = (request, _) => Task.FromResult(Ask(request));
        var node = NewNode();
        await GivenChannelsAsync("ops", "phone", "other");
        var agent = await GivenAgentAsync(with: one =>
            one.Grant = new Manifest { Tools = ["approval.ask"], Channels = ["inbox", "ops", "phone"] }
        );

        await GivenWaitingAsync(node, agent);

        (await AllAsync<Delivery>()).Select(one => one.Channel).Order().ShouldBe(["ops", "phone"]);
        (await InboxAsync()).ShouldHaveSingleItem().Channel.ShouldBe("ops");
    }

    private static void Grant(Agent agent) =>
        agent.Grant = new Manifest { Tools = ["approval.ask"], Channels = ["inbox"] };

    private async Task GivenChannelsAsync(params string[] names)
    {
        await using var db = CreateDb();
        var now = await NowAsync();
        foreach (var name in names)
        {
            db.Channels.Add(NewChannelRow(name, now));
        }
        await db.SaveChangesAsync(Cancelled);
    }

    private static Channel NewChannelRow(string name, DateTimeOffset now) =>
        new()
        {
            TeamId = Team.Default,
            Name = name,
            Kind = ChannelKind.Webhook,
            Settings = "{}",
            TimeZone = "UTC",
            Enabled = true,
            ChangedBy = "test",
            CreatedAt = now,
            ChangedAt = now,
        };

    private async Task ChangeAsync(Agent agent, Action<Agent> change)
    {
        await using var db = CreateDb();
        var row = await db.Agents.SingleAsync(one => one.Id == agent.Id, Cancelled);
        change(row);
        await db.SaveChangesAsync(Cancelled);
    }

    private static EndedRun Ended(Agent agent, ClaimedTask claim) =>
        new()
        {
            Claim = claim,
            Agent = agent,
            VersionId = agent.VersionId!.Value,
            RunNumber = 1,
            Result = Ask(
                new RunRequest
                {
                    AgentId = agent.Id,
                    TeamId = agent.TeamId,
                    TaskId = claim.TaskId,
                    Code = "",
                    Config = JsonElement.Parse("{}"),
                    Grant = agent.Grant,
                    Handoff = new HandoffView(1, JsonElement.Parse("{}"), [], [], ""),
                    RunNumber = 1,
                    Limits = new SandboxLimits(),
                    Lease = AlwaysHeld.Instance,
                }
            ),
            RetryBackoff = TimeSpan.Zero,
            Took = TimeSpan.Zero,
        };
}
