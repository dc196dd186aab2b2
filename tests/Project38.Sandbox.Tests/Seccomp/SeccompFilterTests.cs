using CsCheck;
using Project38.Sandbox.Seccomp;

namespace Project38.Sandbox.Tests.Seccomp;

/// <summary>The filter as the kernel would read it, for both architectures, whatever the machine.</summary>
public sealed class SeccompFilterTests
{
    private const uint Refuse = SeccompFilter.Errno | 1;
    private const uint Missing = SeccompFilter.Errno | 38;
    private const uint NoFamily = SeccompFilter.Errno | 97;

    private static readonly (string Name, SeccompPolicy Policy)[] Policies =
    [
        ("x64", SeccompPolicy.Full(SyscallTable.X64)),
        ("x64 without fork", SeccompPolicy.WithoutFork(SyscallTable.X64)),
        ("arm64", SeccompPolicy.Full(SyscallTable.Arm64)),
        ("arm64 without fork", SeccompPolicy.WithoutFork(SyscallTable.Arm64)),
    ];

    public static TheoryData<string> Names => [.. Policies.Select(policy => policy.Name)];

    [Theory, MemberData(nameof(Names))]
    public void Filter_AllowsWhatThePolicyAllows_ForAnyNumberAndArguments(string name)
    {
        var policy = Find(name);
        var program = SeccompFilter.Assemble(policy);
        var rules = policy
            .Rules.Where(rule => policy.Table.Find(rule.Key) is not null)
            .ToDictionary(rule => policy.Table.Find(rule.Key)!.Value, rule => rule.Value);

        Gen.Select(Gen.UInt[0, 600], Gen.ULong, Gen.ULong)
            .Sample(
                (number, first, second) =>
                {
                    var verdict = Bpf.Run(program, number, policy.Table.Architecture, [first, second]);
                    var allowed = rules.GetValueOrDefault(number) switch
                    {
                        null or SeccompRule.Refused => false,
                        SeccompRule.Allowed => true,
                        SeccompRule.AllowedIfEqual rule => (uint)first == rule.Value,
                        SeccompRule.AllowedUnlessEqual rule => !rule.Values.Contains((uint)second),
                        SeccompRule.AllowedByFlags rule => ((uint)first & rule.Forbidden) == 0
                            && (rule.Required == 0 || ((uint)first & rule.Required) != 0),
                        _ => throw new InvalidOperationException(),
                    };
                    return verdict == SeccompFilter.Allow == allowed;
                },
                iter: 20_000
            );
    }

