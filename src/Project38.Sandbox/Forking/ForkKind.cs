using Project38.Sandbox.Running;

namespace Project38.Sandbox.Forking;

/// <summary>What programs have in common that are forked from one server.</summary>
/// <param name="Containment">What of the machine they are built with.</param>
/// <param name="Text">All else, in words that no other kind has.</param>
internal sealed record ForkKind(Containment Containment, string Text)
{
    public static ForkKind Of(SandboxSpec spec, Containment containment)
    {
        var mounts = spec.Mounts.SelectMany(mount => new[] { mount.HostPath, mount.InnerPath });
        string[][] parts =
        [
            [.. spec.Fork!.Path],
            [.. spec.Fork.Imports],
            [.. mounts],
            [$"{spec.Limits.ScratchBytes}", $"{spec.Fork.Ready}", $"{spec.Fork.Script}", $"{spec.Fork.Rehearsal}"],
        ];
        return new ForkKind(containment, string.Join("\0\0", parts.Select(part => string.Join('\0', part))));
    }
}
