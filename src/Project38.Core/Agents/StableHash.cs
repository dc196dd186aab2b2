using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Project38.Core.Agents;

/// <summary>A number that looks random and is the same on every node, of every version, for ever.</summary>
/// <remarks>Not <see cref="HashCode"/>, which is another one in each process; nor a seeded <see cref="Random"/>, whose algorithm .NET may change.</remarks>
internal static class StableHash
{
    /// <summary>The number of an agent and of one more thing about it.</summary>
    public static ulong Of(long agentId, long thing)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, agentId);
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], thing);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }
}
