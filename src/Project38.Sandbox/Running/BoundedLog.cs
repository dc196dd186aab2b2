using System.Buffers;
using System.Text;

namespace Project38.Sandbox.Running;

/// <summary>Keeps the first bytes of what a run prints, up to a limit, and counts all of them.</summary>
/// <param name="limit">How many bytes to keep.</param>
internal sealed class BoundedLog(long limit)
{
    private readonly Lock _lock = new();
    private readonly ArrayBufferWriter<byte> _kept = new();

    /// <summary>Bytes printed, kept or not.</summary>
    public long Count { get; private set; }

    public bool IsExceeded => Count > limit;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            Count += bytes.Length;
            var room = (int)Math.Min(bytes.Length, limit - _kept.WrittenCount);
            _kept.Write(bytes[..room]);
        }
    }

    /// <summary>What is kept after the first bytes, at most so many.</summary>
    public byte[] Read(long from, int most)
    {
        lock (_lock)
        {
            var start = (int)Math.Min(from, _kept.WrittenCount);
            return _kept.WrittenSpan.Slice(start, Math.Min(most, _kept.WrittenCount - start)).ToArray();
        }
    }

    /// <summary>What is kept, as UTF-8; bytes that are none become U+FFFD.</summary>
    public override string ToString()
    {
        lock (_lock)
        {
            return Encoding.UTF8.GetString(_kept.WrittenSpan);
        }
    }
}
