using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Agents;
using Project38.Core.Execution;
using Project38.Core.Harness.Queue;
using Project38.Testing;

namespace Project38.Core.Tests.Harness.Queue;

public sealed class SqliteQueueModelTests(SqliteFixture fixture) : QueueModelContract(fixture);

public sealed class PostgresQueueModelTests(PostgresFixture fixture) : QueueModelContract(fixture);

/// <summary>The queue against a model of it: whatever workers, people and dead nodes do, and in whatever order.</summary>
public abstract class QueueModelContract(DatabaseFixture fixture) : HarnessSuite(fixture)
{
    private const int MaxAttempts = 3;
    private static readonly TimeSpan Lease = TimeSpan.FromHours(1);

    /// <summary>What may happen.</summary>
    private enum Act
    {
        Claim,
        Race,
        Heartbeat,
        Succeed,
        Fail,
        HandBack,
        Cancel,
        LeasesEnd,
        Maintain,
    }

    /// <summary>What the model holds of a task.</summary>
    private sealed class Known(long id, long agentId, bool shares)
    {
        public long Id => id;

        public long AgentId => agentId;

        /// <summary>Whether its agent shares the one key of its story, which has one place.</summary>
        public bool Shares => shares;

        public AgentTaskStatus Status { get; set; } = AgentTaskStatus.Pending;

        public long Fence { get; set; }

        public int Attempt { get; set; }

        public bool LeaseEnded { get; set; }

        public bool IsClaimable =>
            Status == AgentTaskStatus.Pending
            || (Status == AgentTaskStatus.Running && LeaseEnded && Attempt < MaxAttempts);

        public bool IsHeldBy(ClaimedTask claim) => Status == AgentTaskStatus.Running && Fence == claim.Fence;
    }

    [Fact]
    public async Task Queue_LosesNothingAndHasOneHolder_WhateverHappens()
    {
        var node = NewNode(services => services.Configure<QueueOptions>(queue => queue.Lease = Lease));
        var acts = Gen.Select(Gen.Enum<Act>(), Gen.Int[0, 1000]).Array[1, 40];

        await acts.SampleAsync(
            async story =>
            {
                var world = await World.BeginAsync(this, node);
                foreach (var (act, pick) in story)
                {
                    await world.DoAsync(act, pick);
                }
                await world.FinishAsync();
            },
            iter: 15,
            threads: 1
        );
    }

    /// <summary>One story: the database and the model, side by side.</summary>
    private sealed class World(QueueModelContract suite, ServiceProvider node, IReadOnlyDictionary<long, Agent> agents)
    {
        private readonly ITaskQueue _queue = node.GetRequiredService<ITaskQueue>();
        private readonly Dictionary<long, Known> _tasks = [];
        private readonly List<ClaimedTask> _claims = [];
        private readonly Dictionary<long, int> _runs = [];

        public static async Task<World> BeginAsync(QueueModelContract suite, ServiceProvider node)
        {
            Dictionary<long, Agent> agents = [];
            var key = Guid.NewGuid().ToString();
            for (var i = 0; i < 3; i++)
            {
                var agent = await suite.GivenAgentAsync(
                    i == 0 ? """{"priority": 5}""" : $$$"""{"concurrency": {"key": "{{{key}}}", "limit": 1}}"""
                );
                agents[agent.Id] = agent;
            }
            var world = new World(suite, node, agents);
            foreach (var agent in agents.Values)
            {
                for (var i = 0; i < 3; i++)
                {
                    var task = await suite.GivenTaskAsync(agent, MaxAttempts);
                    world._tasks[task.Id] = new Known(task.Id, agent.Id, agent.ConcurrencyKey is not null);
                }
            }
            return world;
        }

        public async Task DoAsync(Act act, int pick)
        {
            switch (act)
            {
                case Act.Claim:
                    await ClaimAsync(workers: 1, max: 1 + pick % 4);
                    break;
                case Act.Race:
                    await ClaimAsync(workers: 3, max: 1 + pick % 4);
                    break;
                case Act.Cancel:
                    await CancelAsync(_tasks.Values.ElementAt(pick % _tasks.Count));
                    break;
                case Act.LeasesEnd:
                    await suite.ShiftAsync((Lease + TimeSpan.FromMinutes(1)).TotalSeconds);
                    foreach (var task in _tasks.Values)
                    {
                        task.LeaseEnded = true;
                    }
                    break;
                case Act.Maintain:
                    await MaintainAsync();
                    break;
                default:
                    if (_claims.Count > 0)
                    {
                        // Any claim ever made: most of them are old.
                        await UseAsync(act, _claims[pick % _claims.Count]);
                    }
                    break;
            }
        }

        /// <summary>Works until nothing is left: each task has come to an end, and to one.</summary>
        public async Task FinishAsync()
        {
            while (_tasks.Values.Any(task => !task.Status.IsFinished))
            {
                await DoAsync(Act.LeasesEnd, 0);
                await MaintainAsync();
                await ClaimAsync(workers: 1, max: 100);
                foreach (var claim in _claims.Where(claim => _tasks[claim.TaskId].IsHeldBy(claim)).ToList())
                {
                    await UseAsync(Act.Succeed, claim);
                }
            }
            var rows = (await suite.AllAsync<AgentTask>()).Where(row => _tasks.ContainsKey(row.Id)).ToList();
            rows.ShouldAllBe(row => row.Status == _tasks[row.Id].Status && row.Fence == _tasks[row.Id].Fence);
            var runs = (await suite.AllAsync<AgentRun>()).Where(run => _tasks.ContainsKey(run.TaskId)).ToList();
            runs.Count.ShouldBe(_runs.Values.Sum());
            runs.Where(run => run.Outcome == "succeeded")
                .Select(run => run.TaskId)
                .Order()
                .ShouldBe(rows.Where(row => row.Status == AgentTaskStatus.Completed).Select(row => row.Id).Order());
        }

