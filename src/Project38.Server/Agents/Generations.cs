using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Project38.Contracts;
using Project38.Core.Secrets;
using Project38.Server.Http;

namespace Project38.Server.Agents;

/// <summary>Creations and edits that go on behind a 202. Kept in this node's memory, the latest of them.</summary>
internal sealed class Generations(ProblemHandler problems, KnownSecrets known, IHostApplicationLifetime lifetime)
{
    private const int Kept = 200;
    private readonly ConcurrentDictionary<string, Generation> _all = new();
    private readonly ConcurrentQueue<string> _order = new();

    /// <summary>Starts one; it goes on when the client leaves, and ends with the server or when it is cancelled.</summary>
    /// <param name="make">What goes on.</param>
    /// <param name="cancelled">What to say when it was cancelled in time: what was, and what did not happen, without a full stop.</param>
    public Generation Start(MakeAgent make, string cancelled)
    {
        var generation = new Generation(Guid.CreateVersion7().ToString("N"), cancelled);
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
            using var end = CancellationTokenSource.CreateLinkedTokenSource(
                generation.Cancelled,
                lifetime.ApplicationStopping
            );
            generation.Finish(await make(generation.Add, end.Token));
        }
        catch (OperationCanceledException) when (generation.Cancelled.IsCancellationRequested)
        {
            generation.EndAsCancelled();
        }
        catch (Exception exception)
        {
            // It is told in more than one way, so it is cleaned where it is kept.
            var text = Problem.Text(problems.ResultOf(exception).Problem, known);
            generation.Fail(JsonSerializer.Deserialize(text, WireJson.Types.ProblemResponse)!);
        }
    }
}

/// <summary>One creation or edit: what was done so far, and how it ended.</summary>
internal sealed class Generation
{
    private readonly Func<Task> _cancel;
    private readonly Lock _gate = new();
    private readonly List<ProgressResponse> _progress = [];
    private TaskCompletionSource _changed = New();
    private readonly string _whenCancelled;
    private Made? _made;
    private ProblemResponse? _problem;
    private bool _cancelled;

    /// <summary>One that begins.</summary>
    public Generation(string id, string whenCancelled)
    {
        Id = id;
        _whenCancelled = whenCancelled;

        // Never disposed: it has no timer, and a cancel that comes late must find it.
        var source = new CancellationTokenSource();
        (Cancelled, _cancel) = (source.Token, source.CancelAsync);
    }

    /// <summary>Its name.</summary>
    public string Id { get; }

    /// <summary>Somebody wants it no more.</summary>
    public CancellationToken Cancelled { get; }

    /// <summary>Where it stands.</summary>
    public GenerationResponse ToResponse()
    {
        lock (_gate)
        {
            return new GenerationResponse
            {
                Id = Id,
                Status =
                    _made is not null ? "done"
                    : _cancelled ? "cancelled"
                    : _problem is not null ? "failed"
                    : "running",
                Progress = [.. _progress],
                Agent = _made?.Agent,
                Edit = _made?.Edit,
                Problem = _problem,
            };
        }
    }

    /// <summary>A step was done.</summary>
    public void Add(ProgressResponse step) => Change(() => _progress.Add(step));

    /// <summary>It came to an agent, or a version.</summary>
    public void Finish(Made made) => Change(() => _made = made);

    /// <summary>It came to nothing.</summary>
    public void Fail(ProblemResponse problem) => Change(() => _problem = problem);

    /// <summary>It was cancelled before anything was stored.</summary>
    public void EndAsCancelled() =>
        Change(() =>
        {
            _cancelled = true;
            var spent = _progress.LastOrDefault(step => step.Step == "stopped")?.Text;
            _problem = Problem.Body(
                StatusCodes.Status409Conflict,
                spent is null ? $"{_whenCancelled}." : $"{_whenCancelled}; {spent}."
            );
        });

    /// <summary>Asks it to end, and waits until it has: what it comes to is known then.</summary>
    public async Task<GenerationResponse> CancelAsync(CancellationToken cancellationToken)
    {
        await _cancel();
        return await FollowAsync(cancellationToken).LastAsync(cancellationToken);
    }

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
