namespace Project38.Core.Tools.Sessions;

/// <summary>Reads lines of bytes, and holds no more than one line in memory, up to a limit.</summary>
internal sealed class BoundedLineReader(Stream stream, int maxLine, long maxTotal)
{
    private const int SmallBuffer = 16 * 1024;

    private byte[] _buffer = new byte[SmallBuffer];
    private int _start;
    private int _end;
    private long _total;

    /// <summary>The next line, without its line feed; valid until the next call. Null at the end.</summary>
    /// <remarks>A last line without a line feed is no line: whoever wrote it was cut off.</remarks>
    /// <exception cref="SessionBrokenException">A line or the whole is too long.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        var scanned = _start;
        while (true)
        {
            var at = _buffer.AsSpan(scanned, _end - scanned).IndexOf((byte)'\n');
            if (at >= 0)
            {
                var line = _buffer.AsMemory(_start, scanned + at - _start);
                _start = scanned + at + 1;
                return line;
            }

            MakeRoom();
            scanned = _end;
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
            if (read == 0)
            {
                return null;
            }

            _end += read;
            _total += read;
            if (_total > maxTotal)
            {
                throw new SessionBrokenException($"it sent more than {maxTotal} bytes to its tools");
            }
        }
    }

    private void MakeRoom()
    {
        var length = _end - _start;
        if (length > maxLine)
        {
            throw new SessionBrokenException($"it sent a message of more than {maxLine} bytes");
        }

        // After one large message the small buffer is enough again.
        var size = length < SmallBuffer ? SmallBuffer : _buffer.Length;
        if (length == size)
        {
            size = (int)Math.Min(2L * size, maxLine + 1L);
        }

        if (size == _buffer.Length && _start == 0 && length < size)
        {
            return;
        }

        var target = size == _buffer.Length ? _buffer : new byte[size];
        _buffer.AsSpan(_start, length).CopyTo(target);
        _buffer = target;
        _start = 0;
        _end = length;
    }
}

/// <summary>The agent broke the protocol; the message begins with "it".</summary>
internal sealed class SessionBrokenException(string message) : Exception(message);
