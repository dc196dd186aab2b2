using Project38.Sandbox.Native;

namespace Project38.Sandbox.Probing;

/// <summary>Programs that show whether a sandbox holds. They use the shell's own commands only, since they may not fork.</summary>
internal static class Canary
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    // A kernel starts first, seconds of a busy machine. Whoever is given up on too early runs agents at a weaker level from then on.
    private static readonly TimeSpan PatienceForAKernel = TimeSpan.FromSeconds(60);

    private const string SeesNothing = """
        for path in /root /home /etc/passwd /var /run; do
          [ -e "$path" ] && echo "$path can be seen" && exit 1
        done
        for path in /usr /proc/sys/kernel/core_pattern; do
          [ -w "$path" ] && echo "$path can be written" && exit 1
        done
        while read -r key value rest; do
          case $key in
            Uid:) [ "$value" != 0 ] || { echo "it is root"; exit 1; } ;;
            CapEff:) [ "$value" = 0000000000000000 ] || { echo "it has capabilities"; exit 1; } ;;
          esac
        done < /proc/self/status
        while read -r name rest; do
          case $name in Inter-\|*|face|lo:*) ;; *) echo "it has network $name"; exit 1 ;; esac
        done < /proc/net/dev

        """;

    /// <summary>Looks about from the inside, and says <c>contained</c> or what is wrong.</summary>
    public static SandboxSpec LooksAbout { get; } =
        Shell(
            SeesNothing
                + """
                [ -e /sys ] && echo "/sys can be seen" && exit 1
                while read -r key value rest; do
                  case $key in
                    NoNewPrivs:) [ "$value" = 1 ] || { echo "it can gain privileges"; exit 1; } ;;
                    Seccomp:) [ "$value" = 2 ] || { echo "it has no seccomp filter"; exit 1; } ;;
                  esac
                done < /proc/self/status
                echo contained
                """,
            memoryBytes: 64 * 1024 * 1024
        );

    /// <summary>The same, for a program that has a kernel of its own: not this machine's, by its call and by its file.</summary>
    /// <remarks>That kernel has a <c>/sys</c> of its own; the filter is around it, and the program cannot see it.</remarks>
    public static SandboxSpec LooksAboutOnAnotherKernel =>
        OnAnotherKernel(
            Shell(
                SeesNothing
                    + """
                    [ -w /sys ] && echo "/sys can be written" && exit 1
                    kernel=$(uname -rv) && [ -n "$kernel" ] && read -r version < /proc/version || { echo "it has no kernel"; exit 1; }
                    [ "$kernel" != "$1" ] && [ "$version" != "$2" ] || { echo "it runs on this machine's own kernel"; exit 1; }
                    echo contained
                    """,
                memoryBytes: 64 * 1024 * 1024,
                $"{OfKernel("sys/kernel/osrelease")} {OfKernel("sys/kernel/version")}",
                OfKernel("version")
            )
        );

    /// <summary>The same, for a program that is forked.</summary>
    public static SandboxSpec LooksAboutForked { get; } =
        new()
        {
            Program = ForkImage.Program,
            Arguments = [.. ForkImage.Flags, "/app/canary.py"],
            Files = [new SandboxFile("/app/canary.py", Embedded.Read("canary.py"))],
            Fork = new ForkImage(),
            Limits = new SandboxLimits { CpuPercent = 100, Timeout = Patience },
        };

    /// <summary>The same, for a program that shares the machine's namespaces. It needs Python: it has to ask the kernel.</summary>
    public static SandboxSpec LooksAboutWithoutNamespaces { get; } =
        new()
        {
            Program = ForkImage.Program,
            Arguments = [.. ForkImage.Flags, "/app/canary.py", $"{Environment.ProcessId}"],
            Files = [new SandboxFile("/app/canary.py", Embedded.Read("canary_without_namespaces.py"))],
            Limits = new SandboxLimits { Timeout = Patience },
        };

    /// <summary>Takes memory until there is none.</summary>
    public static SandboxSpec TakesMemory { get; } =
        Shell("text=0123456789abcdef; while :; do text=$text$text; done", memoryBytes: 16 * 1024 * 1024);

    /// <summary>The same, for a program that has a kernel of its own.</summary>
    public static SandboxSpec TakesMemoryOnAnotherKernel => OnAnotherKernel(TakesMemory);

    private static SandboxSpec OnAnotherKernel(SandboxSpec canary) =>
        canary with
        {
            Limits = canary.Limits with { Timeout = PatienceForAKernel },
        };

    private static string OfKernel(string file) => File.ReadAllText($"/proc/{file}").Trim();

    private static SandboxSpec Shell(string script, long memoryBytes, params string[] arguments) =>
        new()
        {
            Program = "/bin/sh",
            Arguments = ["-c", script, "canary", .. arguments],
            Limits = new SandboxLimits
            {
                MemoryBytes = memoryBytes,
                CpuPercent = 100,
                Timeout = Patience,
            },
        };
}
