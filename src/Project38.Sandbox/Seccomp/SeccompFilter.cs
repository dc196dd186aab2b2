using System.Buffers.Binary;
using static Project38.Sandbox.Seccomp.BpfInstruction;

namespace Project38.Sandbox.Seccomp;

/// <summary>Assembles a <see cref="SeccompPolicy"/> into the program that the kernel runs at every system call.</summary>
internal static class SeccompFilter
{
    public const uint Allow = 0x7fff0000;
    public const uint KillProcess = 0x80000000;
    public const uint Errno = 0x00050000;

    // Offsets in struct seccomp_data. Both architectures are little-endian: the low half of an argument comes first.
    public const uint NumberOffset = 0;
    public const uint ArchitectureOffset = 4;
    public const uint ArgumentsOffset = 16;

    private const uint FirstX32Number = 0x40000000;

    /// <summary>The filter as instructions. A call of a foreign architecture, or of x32, kills the process.</summary>
    public static IReadOnlyList<BpfInstruction> Assemble(SeccompPolicy policy)
    {
        List<BpfInstruction> program =
        [
            Load(ArchitectureOffset),
            IfEqual(policy.Table.Architecture, then: 1, otherwise: 0),
            Return(KillProcess),
            Load(NumberOffset),
            IfAtLeast(FirstX32Number, then: 0, otherwise: 1),
            Return(KillProcess),
        ];

        // The number stays loaded down the false branches; a rule that loads an argument always returns.
        foreach (var (name, rule) in policy.Rules)
        {
            if (policy.Table.Find(name) is { } number)
            {
                var body = Body(rule);
                program.Add(IfEqual(number, then: 0, otherwise: (byte)body.Length));
                program.AddRange(body);
            }
        }

        program.Add(IfAtLeast(policy.Table.Highest + 1, then: 0, otherwise: 1));
        program.Add(Return(Errno | Error.NotImplemented));
        program.Add(Return(Errno | Error.NotPermitted));
        return program;
    }

    /// <summary>The filter as bubblewrap's <c>--seccomp</c> reads it: an array of <c>struct sock_filter</c>.</summary>
    public static byte[] ToBytes(IReadOnlyList<BpfInstruction> program)
    {
        var bytes = new byte[program.Count * 8];
        for (var i = 0; i < program.Count; i++)
        {
            var target = bytes.AsSpan(i * 8, 8);
            BinaryPrimitives.WriteUInt16LittleEndian(target, program[i].Code);
            target[2] = program[i].IfTrue;
            target[3] = program[i].IfFalse;
            BinaryPrimitives.WriteUInt32LittleEndian(target[4..], program[i].Operand);
        }

        return bytes;
    }

    private static BpfInstruction[] Body(SeccompRule rule) =>
        rule switch
        {
            SeccompRule.Allowed => [Return(Allow)],
            SeccompRule.Refused refused => [Return(Errno | refused.Error)],
            // Only the low 32 bits are looked at, because the kernel looks at no more: CVE-2019-10063.
            SeccompRule.AllowedIfEqual equal =>
            [
                Load(Low(equal.Argument)),
                IfEqual(equal.Value, then: 0, otherwise: 1),
                Return(Allow),
                Return(Errno | equal.Error),
            ],
            SeccompRule.AllowedUnlessEqual unless =>
            [
                Load(Low(unless.Argument)),
                .. unless.Values.Select((value, i) => IfEqual(value, (byte)(unless.Values.Length - i), 0)),
                Return(Allow),
                Return(Errno | unless.Error),
            ],
            SeccompRule.AllowedByFlags flags =>
            [
                Load(Low(flags.Argument)),
                IfAnyBit(flags.Forbidden, then: 2, otherwise: 0),
                flags.Required == 0 ? Return(Allow) : IfAnyBit(flags.Required, then: 0, otherwise: 1),
                Return(Allow),
                Return(Errno | flags.Error),
            ],
            _ => throw new ArgumentOutOfRangeException(nameof(rule)),
        };

    private static uint Low(int argument) => ArgumentsOffset + (8 * (uint)argument);
}
