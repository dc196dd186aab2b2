using System.Buffers.Binary;
using Project38.Sandbox.Seccomp;

namespace Project38.Sandbox.Tests.Seccomp;

/// <summary>Runs a filter as the kernel does, by the book and not by how the filter was assembled.</summary>
internal static class Bpf
{
    public static uint Run(IReadOnlyList<BpfInstruction> program, uint number, uint architecture, ulong[] arguments)
    {
        var data = new byte[64]; // struct seccomp_data
        BinaryPrimitives.WriteUInt32LittleEndian(data, number);
        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(4), architecture);
        for (var i = 0; i < arguments.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(16 + (8 * i)), arguments[i]);
        }

        uint accumulator = 0;
        for (var at = 0; ; at++)
        {
            var (code, ifTrue, ifFalse, operand) = program[at];
            switch (code)
            {
                case 0x20: // BPF_LD | BPF_W | BPF_ABS
                    accumulator = BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan((int)operand));
                    break;
                case 0x15: // BPF_JMP | BPF_JEQ
                    at += accumulator == operand ? ifTrue : ifFalse;
                    break;
                case 0x35: // BPF_JMP | BPF_JGE
                    at += accumulator >= operand ? ifTrue : ifFalse;
                    break;
                case 0x45: // BPF_JMP | BPF_JSET
                    at += (accumulator & operand) != 0 ? ifTrue : ifFalse;
                    break;
                case 0x06: // BPF_RET
                    return operand;
                default:
                    throw new InvalidOperationException($"instruction {at} has code {code:x}");
            }
        }
    }
}
