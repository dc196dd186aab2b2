using System.Runtime.InteropServices;
using Project38.Sandbox.Native;

namespace Project38.Sandbox.Running;

/// <summary>The three streams between the platform and a program.</summary>
internal sealed class RunStreams : IDisposable
{
    public AnonymousPipe Input { get; } = AnonymousPipe.Create();

    public AnonymousPipe Output { get; } = AnonymousPipe.Create();

    public AnonymousPipe Errors { get; } = AnonymousPipe.Create();

    /// <summary>What becomes descriptors 0, 1 and 2 of the program.</summary>
    public IReadOnlyList<SafeHandle> ForChild => [Input.Reader, Output.Writer, Errors.Writer];

    /// <summary>Closes the platform's copies of what the program has now, so that the pipes end when it does.</summary>
    public void CloseChildEnds()
    {
        foreach (var handle in ForChild)
        {
            handle.Dispose();
        }
    }

    /// <summary>Closes everything: for a program that did not start.</summary>
    public void Dispose()
    {
        Input.Dispose();
        Output.Dispose();
        Errors.Dispose();
    }
}
