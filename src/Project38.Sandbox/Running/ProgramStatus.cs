using System.Globalization;
using System.Text;
using Project38.Sandbox.Seccomp;

namespace Project38.Sandbox.Running;

/// <summary>What the process above a program says of it, a line for each thing. The end of the pipe is its end.</summary>
/// <remarks>The program never holds the other end.</remarks>
/// <param name="stream">The pipe.</param>
internal sealed class ProgramStatus(Stream stream) : IDisposable
{
    // A few lines of well under 100 bytes, and at most 32 refused calls.
    private const int MaxBytes = 16 * 1024;

    private readonly TaskCompletionSource<bool> _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _refused = [];
    private bool _failed;
    private ProgramEnd _end = new ProgramEnd.NotStarted(null);

    /// <summary>Whether its sandbox is built, and it waits for its job; false: it never will.</summary>
    public Task<bool> Waiting => _waiting.Task;

    /// <summary>How the program ended. Asked for after <see cref="ReadToEndAsync"/>.</summary>
    public ProgramEnd End => _end with { Refused = _refused };

    private bool MayHaveRun => _end is not ProgramEnd.NotStarted;

    /// <summary>Says that the program was told to go on: from now on it may have run.</summary>
    public void Begin() => _end = new ProgramEnd.Signalled(Native.LibC.SigKill);

    /// <summary>Reads until the first process is gone.</summary>
    public async Task ReadToEndAsync()
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        var total = 0;
        while (total < MaxBytes && await reader.ReadLineAsync(CancellationToken.None) is { } line)
        {
            total += line.Length + 1;
            Read(line);
        }

        _waiting.TrySetResult(false);
    }

    public void Dispose() => stream.Dispose();

    private void Read(string line)
    {
        var (word, rest) = line.Split(' ', 2) is [var first, var second] ? (first, second) : (line, "");
        if (_failed)
        {
            return; // what ended then was no program yet
        }

        switch (word)
        {
            case "waiting":
                _waiting.TrySetResult(true);
                break;
            case "started":
                Begin();
                break;
            case "refused":
                _refused.Add(SyscallTable.Current.NameOf(Number(rest)));
                break;
            case "exited" when MayHaveRun:
                _end = new ProgramEnd.Exited(Number(rest));
                break;
            case "signalled" when MayHaveRun:
                _end = new ProgramEnd.Signalled(Number(rest));
                break;
            case "failed":
                _failed = true;
                _end = new ProgramEnd.NotStarted(rest);
                break;
            default:
                break; // half a line, of a process that was killed, or the end of one that was no program yet
        }
    }

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
