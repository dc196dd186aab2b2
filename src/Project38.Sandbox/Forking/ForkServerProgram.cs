using System.Text.Json;
using Project38.Sandbox.Bubblewrap;
using Project38.Sandbox.Native;
using Project38.Sandbox.Seccomp;

namespace Project38.Sandbox.Forking;

/// <summary>The fork server as a program for the sandbox: its files, and what it has loaded.</summary>
internal static class ForkServerProgram
{
    /// <summary>Who children are inside of the server's sandbox where they are the platform's own user.</summary>
    public const int Uid = 1000;

    private const string Folder = "/fork";
    private const string Resources = "p38_forking/";

    private static readonly IReadOnlyList<SandboxFile> Modules =
    [
        .. Embedded.Names(Resources).Select(name => new SandboxFile($"{Folder}/{name}", Embedded.Read(name))),
    ];

    private static readonly byte[] Library = Embedded.Read("fork.so");

    /// <summary>What programs like this one are forked from.</summary>
    /// <param name="spec">The program.</param>
    /// <param name="mayFork">Whether it may start processes.</param>
    public static SandboxSpec For(SandboxSpec spec, bool mayFork)
    {
        var image = spec.Fork!;
        var file = new ForkImageFile(
            image.Path,
            image.Imports,
            image.Script,
            image.Rehearsal,
            [.. spec.Mounts.Select(mount => mount.InnerPath)],
            spec.Limits.ScratchBytes
        );
        SandboxFile[] files =
        [
            .. Modules,
            new($"{Folder}/fork.so", Library),
            new($"{Folder}/image.json", JsonSerializer.SerializeToUtf8Bytes(file, ForkMessages.Default.ForkImageFile)),
            new($"{Folder}/first.bpf", mayFork ? Filters.Full : Filters.WithoutFork),
            new($"{Folder}/program.bpf", mayFork ? Filters.FullAsking : Filters.WithoutForkAsking),
        ];
        var program = new SandboxSpec
        {
            Program = ForkImage.Program,
            Mounts = spec.Mounts,
            Files = files,
            Environment = spec.Environment,
            Limits = new SandboxLimits
            {
                CpuPercent = 100 * System.Environment.ProcessorCount,
                Timeout = TimeSpan.FromDays(30),
                ScratchBytes = spec.Limits.ScratchBytes,
            },
        };
        var start =
            $"import sys; sys.path.insert(0, '{Folder}'); from p38_forking import server; "
            + $"server.main({BubblewrapRunner.NestSocket(program)})";
        return program with { Arguments = [.. ForkImage.Flags, "-c", start] };
    }
}
