namespace Project38.Core.Tools.External.Connecting;

/// <summary>What a program says, line by line, of which no line may be longer than so many bytes.</summary>
/// <remarks>The SDK reads a line whole before it looks at it.</remarks>
internal sealed class BoundedLines(Stream source, int most) : Stream
{
    private long _line;
    private volatile bool _isExceeded;

    /// <summary>Whether one was longer; nothing more is read then.</summary>
    public bool IsExceeded => _isExceeded;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await source.ReadAsync(buffer, cancellationToken);
        Count(buffer.Span[..read]);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = source.Read(buffer, offset, count);
        Count(buffer.AsSpan(offset, read));
        return read;
    }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void Count(ReadOnlySpan<byte> bytes)
    {
        foreach (var part in bytes.Split((byte)'\n'))
        {
            // Each part but the first begins a line.
            _line = part.Start.Value == 0 ? _line : 0;
            _line += part.End.Value - part.Start.Value;
            if (_line > most)
            {
                _isExceeded = true;
                throw new IOException($"It sent a message of more than {most:N0} bytes.");
            }
        }
    }
}
