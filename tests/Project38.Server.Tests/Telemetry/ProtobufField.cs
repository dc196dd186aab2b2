using System.Buffers.Binary;

namespace Project38.Server.Tests.Telemetry;

/// <summary>One field of a protobuf message, as it stands on the wire.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Bytes">A text, bytes or a message; empty for a number.</param>
/// <param name="Value">A number; 0 for anything else.</param>
internal readonly record struct ProtobufField(int Number, ReadOnlyMemory<byte> Bytes, ulong Value)
{
    /// <summary>Reads a message, field by field.</summary>
    public static IEnumerable<ProtobufField> Read(ReadOnlyMemory<byte> message)
    {
        while (message.Length > 0)
        {
            var tag = Varint(ref message);
            var number = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    yield return new ProtobufField(number, default, Varint(ref message));
                    break;
                case 1:
                    yield return new ProtobufField(
                        number,
                        default,
                        BinaryPrimitives.ReadUInt64LittleEndian(message.Span)
                    );
                    message = message[8..];
                    break;
                case 2:
                    var length = (int)Varint(ref message);
                    yield return new ProtobufField(number, message[..length], 0);
                    message = message[length..];
                    break;
                case 5:
                    yield return new ProtobufField(
                        number,
                        default,
                        BinaryPrimitives.ReadUInt32LittleEndian(message.Span)
                    );
                    message = message[4..];
                    break;
                default:
                    throw new InvalidDataException($"Wire type {tag & 7}.");
            }
        }
    }

    private static ulong Varint(ref ReadOnlyMemory<byte> message)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var one = message.Span[0];
            message = message[1..];
            value |= (ulong)(one & 0x7f) << shift;
            if (one < 0x80)
            {
                return value;
            }
        }
    }
}
