using System.Diagnostics;
using System.Runtime.InteropServices;
using static Project38.Sandbox.SandboxExit;

namespace Project38.Sandbox.Tests.Attacks;

/// <summary>All attacks, by family.</summary>
internal static class AttackList
{
    private const long Megabyte = 1 << 20;

    private static readonly SandboxLimits Short = new() { Timeout = TimeSpan.FromSeconds(1.5) };

    private static readonly Need Administer = Need.Capability("CAP_SYS_ADMIN", 21);
    private static readonly Need Log = Need.Capability("CAP_SYSLOG", 34);

    private static readonly Need Trace = Need.Capability("CAP_SYS_PTRACE", 19);

    private const string TraceScope = "/proc/sys/kernel/yama/ptrace_scope";

    private static readonly string[] OfATracer =
    [
        "ptrace",
        "process_vm_readv",
        "process_vm_writev",
        "read of mem",
        "write of mem",
        "pidfd_getfd",
    ];

    private static readonly string[] SetuidPrograms = ["su", "mount", "umount", "passwd", "newuidmap", "sudo"];

    private static readonly string[] OfTheSystem =
    [
        "programs",
        "libraries",
        "modules of Python",
        "root",
        "devices",
        "settings",
        "cache of libraries",
        "mode of a program",
    ];

    public static IReadOnlyList<Attack> All { get; } =
    [.. Secrets(), .. Processes(), .. Kernel(), .. Network(), .. Namespaces(), .. Rights(), .. Bombs(), .. Stayers()];

    public static Attack Find(string name) => All.Single(attack => attack.Name == name);

    private static IEnumerable<Attack> Secrets() =>
        [
            new("host_files") { OpenWithoutNamespaces = ["the home of root"] },
            new("links"),
            new("environment"),
            new("descriptors"),
            new("persistence") { Runs = 2 },
        ];

    private static IEnumerable<Attack> Processes() =>
        [
            new("process_list") { OpenWithoutNamespaces = ["list", "more processes than its own"] },
            new("signals"),
            new("process_memory")
            {
                Needs =
                [
                    Need.Setting(TraceScope, scope => scope == 0 || (scope < 3 && Trace.IsMet), [.. OfATracer]),
                    Need.Call("kcmp", "kcmp"),
                ],
            },
            new("process_settings"),
            new("own_init") { Footing = Footing.OwnNamespaces, Needs = [Need.Setting(TraceScope, scope => scope < 3)] },
        ];

    private static IEnumerable<Attack> Kernel() =>
        [
            new("kernel_settings")
            {
                Needs =
                [
                    ToWrite("/proc/sys/kernel/core_pattern", "program for core dumps", "any setting"),
                    ToWrite("/proc/sys/kernel/modprobe", "program that loads modules"),
                    ToWrite("/proc/sysrq-trigger", "system request"),
                    ToWrite("/proc/sys/kernel/hostname", "name of the machine"),
                    ToWrite("/sys/kernel/mm/transparent_hugepage/enabled", "size of pages"),
                ],
            },
            new("kernel_memory")
            {
                Needs =
                [
                    MayRestrict("/proc/sys/kernel/dmesg_restrict", Log, "log, by syslog"),
                    ToRead("/dev/kmsg", "log, as a file"),
                    ToRead("/dev/mem", "memory"),
                    ToRead("/proc/kcore", "memory of the kernel"),
                ],
            },
            new("oom_score") { Needs = [Need.Capability("CAP_SYS_RESOURCE", 24)] },
            new("cgroups")
            {
                Needs =
                [
                    CgroupFile("cgroup.procs", "members", "a cgroup of its own"),
                    CgroupFile("memory.*", "memory"),
                    CgroupFile("pids.max", "processes"),
                ],
            },
            new("keys") { Needs = [Need.Call("add_key")] },
            new("bpf")
            {
                Needs = [Need.Call("bpf"), MayRestrict("/proc/sys/kernel/unprivileged_bpf_disabled", Administer)],
            },
            new("io_uring")
            {
                Needs =
                [
                    Need.Call("io_uring_setup"),
                    Need.Setting(
                        "/proc/sys/kernel/io_uring_disabled",
                        value => value == 0 || (value == 1 && Administer.IsMet)
                    ),
                ],
            },
            new("userfaultfd") { Needs = [Need.Call("userfaultfd")] },
            new("perf")
            {
                Needs =
                [
                    Need.Call("perf_event_open"),
                    // Debian's kernels know a level 3, which allows nobody.
                    Need.Setting("/proc/sys/kernel/perf_event_paranoid", level => level < 3 || Administer.IsMet),
                ],
            },
            .. RuntimeInformation.ProcessArchitecture == Architecture.X64
                ? (Attack[])
                    [
                        .. AnswersI386() ? [new("calls_of_i386") { End = typeof(Signalled) }] : (Attack[])[],
                        new("calls_of_x32")
                        {
                            End = typeof(Signalled),
                            Needs = [Need.Symbol("x32_rt_sigreturn"), SwitchedOn("syscall", "x32")],
                        },
                    ]
                : [],
            new("terminal_input")
            {
                Needs = [Need.Setting("/proc/sys/dev/tty/legacy_tiocsti", value => value == 1 || Administer.IsMet)],
            },
        ];

