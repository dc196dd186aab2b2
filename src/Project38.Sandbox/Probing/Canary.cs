using Project38.Sandbox.Native;

namespace Project38.Sandbox.Probing;

/// <summary>Programs that show whether a sandbox holds. They use the shell's own commands only, since they may not fork.</summary>
internal static class Canary
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Looks about from the inside, and says <c>contained</c> or what is wrong.</summary>
    public static SandboxSpec LooksAbout { get; } =
        Shell(
            """
            for path in /root /home /etc/passwd /var /sys /run; do
              [ -e "$path" ] && echo "$path can be seen" && exit 1
            done
            for path in /usr /proc/sys/kernel/core_pattern; do
              [ -w "$path" ] && echo "$path can be written" && exit 1
            done
            while read -r key value rest; do
              case $key in
                Uid:) [ "$value" != 0 ] || { echo "it is root"; exit 1; } ;;
                CapEff:) [ "$value" = 0000000000000000 ] || { echo "it has capabilities"; exit 1; } ;;
                NoNewPrivs:) [ "$value" = 1 ] || { echo "it can gain privileges"; exit 1; } ;;
                Seccomp:) [ "$value" = 2 ] || { echo "it has no seccomp filter"; exit 1; } ;;
              esac
            done < /proc/self/status
            while read -r name rest; do
              case $name in Inter-\|*|face|lo:*) ;; *) echo "it has network $name"; exit 1 ;; esac
            done < /proc/net/dev
            echo contained
            """,
            memoryBytes: 64 * 1024 * 1024
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

    private static SandboxSpec Shell(string script, long memoryBytes) =>
        new()
        {
            Program = "/bin/sh",
            Arguments = ["-c", script],
            Limits = new SandboxLimits
            {
                MemoryBytes = memoryBytes,
                CpuPercent = 100,
                Timeout = Patience,
            },
        };
}
