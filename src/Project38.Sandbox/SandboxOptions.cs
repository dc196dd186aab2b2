using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Project38.Sandbox;

/// <summary>How the sandbox is set up on this machine.</summary>
public sealed class SandboxOptions
{
    /// <summary>The strongest level to use, where a weaker one is wanted for a test. Default: the strongest there is.</summary>
    public SandboxLevel MaxLevel { get; set; } = SandboxLevel.Vm;

    /// <summary>
    /// The weakest level that may run anything; below it, starting fails. Default: <see cref="SandboxLevel.NoCgroup"/>, so that
    /// <see cref="SandboxLevel.Degraded"/> has to be allowed by its name.
    /// </summary>
    public SandboxLevel MinLevel { get; set; } = SandboxLevel.NoCgroup;

    /// <summary>
    /// Whether programs that name what they may be forked from are forked, where that works. Default: yes. A platform that
    /// is there for one program alone gains nothing by it.
    /// </summary>
    public bool Forks { get; set; } = true;

    /// <summary>
    /// The first of the uids (and gids) that runs get when the platform is root; nobody else on the machine may have them.
    /// Default: 380000.
    /// </summary>
    [Range(1000, 2_000_000_000)]
    public int FirstUid { get; set; } = 380_000;

    /// <summary>How many such uids there are. Default: 65536.</summary>
    [Range(1, 1_000_000)]
    public int UidCount { get; set; } = 65_536;

    /// <summary>
    /// Where folders are staged that runs may read. Default (null): <c>/var/cache/p38/staged</c> for root, else
    /// <c>p38/staged</c> in the user's cache folder (<c>XDG_CACHE_HOME</c> or <c>~/.cache</c>).
    /// </summary>
    public string? StagingFolder { get; set; }

    /// <summary>The bubblewrap program. Default: <c>/usr/bin/bwrap</c>.</summary>
    [Required]
    public string BubblewrapPath { get; set; } = "/usr/bin/bwrap";

    /// <summary>
    /// gVisor's <c>runsc</c>, absolute, by which runs get a kernel of their own where it passes the probe
    /// (<see cref="SandboxLevel.Vm"/>). Default (null): there is none, and nothing is looked for.
    /// </summary>
    public string? RunscPath { get; set; }
}

[OptionsValidator]
internal sealed partial class SandboxOptionsValidator : IValidateOptions<SandboxOptions>;
