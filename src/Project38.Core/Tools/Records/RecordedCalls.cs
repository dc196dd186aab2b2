using System.Runtime.InteropServices;
using System.Text.Json;
using Project38.Core.Approvals;

namespace Project38.Core.Tools.Records;

/// <summary>
/// The calls of one run, kept with their answers so that it can be executed again; those that were made before are answered
/// from there. It ends the run at a question, and where it does something else than before.
/// </summary>
internal sealed class RecordedCalls(RecordSpec spec, long mostBytes, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly RecordMatch _match = new(spec, time);
    private readonly SortedDictionary<int, RecordedCall> _made = [];
    private readonly TaskCompletionSource _alone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RecordedCall? _asked;
    private RecordEnd? _end;
    private long _bytes = spec.Calls.Sum(BytesOf);
    private int _atWork;
    private bool _isStopped;

    /// <summary>A call that wants an answer.</summary>
    /// <param name="Number">1, 2, 3… within the run.</param>
    /// <param name="Tool">As it was called.</param>
    /// <param name="Hash">See <see cref="RecordedCall.Hash"/>.</param>
    /// <param name="Arguments">As they were sent.</param>
    public sealed record Asking(int Number, string Tool, string Hash, IDictionary<string, JsonElement>? Arguments)
    {
        /// <summary>It, with its answer.</summary>
        public RecordedCall With(ToolAnswer answer) =>
            new(
                Tool,
                Hash,
                JsonSerializer.SerializeToElement(Arguments ?? new Dictionary<string, JsonElement>(), ToolAnswer.Json),
                answer.Outcome,
                answer.Structured,
                answer.Detail,
                answer.ErrorClass
            );
    }

    /// <summary>Completes when the run is to be ended: <see cref="End"/> says why.</summary>
    public Task Over => _over.Task;

    /// <summary>Why the run was ended at a call; null: it was not.</summary>
    public RecordEnd? End
    {
        get
        {
            lock (_gate)
            {
                return _end;
            }
        }
    }

    /// <summary>Whether there were more bytes than are kept, so that the run cannot be executed again.</summary>
    public bool IsCut
    {
        get
        {
            lock (_gate)
            {
                return _bytes > mostBytes;
            }
        }
    }

    /// <summary>What the run's clock showed.</summary>
    public ClockReadings Readings { get; } = new();

    /// <summary>The calls of the record that were not made again.</summary>
    public IReadOnlyList<RecordedCall> Left => _match.Left;

    /// <summary>All calls: those from before, then those that were made, by number, and last the question that ended the run.</summary>
    public IReadOnlyList<RecordedCall> All
    {
        get
        {
            lock (_gate)
            {
                return [.. spec.Calls, .. _made.Values, .. _asked is { } asked ? new[] { asked } : []];
            }
        }
    }

    /// <summary>Answers a call.</summary>
    /// <param name="asking">The call.</param>
    /// <param name="make">Makes it, where it was not made before.</param>
    /// <param name="takeRoom">Waits until there is memory for an answer from before.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The second: whether it was made before, and not now.</returns>
    public async Task<(ToolAnswer Answer, bool IsOld)> AnswerAsync(
        Asking asking,
        Func<Task<ToolAnswer>> make,
        TakeRoom takeRoom,
        CancellationToken cancellationToken
    )
    {
        if (!TryBegin())
        {
            return (Stopped, false);
        }

        try
        {
            if (await _match.FindAsync(asking, cancellationToken) is { } old)
            {
                var again = ToolAnswer.Of(old);
                await takeRoom(again.Bytes, cancellationToken);
                return (again, true);
            }

            var answer = await make();
            if (answer.Question is { } question)
            {
                answer = await AskAsync(question, asking, answer, cancellationToken);
            }
            if (answer.Outcome != RecordedCall.Asked && !IsOfTheEnd(answer))
            {
                Keep(asking.Number, asking.With(answer));
            }

            return (answer, false);
        }
        catch (Exception divergence) when (divergence is TimeoutException or DivergenceException)
        {
            Finish(new RecordEnd.Diverged(divergence.Message), asked: null);
            return (Stopped, false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return (ToolAnswer.Error("The call was cancelled.", ToolErrorClass.Cancelled), false);
        }
        finally
        {
            Ended();
        }
    }

    // Its process is killed, and waits for no answer. Calls beside it come to their end first, so that what they did is known
    // when the task is executed again.
    private async Task<ToolAnswer> AskAsync(
        ApprovalQuestion question,
        Asking asking,
        ToolAnswer answer,
        CancellationToken cancellationToken
    )
    {
        if (IsCut)
        {
            return TooMuch;
        }

        lock (_gate)
        {
            if (_isStopped)
            {
                return Stopped;
            }

            if (_atWork == 1)
            {
                _alone.TrySetResult();
            }

            _isStopped = true;
        }

        await _alone.Task.WaitAsync(cancellationToken);
        if (IsCut)
        {
            lock (_gate)
            {
                _isStopped = false;
            }

            return TooMuch;
        }

        Finish(new RecordEnd.Asked(question), asking.With(answer));
        return answer;
    }

    private ToolAnswer TooMuch =>
        ToolAnswer.Refused(
            $"Nobody can be asked any more: the calls of this run hold more than {mostBytes / 1024:N0} KB, and all of them would "
                + "have to be answered again. Ask before so much is read.",
            ToolErrorClass.Refused
        );

    private static ToolAnswer Stopped =>
        ToolAnswer.Refused("The run has ended here: nothing is called any more.", ToolErrorClass.Ended);

    // Nobody has been given such an answer: the run was ended meanwhile.
    private static bool IsOfTheEnd(ToolAnswer answer) =>
        answer.ErrorClass is ToolErrorClass.Ended or ToolErrorClass.Cancelled;

    private bool TryBegin()
    {
        lock (_gate)
        {
            if (_isStopped)
            {
                return false;
            }

            _atWork++;
            return true;
        }
    }

    private void Ended()
    {
        lock (_gate)
        {
            if (--_atWork == 1 && _isStopped)
            {
                _alone.TrySetResult();
            }
        }
    }

    private void Keep(int number, RecordedCall call)
    {
        lock (_gate)
        {
            _bytes += BytesOf(call);
            if (_bytes <= mostBytes)
            {
                _made[number] = call;
            }
        }
    }

    private void Finish(RecordEnd end, RecordedCall? asked)
    {
        lock (_gate)
        {
            _isStopped = true;
            _asked = asked;
            _end ??= end;
        }

        _over.TrySetResult();
    }

    private static long BytesOf(RecordedCall call) =>
        call.Tool.Length
        + Raw(call.Arguments)
        + (call.Answer is { } answer ? Raw(answer) : 0)
        + (call.Detail?.Length ?? 0);

    private static long Raw(JsonElement value) => JsonMarshal.GetRawUtf8Value(value).Length;
}
