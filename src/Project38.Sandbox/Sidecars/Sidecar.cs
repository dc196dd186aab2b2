using System.Text.Json;

namespace Project38.Sandbox.Sidecars;

/// <summary>
/// Keeps one trusted helper program running and asks it questions: one line of JSON in, one line of JSON out, in order.
/// </summary>
/// <remarks>
/// It starts with the first question, and again with the next one after it ended or failed to answer, or asked to leave: an
/// answer with <c>"leave": true</c>. It is told to end by the end of its standard input, which the kernel closes even when
/// the platform is killed.
/// </remarks>
public sealed class Sidecar(SidecarOptions options, TimeProvider time) : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private SidecarProcess? _process;
    private bool _disposed;

    /// <summary>Asks, and waits for the answer. Questions asked at once are answered one after another.</summary>
    /// <exception cref="SidecarException">There was no answer. The next question starts the program anew.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<JsonElement> AskAsync(JsonElement request, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return await AskInTurnAsync(request, cancellationToken);
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

    private async Task<JsonElement> AskInTurnAsync(JsonElement request, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            if (_process is { HasExited: true })
            {
                await StopAsync();
            }

            _process ??= SidecarProcess.Start(options);
            var answer = await _process.AskAsync(request, either.Token);
            if (
                answer is { ValueKind: JsonValueKind.Object }
                && answer.TryGetProperty("leave", out var leave)
                && leave is { ValueKind: JsonValueKind.True }
            )
            {
                await StopAsync();
            }
            return answer;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SidecarException($"{options.Name} gave no answer within {options.Timeout.TotalSeconds:0.#} s.");
        }
        catch (IOException exception)
        {
            // Once it is gone, all that it said is there.
            var ended = _process;
            await StopAsync();
            throw new SidecarException($"{options.Name} ended without an answer. {ended?.Errors}".TrimEnd(), exception);
        }
        catch (JsonException exception)
        {
            throw new SidecarException($"{options.Name} answered what is no JSON.", exception);
        }
    }

    private async Task StopAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            await process.DisposeAsync();
        }
    }
}