        private async Task ClaimAsync(int workers, int max)
        {
            var claimable = _tasks
                .Values.GroupBy(task => task.AgentId)
                .Where(all => !all.Any(task => task.Status == AgentTaskStatus.Running && !task.IsClaimable))
                .Where(all => all.Any(task => task.IsClaimable))
                .Select(all => all.Key)
                .ToHashSet();

            // Of those that share a key, the lost ones keep its place, and one gets it when it is free.
            var running = _tasks.Values.Where(task => task.Status == AgentTaskStatus.Running).ToList();
            var sharing = _tasks
                .Values.Where(task => task.Shares && claimable.Contains(task.AgentId))
                .Select(task => task.AgentId)
                .Except(running.Select(task => task.AgentId))
                .Count();
            var waitForAPlace = Math.Max(0, sharing - (running.Exists(task => task.Shares) ? 0 : 1));

            var claimed = await Task.WhenAll(
                Enumerable
                    .Range(0, workers)
                    .Select(worker => _queue.ClaimAsync($"w{worker}", max, ClaimScope.All, Cancelled))
            );

            var all = claimed.SelectMany(some => some).Where(claim => _tasks.ContainsKey(claim.TaskId)).ToList();
            all.Select(claim => claim.AgentId).ShouldBeUnique("an agent runs one task at a time");
            all.ShouldAllBe(claim => claimable.Contains(claim.AgentId));
            if (workers == 1)
            {
                all.Count.ShouldBe(Math.Min(max, claimable.Count - waitForAPlace), "what is due is claimed");
            }
            foreach (var claim in all)
            {
                var task = _tasks[claim.TaskId];
                task.IsClaimable.ShouldBeTrue();
                claim.Fence.ShouldBeGreaterThan(task.Fence);
                claim.Attempt.ShouldBe(task.Attempt + 1);
                (task.Status, task.Fence, task.Attempt) = (AgentTaskStatus.Running, claim.Fence, claim.Attempt);
                task.LeaseEnded = false;
                _claims.Add(claim);
            }
            _tasks
                .Values.Count(task => task is { Shares: true, Status: AgentTaskStatus.Running })
                .ShouldBeLessThanOrEqualTo(1, "a key with one place has one run");
        }

        private async Task UseAsync(Act act, ClaimedTask claim)
        {
            var task = _tasks[claim.TaskId];
            var held = task.IsHeldBy(claim);
            (await _queue.IsHeldAsync(claim, Cancelled)).ShouldBe(held);
            switch (act)
            {
                case Act.Heartbeat:
                    (await _queue.HeartbeatAsync(claim, Cancelled)).ShouldBe(held);
                    task.LeaseEnded = task.LeaseEnded && !held;
                    break;
                case Act.HandBack:
                    (await _queue.HandBackAsync(claim, Cancelled)).ShouldBe(held);
                    if (held)
                    {
                        (task.Status, task.Attempt) = (AgentTaskStatus.Pending, task.Attempt - 1);
                    }
                    break;
                default:
                    await SaveAsync(act == Act.Succeed, claim, task, held);
                    break;
            }
        }

        private async Task SaveAsync(bool succeeds, ClaimedTask claim, Known task, bool held)
        {
            var number = _runs.GetValueOrDefault(claim.AgentId) + 1;
            var before = task.Status;
            var saved = await node.GetRequiredService<TaskCompletion>()
                .SaveAsync(
                    new EndedRun
                    {
                        Claim = claim,
                        Agent = agents[claim.AgentId],
                        VersionId = agents[claim.AgentId].VersionId!.Value,
                        RunNumber = number,
                        Result = succeeds ? Succeeded() : Failed("no"),
                        RetryBackoff = TimeSpan.Zero,
                        Took = TimeSpan.Zero,
                    },
                    slots: null,
                    Cancelled
                );
            if (held)
            {
                _runs[claim.AgentId] = number;
                task.Status =
                    succeeds ? AgentTaskStatus.Completed
                    : claim.Attempt < MaxAttempts ? AgentTaskStatus.Pending
                    : AgentTaskStatus.Failed;
                saved.ShouldBe(task.Status);
            }
            else if (saved is not null)
            {
                // This very run was saved before: it is told again what became of the task.
                saved.ShouldBe(before);
                (await suite.AllAsync<AgentRun>()).ShouldContain(run =>
                    run.TaskId == claim.TaskId && run.Fence == claim.Fence
                );
            }
        }

        private async Task CancelAsync(Known task)
        {
            var answer = await node.GetRequiredService<TaskControl>().CancelAsync(task.Id, "dana", Cancelled);
            (answer is TaskAnswer.Accepted).ShouldBe(!task.Status.IsFinished);
            task.Status = task.Status.IsFinished ? task.Status : AgentTaskStatus.Cancelled;
        }

        private async Task MaintainAsync()
        {
            await node.GetRequiredService<QueueMaintenance>().RunAsync(Cancelled);
            foreach (var task in _tasks.Values.Where(one => one.Status == AgentTaskStatus.Running && one.LeaseEnded))
            {
                task.Status = task.Attempt < MaxAttempts ? AgentTaskStatus.Pending : AgentTaskStatus.Failed;
            }
        }
    }
}
