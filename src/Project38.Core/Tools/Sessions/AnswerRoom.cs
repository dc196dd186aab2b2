namespace Project38.Core.Tools.Sessions;

/// <summary>The memory of one call's answer. A tool that may give much asks for it before it reads.</summary>
/// <remarks>
/// While an answer is made it takes its room in the session and in the platform; when it is made, in the session alone:
/// an agent that does not read its answers is in nobody's way but its own.
/// </remarks>
internal sealed class AnswerRoom(ByteGate session, ByteGate platform) : IDisposable
{
    // So many of a session's calls give no more than this that they may all be there at once.
    private const int Small = 64 * 1024;

    private long _inSession;
    private long _inPlatform;

    /// <summary>The answer's <c>structuredContent</c>, ready to be sent; null: it has none, or is not made yet.</summary>
    public ReadOnlyMemory<byte>? Structured { get; set; }

    /// <summary>Waits until there is room. Once for each call.</summary>
    public async ValueTask TakeAsync(long bytes, CancellationToken cancellationToken)
    {
        if (bytes <= Small)
        {
            return;
        }

        await session.EnterAsync(bytes, cancellationToken);
        _inSession = bytes;
        await platform.EnterAsync(bytes, cancellationToken);
        _inPlatform = bytes;
    }

    /// <summary>The answer is made, and only waits to be read.</summary>
    public void Made()
    {
        if (Interlocked.Exchange(ref _inPlatform, 0) is > 0 and var bytes)
        {
            platform.Leave(bytes);
        }
    }

    /// <summary>The answer was read, or there will be none.</summary>
    public void Dispose()
    {
        Made();
        if (Interlocked.Exchange(ref _inSession, 0) is > 0 and var bytes)
        {
            session.Leave(bytes);
        }
    }
}
