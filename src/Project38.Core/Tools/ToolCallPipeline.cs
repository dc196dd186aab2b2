using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Project38.Core.Budgets;
using Project38.Core.Storage;
using Project38.Core.Tools.External;
using Project38.Core.Tools.Rates;
using Project38.Core.Tools.Records;
using Project38.Core.Tools.Registry;
using Project38.Core.Tools.Sessions;

namespace Project38.Core.Tools;

/// <summary>The way every tool call of a run takes; one pipeline for one run.</summary>
internal sealed class ToolCallPipeline(
    ToolRegistry registry,
    ToolSessionSpec spec,
    ToolLimits limits,
    RateLeases? leases,
    TimeProvider time,
    ILogger logger,
    ExternalTools? external = null
)
{
    /// <summary>Characters of a tool's name that are kept.</summary>
    public const int MostNameLength = 128;

    private const int MostOfAnAsking = 300;

    private readonly Lock _gate = new();
    private readonly List<RunStep> _steps = [];
    private readonly Dictionary<string, int> _times = [];

    // Taken here: what a call says of its own trace, MCP lets the agent write.
    private readonly ActivityContext _run = Activity.Current?.Context ?? default;
    private readonly CallRate _rate = new(limits, time);
    private readonly CallTurns _turns = new(spec.Rules, time);
    private readonly long _began = time.GetTimestamp();
    private IReadOnlyDictionary<string, ToolDefinition> _external = new Dictionary<string, ToolDefinition>();
    private RateLease? _lease;
    private int _calls;
    private int _recordedBytes;

    /// <summary>The calls that have ended, by number.</summary>
    public IReadOnlyList<RunStep> Steps
    {
        get
        {
            lock (_gate)
            {
                return [.. _steps.OrderBy(step => step.Number)];
            }
        }
    }

    /// <summary>What is kept of the calls; null: nothing is.</summary>
    public RecordedCalls? Calls { get; } =
        spec.Record is { } record ? new RecordedCalls(record, limits.RecordBytes, time) : null;

    /// <summary>What tools keep until the session ends.</summary>
    public SessionParts Parts { get; } = new();

    /// <summary>The tools the agent sees.</summary>
    public IEnumerable<ToolDefinition> Granted =>
        spec.Grant.Tools.Distinct(StringComparer.Ordinal).Select(Find).OfType<ToolDefinition>();

    /// <summary>Looks up what the grant names of tool servers; before the first call.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        if (external is not null && spec.Grant.Tools.Any(tool => ExternalName.TryParse(tool, out _)))
        {
            _external = await external.OfAsync(spec.Grant.Tools, cancellationToken);
        }
    }

    /// <summary>Counts the calls in the buckets that the agent's runs share, until it is disposed. Null: there are none.</summary>
    public IAsyncDisposable? OpenRates() => _lease = leases?.Open(spec.Identity.AgentId, spec.Rules);

    /// <summary>Takes one call all the way. Throws nothing but <see cref="OperationCanceledException"/>.</summary>
    public async Task<ToolAnswer> CallAsync(
        string name,
        IDictionary<string, JsonElement>? arguments,
        TakeRoom takeRoom,
        CancellationToken cancellationToken
    )
    {
        var number = Interlocked.Increment(ref _calls);
        if (number > limits.CallsPerRun)
        {
            // Not recorded: the record of a run is bounded too.
            await PauseAsync(cancellationToken);
            return ToolAnswer.Refused(
                $"This run has made its {limits.CallsPerRun} tool calls; no more are answered.",
                ToolErrorClass.Rate
            );
        }

        var tool = Find(name)?.Name ?? ToolInstruments.UnknownTool;
        using var span = ToolInstruments.TraceCall(tool, number, _run);
        var started = time.GetTimestamp();
        var hash = RecordedCall.HashOf(name, arguments);
        // In front of all gates: what was answered before is answered alike, whatever is granted, left or allowed by now.
        var (answer, isOld) = Calls is { } calls
            ? await calls.AnswerAsync(
                new RecordedCalls.Asking(number, name, hash, arguments),
                () => AnswerAsync(number, name, hash, arguments, takeRoom, cancellationToken),
                takeRoom,
                cancellationToken
            )
            : (await AnswerAsync(number, name, hash, arguments, takeRoom, cancellationToken), false);
        if (isOld && Find(name) is { } before)
        {
            // One run, however often it is executed: what it may do once it has done.
            _ = Times(before);
        }
        var took = time.GetElapsedTime(started);
        ToolInstruments.CallEnded(span, tool, answer.Outcome, took);
        Record(number, name, arguments, answer, took, isOld);
        return answer;
    }

    private async Task<ToolAnswer> AnswerAsync(
        int number,
        string name,
        string hash,
        IDictionary<string, JsonElement>? arguments,
        TakeRoom takeRoom,
        CancellationToken cancellationToken
    )
    {
        var way = new Way();
        var answer = await TryAsync();
        return answer with { CostMicroUsd = way.CostMicroUsd };

        async Task<ToolAnswer> TryAsync()
        {
            try
            {
                return await PassAsync(way, number, name, hash, arguments, takeRoom, cancellationToken);
            }
            catch (ToolRefusedException refusal)
            {
                return ToolAnswer.Refused(
                    refusal.Message,
                    way.At is ToolErrorClass.Failed ? ToolErrorClass.Refused : way.At
                );
            }
            catch (CallTimeoutException late)
            {
                return ToolAnswer.Error(late.Message, ToolErrorClass.TimedOut);
            }
            catch (ToolException failure)
            {
                return ToolAnswer.Error(failure.Message, way.At);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return ToolAnswer.Error("The call was cancelled.", ToolErrorClass.Cancelled);
            }
#pragma warning disable CA1031 // The wall: whatever a tool's fault is, the agent gets an answer and no detail.
            catch (Exception fault) when (fault is not DivergenceException)
#pragma warning restore CA1031
            {
                ToolSessionLog.ToolFaulted(logger, fault, name, spec.Identity.AgentId, spec.Identity.TaskId);
                return ToolAnswer.Error(
                    $"{name} failed inside the platform. The platform's log says why.",
                    ToolErrorClass.Fault
                );
            }
        }
    }

    // The order is a promise (DESIGN.md, "Tools: promises"): a later gate never opens before an earlier one.
    private async Task<ToolAnswer> PassAsync(
        Way way,
        int number,
        string name,
        string hash,
        IDictionary<string, JsonElement>? arguments,
        TakeRoom takeRoom,
        CancellationToken cancellationToken
    )
    {
        // 1. Grant.
        way.At = !IsTool(name) ? ToolErrorClass.UnknownTool : ToolErrorClass.NotGranted;
        var tool = FindGranted(name);

        // 2. Fence: that of the clock, so that a refusal of what follows costs the database nothing. It knows who holds the
        // lease, not who lost it: to refuse is for the database, which takes the run's result or does not.
        way.At = ToolErrorClass.Lost;
        if (!spec.Lease.IsHeldByClock && !await spec.Lease.IsHeldAsync(cancellationToken))
        {
            throw Lost();
        }

        // 3. Rate limit.
        way.At = ToolErrorClass.Rate;
        await PassRateAsync(tool, cancellationToken);

        // 4. Budget, of arguments that are the tool's: the most that the call can cost is set aside before it.
        way.At = ToolErrorClass.Arguments;
        var call = new ToolCall(
            spec.Identity,
            spec.Grant,
            number,
            $"{spec.Identity.TaskId}:{number}:{hash}",
            ToolArguments.Check(tool, arguments)
        )
        {
            IsDryRun = spec.DryRun,
            TakeRoom = takeRoom,
            Parts = Parts,
            Now = spec.Clock is { } clock ? clock + time.GetElapsedTime(_began) : time.GetUtcNow(),
        };
        // It came here, so it is not in the record; and before the budget, which is for what is made.
        if (spec.Record is { StandsIn: true } && !tool.ChangesWorld(call))
        {
            var asked = StorableText.Cut($"{tool.Name} {StepArguments.Cut(arguments)}", MostOfAnAsking);
            throw new DivergenceException($"It diverged at call {number}: {asked} is not in the record.");
        }

        if (tool.WorstCost?.Invoke(call) is not (> 0 and var worst))
        {
            return await MakeAsync(way, tool, call, cancellationToken);
        }

        way.At = ToolErrorClass.Budget;
        var spending = await ReserveAsync(tool, worst, cancellationToken);
        try
        {
            return await MakeAsync(way, tool, call, cancellationToken);
        }
        finally
        {
            // What did not come to the tool has cost nothing; of what did, and does not say, it is the most.
            var cost = call.Cost ?? (way.CameToTheTool ? worst : 0);
            way.CostMicroUsd = Usd.ToMicro(cost);
            await spending.SettleAsync(cost);
        }
    }

    private async Task<ToolAnswer> MakeAsync(
        Way way,
        ToolDefinition tool,
        ToolCall call,
        CancellationToken cancellationToken
    )
    {
        // 5. Egress policy.
        way.At = ToolErrorClass.Egress;
        tool.EgressPolicy?.Invoke(call);

        // 6. The call; or in a dry run, where it would change the world, what stands in for it.
        if (tool.ChangesWorld(call))
        {
            if (spec.DryRun)
            {
                return ToolAnswer.Recorded(tool.StandIn!(call));
            }

            // The fence again, of the database: a person may have cancelled the task, or the clock be wrong.
            way.At = ToolErrorClass.Lost;
            if (!await spec.Lease.IsHeldAsync(cancellationToken))
            {
                throw Lost();
            }
        }

        way.At = ToolErrorClass.Failed;
        var value = await _turns.CallAsync(
            tool.Name,
            given =>
            {
                way.CameToTheTool = true;
                return tool.Handler(call, given);
            },
            cancellationToken
        );

        if (call.Question is { } question)
        {
            return Calls is null
                ? throw new ToolRefusedException("Nobody can be asked here: the calls of this run are not kept.")
                : ToolAnswer.Asked(question);
        }

        // 7. Redaction: no tool knows a secret yet.
        return ToolAnswer.Ok(value);
    }

    private async Task PassRateAsync(ToolDefinition tool, CancellationToken cancellationToken)
    {
        if (_rate.Wait() is { } wait)
        {
            await PauseAsync(cancellationToken);
            throw new ToolRefusedException(
                $"Too many tool calls: at most {limits.CallsPerSecond} a second. Try again in {wait.TotalSeconds:0.0} s."
            );
        }

        if (tool.MostPerRun?.Invoke(limits) is { } most && Times(tool) > most)
        {
            throw new ToolRefusedException(
                $"This run has called {tool.Name} {most} times, which is the most. Say more in one call."
            );
        }

        if (_lease is not { } lease)
        {
            return;
        }

        // Done long since, but for a call that comes before the first lease has.
        await lease.Ready.WaitAsync(cancellationToken);
        if (lease.TryTake(tool.Name) is var (key, nextIn))
        {
            await PauseAsync(cancellationToken);
            throw new ToolRefusedException(
                $"Too many calls: at most {key.Limit} {(key.Seconds == 60 ? "a minute" : "an hour")} of '{key.Tools}' "
                    + $"(config key 'tool_limits'). Try again in {Math.Max(1, Math.Ceiling(nextIn.TotalSeconds)):0} s."
            );
        }
    }

    private async Task<RunBudget.Spending> ReserveAsync(
        ToolDefinition tool,
        decimal worst,
        CancellationToken cancellationToken
    ) =>
        await spec.Budget.ReserveAsync(tool.Name, worst, cancellationToken) switch
        {
            BudgetAnswer.Reserved reserved => reserved.Spending,
            BudgetAnswer.Refused refused => throw new ToolRefusedException($"{tool.Name}: {refused.Message}"),
            var answer => throw new InvalidOperationException($"A budget does not answer {answer}."),
        };

    private Task PauseAsync(CancellationToken cancellationToken) =>
        Task.Delay(limits.RefusalPause, time, cancellationToken);

    private static ToolRefusedException Lost() =>
        new("This run no longer owns its task: another run has taken over. Stop.");

    private ToolDefinition? Find(string name) => registry.Find(name) ?? _external.GetValueOrDefault(name);

    // Of a tool server it is known only what is granted.
    private bool IsTool(string name) => Find(name) is not null || ExternalName.TryParse(name, out _);

    private ToolDefinition FindGranted(string name)
    {
        if (spec.Grant.Tools.Contains(name, StringComparer.Ordinal) && Find(name) is { } tool)
        {
            return tool;
        }

        var shown = name.Length <= MostNameLength ? name : name[..MostNameLength] + "…";
        throw new ToolRefusedException(
            !IsTool(name)
                ? $"There is no tool '{shown}'."
                : $"'{shown}' is not granted to this agent. Granted: {Listed(spec.Grant.Tools)}. A person can grant more."
        );
    }

    // This call included.
    private int Times(ToolDefinition tool)
    {
        lock (_gate)
        {
            return _times[tool.Name] = _times.GetValueOrDefault(tool.Name) + 1;
        }
    }

    // 8. Usage record.
    private void Record(
        int number,
        string name,
        IDictionary<string, JsonElement>? arguments,
        ToolAnswer answer,
        TimeSpan duration,
        bool isOld
    )
    {
        var kept = StepArguments.Cut(arguments);
        lock (_gate)
        {
            if (_recordedBytes + kept.Length > limits.RecordedArgumentBytes)
            {
                kept = "";
            }

            _recordedBytes += kept.Length;
            _steps.Add(
                new RunStep(
                    number,
                    name.Length <= MostNameLength ? name : name[..MostNameLength],
                    kept,
                    answer.Outcome,
                    answer.Detail,
                    duration,
                    answer.ErrorClass,
                    answer.Bytes
                        + (arguments?.Values.Sum(value => (long)JsonMarshal.GetRawUtf8Value(value).Length) ?? 0),
                    answer.CostMicroUsd,
                    isOld
                )
            );
        }
    }

    private static string Listed(IReadOnlyList<string> names) => names.Count == 0 ? "none" : string.Join(", ", names);

    /// <summary>How far a call has come.</summary>
    private sealed class Way
    {
        /// <summary>The gate it is at: whoever throws there, that is the class of the error.</summary>
        public string At { get; set; } = ToolErrorClass.UnknownTool;

        /// <summary>Whether the tool was called.</summary>
        public bool CameToTheTool { get; set; }

        /// <summary>What it did cost.</summary>
        public long CostMicroUsd { get; set; }
    }
}