    [Theory, MemberData(nameof(Names))]
    public void Filter_AllowsNoCallThatReachesOut_WhateverItsArguments(string name)
    {
        string[] never =
        [
            .. "ptrace process_vm_readv process_vm_writev pidfd_getfd pidfd_open mount umount2 pivot_root chroot move_mount".Split(
                ' '
            ),
            .. "open_tree fsopen fsmount mount_setattr unshare setns clone3 bpf perf_event_open userfaultfd keyctl add_key".Split(
                ' '
            ),
            .. "request_key io_uring_setup init_module finit_module kexec_load reboot socket connect bind listen accept".Split(
                ' '
            ),
            .. "accept4 open_by_handle_at mknod mknodat shmget msgget mq_open settimeofday clock_settime setuid capset".Split(
                ' '
            ),
            .. "sethostname swapon iopl ioperm modify_ldt process_madvise kcmp syslog vmsplice fanotify_init".Split(
                ' '
            ),
        ];
        var policy = Find(name);
        var program = SeccompFilter.Assemble(policy);

        var allowed = never
            .Where(call => policy.Table.Find(call) is not null)
            .Where(call =>
                Verdict(policy, program, call, 0, 0) == SeccompFilter.Allow
                || Verdict(policy, program, call, 1, 1) == SeccompFilter.Allow
            );

        allowed.ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(Names))]
    public void Filter_LooksAtTheLow32Bits_WhenTheHighOnesAreSet(string name)
    {
        var policy = Find(name);
        var program = SeccompFilter.Assemble(policy);

        Verdict(policy, program, "ioctl", 0, 0x5412).ShouldBe(Refuse);
        Verdict(policy, program, "ioctl", 0, 0xdeadbeef_00005412).ShouldBe(Refuse);
        Verdict(policy, program, "ioctl", 0, 0x541C).ShouldBe(Refuse);
        Verdict(policy, program, "ioctl", 0, 0x5401).ShouldBe(SeccompFilter.Allow);
        Verdict(policy, program, "socketpair", 0x1_00000001, 0).ShouldBe(SeccompFilter.Allow);
        Verdict(policy, program, "socketpair", 2, 0).ShouldBe(NoFamily);
        Verdict(policy, program, "clone", 0x1_10010000, 0).ShouldBe(Refuse);
    }

    [Theory, MemberData(nameof(Names))]
    public void Filter_SaysNotImplemented_WhenACallIsNewerThanTheTable(string name)
    {
        var policy = Find(name);
        var program = SeccompFilter.Assemble(policy);

        Bpf.Run(program, policy.Table.Highest + 1, policy.Table.Architecture, []).ShouldBe(Missing);
        Verdict(policy, program, "clone3", 0, 0).ShouldBe(Missing);
        Verdict(policy, program, "socket", 1, 1).ShouldBe(NoFamily);
    }

    [Theory, MemberData(nameof(Names))]
    public void Filter_Kills_WhenTheArchitectureIsAnother(string name)
    {
        var policy = Find(name);
        var program = SeccompFilter.Assemble(policy);

        Bpf.Run(program, 1, 0x40000003, []).ShouldBe(SeccompFilter.KillProcess); // i386
        Bpf.Run(program, 0x40000001, policy.Table.Architecture, []).ShouldBe(SeccompFilter.KillProcess); // x32
    }

    [Fact]
    public void Filter_AllowsThreadsOnly_WhenForkIsNotAllowed()
    {
        const ulong Thread = 0x3d0f00; // what pthread_create asks for
        var policy = SeccompPolicy.WithoutFork(SyscallTable.X64);
        var program = SeccompFilter.Assemble(policy);

        Verdict(policy, program, "clone", Thread, 0).ShouldBe(SeccompFilter.Allow);
        Verdict(policy, program, "clone", 17, 0).ShouldBe(Refuse);
        Verdict(policy, program, "fork", 0, 0).ShouldBe(Refuse);
        Verdict(policy, program, "vfork", 0, 0).ShouldBe(Refuse);
        Verdict(policy, program, "memfd_create", 0, 0).ShouldBe(Refuse);
    }

    [Theory]
    [InlineData("read", 0, 63)]
    [InlineData("clone", 56, 220)]
    [InlineData("execve", 59, 221)]
    [InlineData("newfstatat", 262, 79)]
    [InlineData("fstat", 5, 80)]
    [InlineData("mmap", 9, 222)]
    [InlineData("prlimit64", 302, 261)]
    [InlineData("seccomp", 317, 277)]
    [InlineData("clone3", 435, 435)]
    public void Table_HasTheKernelsNumbers_ForBothArchitectures(string name, int x64, int arm64)
    {
        SyscallTable.X64.Find(name).ShouldBe((uint)x64);
        SyscallTable.Arm64.Find(name).ShouldBe((uint)arm64);
    }

    [Theory, MemberData(nameof(Names))]
    public void Policy_NamesOnlyCallsThatExist_OnOneArchitectureAtLeast(string name)
    {
        var unknown = Find(name)
            .Rules.Keys.Where(call => SyscallTable.X64.Find(call) is null && SyscallTable.Arm64.Find(call) is null);

        unknown.ShouldBeEmpty();
    }

    private static SeccompPolicy Find(string name) => Policies.Single(policy => policy.Name == name).Policy;

    private static uint Verdict(
        SeccompPolicy policy,
        IReadOnlyList<BpfInstruction> program,
        string call,
        ulong first,
        ulong second
    ) =>
        policy.Table.Find(call) is { } number
            ? Bpf.Run(program, number, policy.Table.Architecture, [first, second])
            : throw new ArgumentException(call, nameof(call));
}
