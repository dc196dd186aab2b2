using System.Buffers;
using System.ComponentModel;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Text.Json;
using Project38.Sandbox.Running;

namespace Project38.Sandbox.Sidecars;

/// <summary>One life of a sidecar.</summary>
internal sealed class SidecarProcess : IAsyncDisposable
{
    private const int ErrorBytes = 16 * 1024;

    private static readonly StreamPipeReaderOptions ReaderOptions = new(bufferSize: 64 * 1024);

    private readonly SidecarOptions _options;
    private readonly Process _process;
    private readonly PipeReader _answers;
    private readonly BoundedLog _errors = new(ErrorBytes);
    private readonly Task _errorPump;

    private SidecarProcess(SidecarOptions options, Process process)
    {
        _options = options;
        _process = process;
        _answers = PipeReader.Create(process.StandardOutput.BaseStream, ReaderOptions);
        _errorPump = PumpErrorsAsync();
    }

    public bool HasExited => _process.HasExited;

    /// <summary>The beginning of what it printed to standard error.</summary>
    public string Errors => _errors.ToString().Trim();

    /// <exception cref="SidecarException">The program is not there.</exception>
    public static SidecarProcess Start(SidecarOptions options)
    {
        var start = new ProcessStartInfo(options.Program, options.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = options.WorkingFolder ?? "",
        };
        try
        {
            return new SidecarProcess(options, Process.Start(start)!);
        }
        catch (Win32Exception exception)
        {
            throw new SidecarException(
                $"{options.Name} cannot be started: {options.Program} is not there or not a program. {options.Advice}".TrimEnd(),
                exception
            );
        }
    }

    public async Task<JsonElement> AskAsync(JsonElement request, CancellationToken cancellationToken)
    {
        // JSON has no raw line break, so a line is a message.
        var line = JsonSerializer.SerializeToUtf8Bytes(request);
        var input = _process.StandardInput.BaseStream;

        // Side by side: a helper that answers while it still reads must not stop both.
        var writing = WriteAsync(input, line, cancellationToken);
        var answer = await ReadLineAsync(cancellationToken);
        await writing;
        return answer;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync(CancellationToken.None);
        await _errorPump;
        await _answers.CompleteAsync();
        _process.Dispose();
    }

    private static async Task WriteAsync(Stream input, byte[] line, CancellationToken cancellationToken)
    {
        await input.WriteAsync(line, cancellationToken);
        await input.WriteAsync("\n"u8.ToArray(), cancellationToken);
        await input.FlushAsync(cancellationToken);
    }

    private async Task<JsonElement> ReadLineAsync(CancellationToken cancellationToken)
    {
        long seen = 0;
        while (true)
        {
            var result = await _answers.ReadAsync(cancellationToken);
            if (result.Buffer.Slice(seen).PositionOf((byte)'\n') is { } end)
            {
                using var document = JsonDocument.Parse(result.Buffer.Slice(0, end));
                var answer = document.RootElement.Clone();
                _answers.AdvanceTo(result.Buffer.GetPosition(1, end));
                return answer;
            }

            // A long answer comes in many parts: look at each once.
            seen = result.Buffer.Length;
            if (result.IsCompleted)
            {
                throw new EndOfStreamException();
            }

            if (result.Buffer.Length > _options.MaxAnswerBytes)
            {
                throw new SidecarException($"{_options.Name} answered more than {_options.MaxAnswerBytes} bytes.");
            }

            _answers.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    private async Task PumpErrorsAsync()
    {
        var buffer = new byte[4096];
        var errors = _process.StandardError.BaseStream;
        while (await errors.ReadAsync(buffer, CancellationToken.None) is > 0 and var count)
        {
            _errors.Append(buffer.AsSpan(0, count));
        }
    }
}
