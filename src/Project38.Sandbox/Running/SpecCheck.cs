namespace Project38.Sandbox.Running;

/// <summary>Refuses a spec that cannot be run, before anything is started.</summary>
internal static class SpecCheck
{
    // What bubblewrap puts there itself. A path of the spec may lie below /work, /tmp, /usr, but not replace them.
    private static readonly string[] Reserved = ["/", "/usr", "/bin", "/sbin", "/lib", "/lib64", "/work", "/tmp"];
    private static readonly string[] ReservedTrees = ["/proc", "/dev"];

    /// <exception cref="ArgumentException">Something in it is wrong; the message names all of it.</exception>
    public static void Require(SandboxSpec spec)
    {
        var problems = Problems(spec).ToList();
        if (problems.Count > 0)
        {
            throw new ArgumentException(string.Join(" ", problems), nameof(spec));
        }
    }

    private static IEnumerable<string> Problems(SandboxSpec spec)
    {
        if (!IsPlainPath(spec.Program))
        {
            yield return $"The program '{spec.Program}' is not an absolute path.";
        }

        var inner = spec.Mounts.Select(mount => mount.InnerPath).Concat(spec.Files.Select(file => file.InnerPath));
        foreach (var path in inner.Where(path => !IsPlainPath(path) || IsReserved(path)))
        {
            yield return $"Nothing can be put at '{path}' in a sandbox.";
        }

        foreach (var mount in spec.Mounts.Where(mount => !Path.Exists(mount.HostPath)))
        {
            yield return $"There is nothing at '{mount.HostPath}' to show at '{mount.InnerPath}'.";
        }

        const int MaxFiles =
            Bubblewrap.BubblewrapCommand.MaxDescriptors - Bubblewrap.BubblewrapCommand.FirstFileDescriptor - 32;
        if (spec.Files.Count > MaxFiles)
        {
            yield return $"{spec.Files.Count} files are more than the {MaxFiles} that can be given by content; mount a folder.";
        }

        var texts = spec.Arguments.Concat(spec.Environment.Keys).Concat(spec.Environment.Values).Append(spec.Program);
        if (texts.Any(text => text.Contains('\0')) || !spec.Environment.Keys.All(IsVariableName))
        {
            yield return "An argument or an environment variable has a character that it cannot have.";
        }

        if (spec.Fork is not null && !IsScript(spec))
        {
            yield return $"Only '{ForkImage.Program} {string.Join(' ', ForkImage.Flags)} SCRIPT' can be forked.";
        }

        var limits = spec.Limits;
        if (limits.MemoryBytes < 1024 * 1024 || limits.ScratchBytes < 4096)
        {
            yield return "Memory must be 1 MB at least, and scratch space 4 KB.";
        }

        if (limits.CpuPercent < 1 || limits.LogBytes < 0 || limits.OutputBytes < 0)
        {
            yield return "CPU must be 1 at least, and no limit negative.";
        }

        if (limits.Processes < SandboxLimits.LeastProcesses)
        {
            yield return $"Processes must be {SandboxLimits.LeastProcesses} at least: what contains a program takes some, too.";
        }

        if (limits.Timeout <= TimeSpan.Zero || limits.Timeout > TimeSpan.FromDays(40))
        {
            yield return "The timeout must be more than zero and at most 40 days.";
        }
    }

    private static bool IsScript(SandboxSpec spec) =>
        spec.Program == ForkImage.Program
        && spec.Arguments.Count > ForkImage.Flags.Count
        && spec.Arguments.Take(ForkImage.Flags.Count).SequenceEqual(ForkImage.Flags)
        && IsPlainPath(spec.Arguments[ForkImage.Flags.Count]);

    // A shell, as before runsc, drops any other.
    private static bool IsVariableName(string key) =>
        key.Length > 0
        && !char.IsAsciiDigit(key[0])
        && key.All(character => char.IsAsciiLetterOrDigit(character) || character == '_');

    private static bool IsPlainPath(string path) =>
        path.StartsWith('/') && !path.Contains('\0') && !path.Split('/').Any(part => part is "." or "..");

    private static bool IsReserved(string path)
    {
        var trimmed = path.TrimEnd('/');
        return Reserved.Contains(trimmed.Length == 0 ? "/" : trimmed)
            || ReservedTrees.Any(tree => trimmed == tree || trimmed.StartsWith(tree + "/", StringComparison.Ordinal));
    }
}
