using System.Globalization;
using System.Text;

namespace Project38.Sandbox.Gvisor;

/// <summary>The command line that has <c>runsc</c> run a bundle, outermost layer first.</summary>
/// <remarks>
/// A shell joins the cgroups, becomes setpriv, which gives up root and binds it to the platform, then a second shell, and that
/// <c>runsc</c>: all of them one process. What <c>runsc</c> starts dies with it in turn: attached, it sets
/// <c>PR_SET_PDEATHSIG</c> on each process of its own (<c>runsc/specutils/namespace.go</c>, <c>runsc/sandbox/sandbox.go</c>).
/// </remarks>
internal sealed class RunscCommand
{
    /// <summary>The descriptor on which the second shell says what it did. <c>runsc</c> holds it open for as long as it lives.</summary>
    public const int StatusDescriptor = 3;

    /// <summary>The program.</summary>
    public required string Runsc { get; init; }

    /// <summary>What it runs.</summary>
    public required Bundle Bundle { get; init; }

    /// <summary>The process that starts it.</summary>
    public required int Platform { get; init; }

    /// <summary>The uid and gid to become first; null to stay who the platform is, which is not root then.</summary>
    public int? Uid { get; init; }

    /// <summary>The files by which a process joins its cgroups, one for each.</summary>
    public IReadOnlyList<string> MembershipFiles { get; init; } = [];

    /// <summary>The whole command, for <c>posix_spawn</c>.</summary>
    public IReadOnlyList<string> Build() =>
        [
            .. (string[])["/bin/sh", "-c", Join(), "sandbox"],
            .. (string[])["setpriv", .. BecomeUid(), "--no-new-privs", "--pdeathsig", "KILL", "--"],
            .. (string[])["/bin/sh", "-c", Become(), "gate", Runsc],
            .. Flags(),
            .. (string[])["run", "--bundle", Bundle.Path, Bundle.Name],
        ];

    // No limit of the host's on the size of files: the program's memory is one, and its limits are in the bundle.
    private string Join()
    {
        var script = new StringBuilder("set -e; cd /; umask 022; ulimit -c 0; ");
        foreach (var file in MembershipFiles)
        {
            script.Append(CultureInfo.InvariantCulture, $"echo 0 > {Quote(file)}; ");
        }

        return script.Append("exec \"$@\"").ToString();
    }

    // A path as one word of the shell.
    private static string Quote(string path) => $"'{path.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    private string[] BecomeUid() =>
        Uid is { } uid ? [$"--reuid={uid}", $"--regid={uid}", "--clear-groups", "--inh-caps=-all"] : [];

    /// <summary>A platform that died before it was bound to it would never be missed: so that is looked at now.</summary>
    private string Become() =>
        string.Create(CultureInfo.InvariantCulture, $"[ \"$PPID\" = {Platform} ] || exit; ")
        + """[ -f "$1" ] && [ -x "$1" ] || { """
        + $"echo \"failed $1 is not there, or no program that uid $(id -u) may start.\" >&{StatusDescriptor}; exit; }}; "
        + $"echo started >&{StatusDescriptor}; exec \"$@\"";

    /// <remarks>
    /// <para>
    /// <c>--rootless</c>: it makes a user namespace of the one uid that it has, and is root there
    /// (gvisor.dev/docs/user_guide/rootless). <c>--network=none</c>: a loopback of its own and nothing else; rootless knows no
    /// other that keeps the host's away. <c>--ignore-cgroups</c>: it is in the run's already. <c>--overlay2=none</c>: what is
    /// read-only needs no layer above it, which newer ones keep in a file of the root's folder.
    /// </para>
    /// <para>No <c>--platform</c>: each release's own default works without hardware, and none is known to all (ptrace to 2023, systrap since).</para>
    /// </remarks>
    private string[] Flags() =>
        [
            "--rootless",
            "--network=none",
            "--ignore-cgroups",
            "--overlay2=none",
            "--host-uds=none",
            $"--root={Bundle.State}",
            $"--log={Bundle.Errors}",
        ];
}
