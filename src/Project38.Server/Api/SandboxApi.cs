using System.Globalization;
using Project38.Contracts;
using Project38.Core.Execution;
using Project38.Core.Execution.Programs;
using Project38.Sandbox;
using Project38.Server.Http;
using Project38.Server.Http.OpenApi;

namespace Project38.Server.Api;

/// <summary>Programs that are no agents, in the sandbox: to see for oneself what it does.</summary>
internal static class SandboxApi
{
    private const long Megabyte = 1024 * 1024;
    private const int ForbiddenCall = 31; // SIGSYS

    // No keys of requests: what is done for a key goes on when its client leaves, and this is to end then.
    private static readonly RouteFacts Facts = new() { Unkept = true };

    /// <summary>Maps <c>/api/sandbox/runs</c>.</summary>
    public static void MapSandbox(this IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/api/sandbox/runs", RunAsync)
            .Produces<SandboxRunResponse>()
            .Says("runInSandbox", "What a program does in the sandbox; nothing is kept", Facts);

    private static async Task<IResult> RunAsync(
        Body<SandboxRunRequest> body,
        ProgramExecutor programs,
        IHostApplicationLifetime lifetime,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken,
            lifetime.ApplicationStopping
        );
        var spec = Spec(body.Value);
        if (spec.Limits.Processes < SandboxLimits.LeastProcesses)
        {
            var few = new FieldErrors();
            few.Add(
                "processes",
                $"must be {SandboxLimits.LeastProcesses} at least: what contains a program takes some of them, too"
            );
            throw few.ToException();
        }

        try
        {
            if (await programs.RunAsync(spec, end.Token) is { } result)
            {
                return TypedResults.Ok(Of(result, spec.Limits));
            }

            context.Response.Headers.RetryAfter = "5";
            return Problem.Of(
                StatusCodes.Status429TooManyRequests,
                $"{ProgramExecutor.MostAtOnce} programs run in the sandbox already, which is the most. Wait for one to end."
            );
        }
        catch (StrongerLevelException stronger)
        {
            var errors = new FieldErrors();
            errors.Add(
                "level",
                $"is '{body.Value.Level}', and this machine contains a program at '{Wire.Level(stronger.Has)}' at most. "
                    + "'p38 doctor' says what would raise that; leave 'level' out for the strongest there is"
            );
            throw errors.ToException();
        }
        catch (SandboxUnavailableException unavailable)
        {
            return Problem.NotHere(unavailable.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Problem.Of(StatusCodes.Status503ServiceUnavailable, "This server is stopping. Nothing was started.");
        }
    }

    private static ProgramSpec Spec(SandboxRunRequest request)
    {
        var limits = new SandboxLimits();
        return new ProgramSpec(
            request.Code!,
            request.Level is { } name
                ? Enum.GetValues<SandboxLevel>().Single(level => Wire.Level(level) == name)
                : null,
            limits with
            {
                Timeout = request.Timeout is { } seconds ? TimeSpan.FromSeconds(seconds) : limits.Timeout,
                MemoryBytes = request.MemoryMb * Megabyte ?? limits.MemoryBytes,
                CpuPercent = request.CpuPercent ?? limits.CpuPercent,
                Processes = request.Processes ?? limits.Processes,
            }
        );
    }

    private static SandboxRunResponse Of(ProgramResult result, SandboxLimits limits)
    {
        var (exit, usage) = (result.Exit, result.Exit.Usage);
        var (ending, reason) = Words(exit);
        return new SandboxRunResponse
        {
            Level = Wire.Level(exit.Level),
            Ending = ending,
            ExitCode = (exit as SandboxExit.Exited)?.Code,
            Signal = (exit as SandboxExit.Signalled)?.Signal,
            Reason = string.Join(' ', [reason, .. Exhaustion.Sentences(exit, limits)]),
            WallSeconds = usage.WallTime.TotalSeconds,
            CpuSeconds = usage.CpuTime?.TotalSeconds,
            PeakMemoryBytes = usage.PeakMemoryBytes,
            FileBytes = usage.ScratchBytes,
            PrintedBytes = usage.LogBytes,
            Printed = result.Printed,
        };
    }

    private static (string Ending, string Reason) Words(SandboxExit exit) =>
        exit switch
        {
            SandboxExit.Exited(var code) => ("exited", Text($"It exited with {code}.")),
            SandboxExit.Signalled(ForbiddenCall) => (
                "signalled",
                "It made a call that the sandbox forbids, and was ended (SIGSYS)."
            ),
            SandboxExit.Signalled(var signal) => ("signalled", Text($"Signal {signal} ended it.")),
            SandboxExit.TimedOut(var limit) => ("timed_out", Text($"It ran longer than {limit.TotalSeconds:0.#} s.")),
            SandboxExit.OutOfMemory(var limit) => (
                "out_of_memory",
                Text($"It needed more than {limit / Megabyte} MB of memory.")
            ),
            SandboxExit.OutputExceeded(var limit) => (
                "output_exceeded",
                Text($"It printed more than {limit / Megabyte} MB.")
            ),
            SandboxExit.SpaceExceeded(var limit) => (
                "space_exceeded",
                Text($"It wrote more than {limit / Megabyte} MB to its folders.")
            ),
            SandboxExit.Killed => ("killed", "The server stops, and ended it."),
            SandboxExit.NotStarted(var why) => ("not_started", $"The sandbox could not start it: {why}"),
            _ => throw new ArgumentOutOfRangeException(nameof(exit)),
        };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
