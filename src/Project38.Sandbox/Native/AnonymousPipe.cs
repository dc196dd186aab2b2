using Microsoft.Win32.SafeHandles;

namespace Project38.Sandbox.Native;

/// <summary>Both ends of a pipe, closed on exec.</summary>
internal sealed record AnonymousPipe(SafePipeHandle Reader, SafePipeHandle Writer) : IDisposable
{
    public static unsafe AnonymousPipe Create()
    {
        var ends = stackalloc int[2];
        LibC.Check(LibC.Pipe(ends, LibC.OpenCloseOnExec), "pipe2");
        return new AnonymousPipe(new SafePipeHandle(ends[0], true), new SafePipeHandle(ends[1], true));
    }

    public void Dispose()
    {
        Reader.Dispose();
        Writer.Dispose();
    }
}
