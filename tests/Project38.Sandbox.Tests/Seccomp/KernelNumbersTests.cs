using System.Buffers.Binary;
using Project38.Sandbox.Seccomp;

namespace Project38.Sandbox.Tests.Seccomp;

/// <summary>The tables, and the filter's bytes, beside the kernel's own headers, for both architectures.</summary>
public sealed class KernelNumbersTests
{
    private const ulong Any = 0x7;

    [Theory, InlineData(true), InlineData(false)]
    public async Task Table_HasEveryCallOfTheHeaders_AndNoOtherUpToTheirLast(bool arm64)
    {
        var kernel = await KernelHeaders.ReadAsync(arm64, TestContext.Current.CancellationToken);
        var table = TableOf(arm64);
        var last = Math.Min(kernel.Values.Max(), table.Highest);

        kernel.Count.ShouldBeGreaterThan(300);
        kernel
            .Where(call => call.Value <= last && table.Find(call.Key) != call.Value)
            .Select(call => $"{call.Key} is {call.Value}, not {table.Find(call.Key)}")
            .ShouldBeEmpty();
        table.Numbers.Where(call => call.Value <= last && !kernel.ContainsKey(call.Key)).ShouldBeEmpty();
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Filter_JudgesEveryCallByTheKernelsNumber_AsThePolicySays(bool arm64)
    {
        var kernel = await KernelHeaders.ReadAsync(arm64, TestContext.Current.CancellationToken);
        var architecture = arm64 ? 0xC00000B7 : 0xC000003E; // AUDIT_ARCH_AARCH64 and AUDIT_ARCH_X86_64 of linux/audit.h
        var policy = SeccompPolicy.Full(TableOf(arm64));
        var program = Read(SeccompFilter.ToBytes(SeccompFilter.Assemble(policy)));

        var wrong = kernel.Where(call =>
            policy.Rules.GetValueOrDefault(call.Key) switch
            {
                SeccompRule.Allowed => Verdict(call.Value) != SeccompFilter.Allow,
                SeccompRule.Refused refused => Verdict(call.Value) != (SeccompFilter.Errno | refused.Error),
                null => Verdict(call.Value) is SeccompFilter.Allow or SeccompFilter.KillProcess,
                _ => false, // hangs on its arguments; SeccompFilterTests has those
            }
        );

        wrong.ShouldBeEmpty();
        Verdict(kernel["read"]).ShouldBe(SeccompFilter.Allow);
        Verdict(kernel["execve"]).ShouldBe(SeccompFilter.Allow);
        Verdict(kernel["ptrace"]).ShouldBe(SeccompFilter.Errno | 1);
        Verdict(kernel["mount"]).ShouldBe(SeccompFilter.Errno | 1);
        Verdict(kernel["socket"]).ShouldBe(SeccompFilter.Errno | 97);

        uint Verdict(uint number) => Bpf.Run(program, number, architecture, [Any, Any]);
    }

    private static SyscallTable TableOf(bool arm64) => arm64 ? SyscallTable.Arm64 : SyscallTable.X64;

    // struct sock_filter of linux/filter.h.
    private static List<BpfInstruction> Read(byte[] bytes) =>
        [
            .. bytes
                .Chunk(8)
                .Select(one => new BpfInstruction(
                    BinaryPrimitives.ReadUInt16LittleEndian(one),
                    one[2],
                    one[3],
                    BinaryPrimitives.ReadUInt32LittleEndian(one.AsSpan(4))
                )),
        ];
}
