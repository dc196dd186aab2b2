namespace Project38.Sandbox.Running;

/// <summary>Reads from another stream, and says how much has come when it is more than a limit.</summary>
/// <remarks>What nobody reads stays in the pipe, and makes the program wait: it costs the platform nothing.</remarks>
internal sealed class CountingStream(Stream source, long limit, Action exceeded) : Stream
{
    private long _count;

    /// <summary>Bytes read so far.</summary>
    public long Count => Interlocked.Read(ref _count);

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer,
        CancellationToken cancellationToken = default
    ) => Add(await source.ReadAsync(buffer, cancellationToken));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => Add(source.Read(buffer, offset, count));

    public override int Read(Span<byte> buffer) => Add(source.Read(buffer));

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Add(int read)
    {
        if (Interlocked.Add(ref _count, read) > limit)
        {
            exceeded();
        }

        return read;
    }
}
