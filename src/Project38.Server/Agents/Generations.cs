using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Project38.Contracts;
using Project38.Server.Http;

namespace Project38.Server.Agents;

/// <summary>Creations that go on behind a 202. Kept in this node's memory, the latest of them.</summary>
internal sealed class Generations(ProblemHandler problems, IHostApplicationLifetime lifetime)
{
    private const int Kept = 200;
    private readonly ConcurrentDictionary<string, Generation> _all = new();
    private readonly ConcurrentQueue<string> _order = new();

    /// <summary>Starts one; it goes on when the client leaves, and ends with the server.</summary>
    public Generation Start(MakeAgent make)
    {
        var generation = new Generation(Guid.CreateVersion7().ToString("N"));
        _all[generation.Id] = generation;
        _order.Enqueue(generation.Id);
        if (_order.Count > Kept && _order.TryDequeue(out var oldest))
        {
            _all.TryRemove(oldest, out _);
        }

        // The request may end first; nobody awaits this, so it must not throw.
        _ = Task.Run(() => RunAsync(generation, make), CancellationToken.None);
        return generation;
    }

    /// <summary>One of those kept; null when there is none.</summary>
    public Generation? Find(string id) => _all.GetValueOrDefault(id);

    private async Task RunAsync(Generation generation, MakeAgent make)
    {
        try
        {
            generation.Finish(await make(generation.Add, lifetime.ApplicationStopping));
        }
        catch (Exception exception)
        {
            generation.Fail(problems.ResultOf(exception).Problem);
        }
    }
}

/// <summary>One creation: what was done so far, and how it ended.</summary>
internal sealed class Generation(string id)
{
    private readonly Lock _gate = new();
    private readonly List<ProgressResponse> _progress = [];
    private TaskCompletionSource _changed = New();
    private CreatedAgentResponse? _agent;
    private ProblemResponse? _problem;

    /// <summary>Its name.</summary>
    public string Id { get; } = id;

    /// <summary>Where it stands.</summary>
    public GenerationResponse ToResponse()
    {
        lock (_gate)
        {
            return new GenerationResponse
            {
                Id = Id,
                Status =
                    _agent is not null ? "done"
                    : _problem is not null ? "failed"
                    : "running",
                Progress = [.. _progress],
                Agent = _agent,
                Problem = _problem,
            };
        }
    }

    /// <summary>A step was done.</summary>
    public void Add(ProgressResponse step) => Change(() => _progress.Add(step));

    /// <summary>It came to an agent.</summary>
    public void Finish(CreatedAgentResponse agent) => Change(() => _agent = agent);

    /// <summary>It came to nothing.</summary>
    public void Fail(ProblemResponse problem) => Change(() => _problem = problem);

    /// <summary>All states from now on until the end, the end included; steps in between may come together.</summary>
    public async IAsyncEnumerable<GenerationResponse> FollowAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                changed = _changed.Task;
            }

            var state = ToResponse();
            yield return state;
            if (state.Status != "running")
            {
                yield break;
            }
            await changed.WaitAsync(cancellationToken);
        }
    }

    private void Change(Action change)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            change();
            changed = _changed;
            _changed = New();
        }
        changed.SetResult();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