    private static IEnumerable<Attack> Network() =>
        [
            new("socket_families") { Needs = [Need.Capability("CAP_NET_RAW", 13, "packets", "raw IPv4")] },
            new("loopback"),
            new("local_sockets"),
            new("shared_ipc") { Needs = [Need.Call("shmget"), Need.Call("mq_open", "queue")] },
        ];

    private static IEnumerable<Attack> Namespaces() =>
        [
            new("new_namespaces"),
            new("join_namespaces") { Footing = Footing.OwnNamespaces },
            new("mount") { Footing = Footing.OwnNamespaces },
            new("mount_api") { Footing = Footing.OwnNamespaces },
        ];

    private static IEnumerable<Attack> Rights() =>
        [
            new("become_root") { Needs = [new("root", Environment.IsPrivilegedProcess)] },
            new("read_only") { Needs = [new("root", Environment.IsPrivilegedProcess, [.. OfTheSystem])] },
            new("device_nodes") { Needs = [Need.Capability("CAP_MKNOD", 27, "device", "device in /dev/shm")] },
            new("file_handles") { Needs = [Need.Capability("CAP_DAC_READ_SEARCH", 2, "from a handle")] },
            new("setuid_programs")
            {
                Footing = Footing.Nobody,
                Needs = [.. SetuidPrograms.Select(name => Need.Setuid($"/usr/bin/{name}", name))],
            },
            new("own_binary"),
        ];

    private static IEnumerable<Attack> Bombs() =>
        [
            OutOfMemory("heap_bomb"),
            OutOfMemory("map_bomb"),
            OutOfMemory("memory_file_bomb"),
            OutOfMemory("file_memory_bomb") with
            {
                Limits = Memory(64) with { ScratchBytes = 60 * Megabyte },
                OpenWithoutCgroup = ["100 MB"],
            },
            OutOfMemory("inode_fill") with
            {
                Limits = Memory(20),
                OpenWithoutCgroup = ["20,000 files"],
            },
            new("shared_memory_bomb"),
            new("disk_fill") { OpenWithoutNamespaces = ["its own folder", "/tmp"] },
            new("process_bomb"),
            new("thread_bomb"),
            new("processor")
            {
                Limits = new() { CpuPercent = 10 },
                OpenWithoutCgroup = ["a fifth of a core"],
            },
            Endless("output in lines", 1, "\n"),
            Endless("output in one line", 1, "x"),
            Endless("log in lines", 2, "\n"),
            Endless("log in one line", 2, "x"),
        ];

    private static IEnumerable<Attack> Stayers() =>
        [
            new("ignored_signals")
            {
                StaysAs = 'S',
                Limits = Short,
                End = typeof(TimedOut),
            },
            new("stopped")
            {
                StaysAs = 'T',
                Limits = Short,
                End = typeof(TimedOut),
            },
            new("two_sessions") { StaysAs = 'S' },
        ];

    private static Attack OutOfMemory(string name) =>
        new(name)
        {
            Limits = Memory(64),
            End = typeof(SandboxExit.OutOfMemory),
            EndWithoutCgroup = typeof(Exited),
        };

    private static Attack Endless(string name, int descriptor, string ending) =>
        new($"endless {name}")
        {
            Program = "endless_output",
            Arguments = [$"{descriptor}", ending],
            Limits = new() { OutputBytes = Megabyte, LogBytes = Megabyte },
            End = typeof(OutputExceeded),
        };

    private static SandboxLimits Memory(long megabytes) =>
        new() { MemoryBytes = megabytes * Megabyte, CpuPercent = 100 };

    private static Need CgroupFile(string pattern, params string[] attempts) =>
        new($"a {pattern} that may be written", HostCgroups.Files(pattern).Any(Need.CanWrite), attempts);

    private static Need ToRead(string path, params string[] attempts) => Need.Access(path, FileAccess.Read, attempts);

    private static Need ToWrite(string path, params string[] attempts) => Need.Access(path, FileAccess.Write, attempts);

    /// <summary>The kernel lets everybody, or the tests have the right that it asks for.</summary>
    private static Need MayRestrict(string path, Need right, params string[] attempts) =>
        Need.Setting(path, value => value == 0 || right.IsMet, attempts);

    /// <summary>
    /// Whether the machine has such calls at all: where it is built without them, or a hypervisor has none (PVM), the instruction alone
    /// ends whoever executes it, and there is nothing to attack.
    /// </summary>
    private static bool AnswersI386()
    {
        const int Segmentation = 128 + 11;
        const string GetPid = """
            import ctypes, mmap
            page = mmap.mmap(-1, 4096, prot=7)
            page.write(bytes.fromhex("6a1458cd80c3"))  # push 20; pop rax; int 0x80; ret
            ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
            """;
        using var asked = Process.Start("/usr/bin/python3", ["-I", "-S", "-c", GetPid])!;
        asked.WaitForExit();
        return asked.ExitCode != Segmentation;
    }

    /// <summary>What Debian's kernels have and leave off, unless they were started with it.</summary>
    private static Need SwitchedOn(string module, string parameter) =>
        new(
            $"{module}.{parameter}=y",
            !Directory.Exists($"/sys/module/{module}")
                || File.ReadAllText("/proc/cmdline").Contains($"{module}.{parameter}=y")
        );
}
