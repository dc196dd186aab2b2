using System.Buffers.Binary;
using static Project38.Sandbox.Seccomp.BpfInstruction;

namespace Project38.Sandbox.Seccomp;

/// <summary>Assembles a <see cref="SeccompPolicy"/> into the program that the kernel runs at every system call.</summary>
internal static class SeccompFilter
{
    public const uint Allow = 0x7fff0000;
    public const uint KillProcess = 0x80000000;
    public const uint Errno = 0x00050000;

    /// <summary>Whoever listens at the filter is asked for the answer. Where nobody does, the call fails with ENOSYS.</summary>
    public const uint Ask = 0x7fc00000; // SECCOMP_RET_USER_NOTIF

    // Offsets in struct seccomp_data. Both architectures are little-endian: the low half of an argument comes first.
    public const uint NumberOffset = 0;
    public const uint ArchitectureOffset = 4;
    public const uint ArgumentsOffset = 16;

    private const uint FirstX32Number = 0x40000000;

    /// <summary>The filter as instructions. A call of a foreign architecture, or of x32, kills the process.</summary>
    /// <param name="policy">What is allowed.</param>
    /// <param name="asks">
    /// Whether a listener is asked about what is refused, who names it and refuses it. What is to look as if the kernel
    /// were too old for it fails in any case.
    /// </param>
    public static IReadOnlyList<BpfInstruction> Assemble(SeccompPolicy policy, bool asks = false)
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
                var body = Body(rule, asks);
                program.Add(IfEqual(number, then: 0, otherwise: (byte)body.Length));
                program.AddRange(body);
            }
        }

        if (policy.Narrows)
        {
            program.Add(Return(Allow));
            return program;
        }

        program.Add(IfAtLeast(policy.Table.Highest + 1, then: 0, otherwise: 1));
        program.Add(Return(Errno | Error.NotImplemented));
        program.Add(Refuse(Error.NotPermitted, asks));
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

    private static BpfInstruction Refuse(uint error, bool asks) =>
        Return(asks && error != Error.NotImplemented ? Ask : Errno | error);

    private static BpfInstruction[] Body(SeccompRule rule, bool asks) =>
        rule switch
        {
            SeccompRule.Allowed => [Return(Allow)],
            SeccompRule.Refused refused => [Refuse(refused.Error, asks)],
            // Only the low 32 bits are looked at, because the kernel looks at no more: CVE-2019-10063.
            SeccompRule.AllowedIfEqual equal =>
            [
                Load(Low(equal.Argument)),
                IfEqual(equal.Value, then: 0, otherwise: 1),
                Return(Allow),
                Refuse(equal.Error, asks),
            ],
            SeccompRule.AllowedUnlessEqual unless =>
            [
                Load(Low(unless.Argument)),
                .. unless.Values.Select((value, i) => IfEqual(value, (byte)(unless.Values.Length - i), 0)),
                Return(Allow),
                Refuse(unless.Error, asks),
            ],
            SeccompRule.AllowedByFlags flags =>
            [
                Load(Low(flags.Argument)),
                IfAnyBit(flags.Forbidden, then: 2, otherwise: 0),
                flags.Required == 0 ? Return(Allow) : IfAnyBit(flags.Required, then: 0, otherwise: 1),
                Return(Allow),
                Refuse(flags.Error, asks),
            ],
            _ => throw new ArgumentOutOfRangeException(nameof(rule)),
        };

    private static uint Low(int argument) => ArgumentsOffset + (8 * (uint)argument);
}
