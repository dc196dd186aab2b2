using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Project38.Core.Execution;
using Project38.Sandbox;

namespace Project38.Core.Factory.Validation.Checks;

/// <summary>
/// Keeps one sandboxed Python that reads programs, so that a check costs its reading and not a sandbox and a start.
/// </summary>
/// <remarks>
/// Nothing of a program is executed in it, so one program can do no more to the check of the next than end the process:
/// it is at the same level as every run, without tools, network or files. It is followed by a fresh one after
/// <see cref="Uses"/> programs, when it says that it has grown, and after anything that went wrong.
/// </remarks>
internal sealed class WarmChecker(AgentProcess processes, IOptions<FactoryOptions> options, TimeProvider time)
    : IAsyncDisposable
{
    private const int Uses = 500;
    private const int MaxAnswerBytes = 4 * 1024 * 1024;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private SandboxProcess? _process;
    private PipeReader? _answers;
    private int _used;
    private bool _disposed;

    /// <summary>Asks, one question after another.</summary>
    /// <exception cref="CheckerException">There was no answer. The next question finds a fresh process.</exception>
    /// <exception cref="SandboxUnavailableException">Nothing here can contain it.</exception>
    public async Task<JsonElement> AskAsync(JsonElement question, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return await AskInTurnAsync(question, cancellationToken);
        }
        catch
        {
            // An answer that comes too late would be taken for that of the next question.
            await StopAsync();
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync(CancellationToken.None);
        _disposed = true;
        await StopAsync();
        _turn.Release();
    }

    private async Task<JsonElement> AskInTurnAsync(JsonElement question, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.Value.CheckTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            // One that ended while nobody asked is no fault of this question.
            if (_process is { Completion.IsCompleted: true })
            {
                await StopAsync();
            }

            await StartAsync(either.Token);
            if (await TryAskAsync(_process!, _answers!, question, either.Token) is { } answer)
            {
                if (++_used >= Uses || answer.GetProperty("leave").GetBoolean())
                {
                    await StopAsync();
                }
                return answer;
            }

            var exit = await _process!.Completion.WaitAsync(either.Token);
            throw new CheckerException(SandboxEnd.Describe(exit, _process.Log), exit);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CheckerException($"it took longer than {options.Value.CheckTimeout.TotalSeconds:0.#} s.");
        }
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_process is null)
        {
            var limits = new SandboxLimits { Timeout = TimeSpan.FromDays(1), CpuPercent = 100 };
            _process = await processes.StartCheckerAsync(limits, cancellationToken);
            _answers = PipeReader.Create(_process.Output);
            _used = 0;
        }
    }

    // Null: it ended without an answer.
    private static async Task<JsonElement?> TryAskAsync(
        SandboxProcess process,
        PipeReader answers,
        JsonElement question,
        CancellationToken cancellationToken
    )
    {
        try
        {
            // JSON has no raw line break, so a line is a message.
            await process.Input.WriteAsync(
                (byte[])[.. JsonSerializer.SerializeToUtf8Bytes(question), (byte)'\n'],
                cancellationToken
            );
            await process.Input.FlushAsync(cancellationToken);
        }
        catch (IOException)
        {
            return null;
        }

        while (true)
        {
            var read = await answers.ReadAsync(cancellationToken);
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                using var document = JsonDocument.Parse(read.Buffer.Slice(0, end));
                var answer = document.RootElement.Clone();
                answers.AdvanceTo(read.Buffer.GetPosition(1, end));
                return answer;
            }
            if (read.IsCompleted)
            {
                return null;
            }
            if (read.Buffer.Length > MaxAnswerBytes)
            {
                throw new CheckerException($"it answered more than {MaxAnswerBytes:N0} bytes.");
            }

            answers.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private async Task StopAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            _used = 0;
            process.Kill();
            await process.Completion;
            await _answers!.CompleteAsync();
            await process.DisposeAsync();
        }
    }
}

/// <summary>The checker gave no answer. The message says why, for a person.</summary>
internal sealed class CheckerException(string message, SandboxExit? exit = null) : Exception(message)
{
    private const int Crash = 11; // SIGSEGV: what Python's own parser and compiler come to over too much depth
    private const int Overtime = 27; // SIGPROF: runtime/python/p38/_deadline.py

    /// <summary>Whether it ended over what it was given to read, and not by a fault of the platform.</summary>
    public bool IsOfTheProgram => exit is SandboxExit.Signalled(Crash or Overtime) or SandboxExit.OutOfMemory;
}
