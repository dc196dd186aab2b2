using System.Runtime.InteropServices;

namespace Project38.Sandbox.Seccomp;

/// <summary>One instruction of classic BPF, as <c>struct sock_filter</c> has it.</summary>
/// <param name="Code">What it does.</param>
/// <param name="IfTrue">How many instructions to skip when a test holds.</param>
/// <param name="IfFalse">How many to skip when it does not.</param>
/// <param name="Operand">The constant it works with.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BpfInstruction(ushort Code, byte IfTrue, byte IfFalse, uint Operand)
{
    public const ushort LoadCode = 0x20;
    public const ushort JumpIfEqualCode = 0x15;
    public const ushort JumpIfAtLeastCode = 0x35;
    public const ushort JumpIfAnyBitCode = 0x45;
    public const ushort ReturnCode = 0x06;

    /// <summary>Loads 32 bits of <c>struct seccomp_data</c>.</summary>
    public static BpfInstruction Load(uint offset) => new(LoadCode, 0, 0, offset);

    public static BpfInstruction IfEqual(uint value, byte then, byte otherwise) =>
        new(JumpIfEqualCode, then, otherwise, value);

    public static BpfInstruction IfAtLeast(uint value, byte then, byte otherwise) =>
        new(JumpIfAtLeastCode, then, otherwise, value);

    public static BpfInstruction IfAnyBit(uint bits, byte then, byte otherwise) =>
        new(JumpIfAnyBitCode, then, otherwise, bits);

    public static BpfInstruction Return(uint action) => new(ReturnCode, 0, 0, action);
}
