using System.Text.Json;
using Project38.Core.Execution.Pythons;
using Project38.Core.Execution.Records;
using Project38.Core.Tools;
using Project38.Core.Tools.Records;
using Project38.Core.Tools.Sessions;
using Project38.Sandbox;

namespace Project38.Core.Execution;

/// <summary>Runs an agent once: sandbox, tool session, and what came of it. Knows no queue and no database.</summary>
public sealed class RunExecutor(AgentProcess processes, PythonImages images)
{
    /// <summary>Runs to the end. Whatever the agent does becomes a result; only a fault of the platform throws.</summary>
    /// <param name="request">What to run.</param>
    /// <param name="cancellationToken">Kills the run: the result is <see cref="RunResult.Killed"/>.</param>
    public async Task<RunResult> ExecuteAsync(RunRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var process = await processes.RunAsync(Spec(request), cancellationToken);
            return WithWhy(Result(request, process), process.Exit, request.Limits);
        }
        catch (Exception exception) when (exception is SandboxUnavailableException or PythonImageException)
        {
            // Trying again may find the machine mended.
            return new RunResult.Failed(exception.Message, Retry: true) { Trace = RunTrace.None };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new RunResult.Killed { Trace = RunTrace.None };
        }
    }

    private AgentProcessSpec Spec(RunRequest request) =>
        new()
        {
            Mode = AgentProcessMode.Run,
            Code = request.Code,
            Config = request.Config,
            RunNumber = request.RunNumber,
            Handoff = request.Handoff,
            Clock = request.Clock,
            Recording = request.Recording,
            Limits = request.Limits,
            Watch = request.Watch,
            Mounts = images.Mounts(request.Python),
            Tools = new ToolSessionSpec
            {
                Grant = request.Grant,
                Identity = new RunIdentity(request.AgentId, request.TeamId, request.TaskId, request.RunNumber),
                Lease = request.Lease,
                DryRun = request.DryRun,
                Clock = request.Clock,
                Rules = request.ToolRules,
                Budget = request.Budget,
                Record = request.Recording?.Calls,
            },
        };

    private static RunResult Result(RunRequest request, AgentProcessResult process)
    {
        var finish = process.Last is { Method: ReservedMethods.Finish } last
            ? FinishMessage.Read(last.Parameters)
            : null;
        var exit = process.Exit;
        var trace = new RunTrace
        {
            Log = process.Log.Replace('\0', '\uFFFD'),
            Exit = exit,
            Handoff = finish switch
            {
                FinishMessage.Success said => said.Handoff,
                FinishMessage.Error said => said.Handoff,
                _ => null,
            },
            Steps = process.Steps,
            Record = process.Record is { } kept ? Recorded(request, kept, process.Last) : null,
        };

        // Where it was ended at a call, that is what ended it.
        switch (process.Record?.End)
        {
            case RecordEnd.Asked asked:
                return new RunResult.Asked(asked.Question) { Trace = trace };
            case RecordEnd.Diverged diverged:
                return new RunResult.Failed(diverged.Reason, Retry: false) { Trace = trace };
        }

        // What was said wins over how the process went, unless a limit ended it: then it was not at its end.
        return (exit, finish) switch
        {
            (SandboxExit.TimedOut over, _) => new RunResult.TimedOut(over.Limit) { Trace = trace },
            (SandboxExit.OutOfMemory over, _) => new RunResult.OutOfMemory(over.LimitBytes) { Trace = trace },
            (SandboxExit.OutputExceeded over, _) => new RunResult.OutputExceeded(over.LimitBytes) { Trace = trace },
            (SandboxExit.SpaceExceeded over, _) => new RunResult.Failed(
                $"It wrote more than {over.LimitBytes / (1024 * 1024)} MB to one of its folders.",
                Retry: true
            )
            {
                Trace = trace,
            },
            (_, FinishMessage.Success said) => new RunResult.Succeeded(said.Output) { Trace = trace },
            // Without a cgroup the address space is the limit, and Python itself says that it was reached.
            (_, FinishMessage.Error said)
                when exit.Level <= SandboxLevel.NoCgroup
                    && said.Message.StartsWith("MemoryError", StringComparison.Ordinal) => new RunResult.OutOfMemory(
                request.Limits.MemoryBytes
            )
            {
                Trace = trace,
            },
            (_, FinishMessage.Error said) => new RunResult.Failed(said.Message, said.Retry) { Trace = trace },
            (_, _) when process.Session is ToolSessionEnd.Broken broken => new RunResult.Failed(
                $"The run was ended: {broken.Reason}.",
                Retry: true
            )
            {
                Trace = trace,
            },
            (SandboxExit.Killed, _) => new RunResult.Killed { Trace = trace },
            _ => new RunResult.Failed(WithoutFinish(exit), Retry: true) { Trace = trace },
        };
    }

    private static RecordedRun Recorded(RunRequest request, RecordedCalls kept, ReservedMessage? last)
    {
        if (
            last?.Parameters is { ValueKind: JsonValueKind.Object } told
            && told.TryGetProperty("readings", out var readings)
        )
        {
            kept.Readings.Add(readings);
        }

        var given = new GivenRun(
            request.RunNumber,
            request.Config,
            request.Handoff,
            request.Recording!.Seed,
            request.Clock
        );
        return new RecordedRun(given, kept.All, kept.Readings.All, kept.IsCut)
        {
            Left = kept.Left,
            Divergence = (kept.End as RecordEnd.Diverged)?.Reason,
        };
    }

    // A program says "Operation not permitted", and not of what.
    private static RunResult WithWhy(RunResult result, SandboxExit exit, SandboxLimits limits)
    {
        List<string> why = [.. Exhaustion.Sentences(exit, limits)];
        if (exit.Refused.Count > 0)
        {
            why.Add($"The sandbox refused these calls of the kernel: {string.Join(", ", exit.Refused)}.");
        }

        var sentences = string.Join(' ', why);
        return result switch
        {
            RunResult.Failed failed when why.Count > 0 => failed with { Error = $"{failed.Error} {sentences}" },
            RunResult.TimedOut late when why.Count > 0 => late with { Why = sentences },
            _ => result,
        };
    }

    private static string WithoutFinish(SandboxExit exit) =>
        exit switch
        {
            SandboxExit.Exited(var code) =>
                $"The program ended by itself with code {code} before execute had returned.",
            SandboxExit.Signalled(31) => "The program did what the sandbox forbids and was ended (SIGSYS).",
            SandboxExit.Signalled(var signal) =>
                $"The program was ended by signal {signal} before execute had returned.",
            SandboxExit.NotStarted(var reason) => $"The sandbox could not start the program: {reason}",
            _ => "The program ended before execute had returned.",
        };
}
