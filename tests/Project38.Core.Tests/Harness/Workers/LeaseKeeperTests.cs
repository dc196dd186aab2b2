using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Project38.Core.Harness.Queue;
using Project38.Core.Harness.Workers;
using Project38.Core.Storage;

namespace Project38.Core.Tests.Harness.Workers;

public sealed class LeaseKeeperTests
{
    private static readonly ClaimedTask Claim = new(
        1,
        1,
        1,
        1,
        1,
        default,
        TaskTrigger.Manual,
        Config: null,
        Clock: null,
        DryRun: false,
        TraceParent: null,
        ClaimedAt: default
    );

    private static readonly QueueOptions Options = new()
    {
        Lease = TimeSpan.FromSeconds(3),
        Heartbeat = TimeSpan.FromSeconds(1),
        Poll = TimeSpan.FromMilliseconds(100),
    };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Keep_EndsBeforeTheLeaseDoes_WhenTheDatabaseDoesNotAnswer(bool hangs)
    {
        var queue = new SilentQueue(hangs);
        var watch = Stopwatch.StartNew();

        var lease = await KeepAsync(queue, TestContext.Current.CancellationToken);

        watch.Elapsed.ShouldBeLessThan(Options.Lease);
        queue.Asked.ShouldBeGreaterThan(0);
        lease.IsHeldByClock.ShouldBeFalse();
    }

    [Fact]
    public async Task Keep_Ends_WhenTheClaimIsNoLongerHeld()
    {
        var queue = new AnsweringQueue(held: false);

        _ = await KeepAsync(queue, TestContext.Current.CancellationToken);

        queue.Asked.ShouldBe(1);
    }

    [Fact]
    public async Task Keep_GoesOnPastTheFirstLease_WhenItIsRenewed()
    {
        var queue = new AnsweringQueue(held: true);
        using var stop = new CancellationTokenSource();
        var keeping = KeepAsync(queue, stop.Token);

        await queue.Renewals(4).WaitAsync(TestContext.Current.CancellationToken);
        var endedMeanwhile = keeping.IsCompleted;
        await stop.CancelAsync();

        endedMeanwhile.ShouldBeFalse();
        await Should.ThrowAsync<OperationCanceledException>(keeping);
    }

    [Fact]
    public async Task IsHeldByClock_EndsWithTheLease_WhenNobodyRenewsIt()
    {
        var time = new FakeTimeProvider();
        using var lost = new CancellationTokenSource();
        var lease = Keeper(new AnsweringQueue(held: true), time).Open(Claim, time.GetTimestamp(), lost.Token);

        time.Advance(TimeSpan.FromSeconds(2.4));
        lease.IsHeldByClock.ShouldBeTrue();
        lease.Renewed(time.GetTimestamp());
        time.Advance(TimeSpan.FromSeconds(2.4));
        lease.IsHeldByClock.ShouldBeTrue();
        time.Advance(TimeSpan.FromSeconds(0.1));
        lease.IsHeldByClock.ShouldBeFalse();

        lease.Renewed(time.GetTimestamp());
        lease.IsHeldByClock.ShouldBeTrue();
        await lost.CancelAsync();
        lease.IsHeldByClock.ShouldBeFalse();
    }

    private static async Task<TaskLease> KeepAsync(ITaskQueue queue, CancellationToken cancellationToken)
    {
        var keeper = Keeper(queue, TimeProvider.System);
        var lease = keeper.Open(Claim, TimeProvider.System.GetTimestamp(), CancellationToken.None);
        await keeper.KeepAsync(lease, cancellationToken);
        return lease;
    }

    private static LeaseKeeper Keeper(ITaskQueue queue, TimeProvider time) =>
        new(queue, Microsoft.Extensions.Options.Options.Create(Options), time, NullLogger<LeaseKeeper>.Instance);

    private abstract class ScriptedQueue : ITaskQueue
    {
        public int Asked { get; private set; }

        protected abstract Task<bool> AnswerAsync(bool renewal, CancellationToken cancellationToken);

        public Task<AgentTask?> StartAsync(
            long agentId,
            ManualStart start,
            string who,
            string? traceParent,
            CancellationToken cancellationToken
        ) => throw new NotSupportedException();

        public Task<IReadOnlyList<ClaimedTask>> ClaimAsync(
            string worker,
            int max,
            ClaimScope scope,
            CancellationToken cancellationToken
        ) => throw new NotSupportedException();

        public Task<bool> HandBackAsync(ClaimedTask claim, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<bool> HeartbeatAsync(ClaimedTask claim, CancellationToken cancellationToken)
        {
            Asked++;
            return AnswerAsync(renewal: true, cancellationToken);
        }

        public Task<bool> IsHeldAsync(ClaimedTask claim, CancellationToken cancellationToken)
        {
            Asked++;
            return AnswerAsync(renewal: false, cancellationToken);
        }
    }

    private sealed class SilentQueue(bool hangs) : ScriptedQueue
    {
        protected override async Task<bool> AnswerAsync(bool renewal, CancellationToken cancellationToken)
        {
            if (hangs)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            }
            throw new StorageException(StorageFailure.Unreachable, "It does not answer.");
        }
    }

    private sealed class AnsweringQueue(bool held) : ScriptedQueue
    {
        private readonly TaskCompletionSource _enough = new();
        private int _renewals;
        private int _wanted = int.MaxValue;

        public Task Renewals(int count)
        {
            _wanted = count;
            return _enough.Task;
        }

        protected override Task<bool> AnswerAsync(bool renewal, CancellationToken cancellationToken)
        {
            if (renewal && ++_renewals >= _wanted)
            {
                _enough.TrySetResult();
            }
            return Task.FromResult(held);
        }
    }
}
