using Project38.Sandbox.Running;

namespace Project38.Sandbox.Landlock;

/// <summary>What stands in for a root of its own: a folder on the machine's disk for each run, removed after it.</summary>
internal sealed class RunFolder
{
    private const UnixFileMode ForAll = (UnixFileMode)0x1ED; // 0755
    private const UnixFileMode ForItsGroup = (UnixFileMode)0x1E8; // 0750
    private const UnixFileMode ForItsUser = (UnixFileMode)0x1C0; // 0700
    private const UnixFileMode Readable = (UnixFileMode)0x124; // 0444

    // contain.c lets the program write them.
    private static readonly string[] Writable = ["work", "tmp"];

    private RunFolder(string path, SandboxSpec spec)
    {
        Path = path;
        Paths = new InnerPaths(path, spec);
    }

    public string Path { get; }

    /// <summary>Where in it the paths of the spec are.</summary>
    public InnerPaths Paths { get; }

    /// <summary>Makes one, with the files of a spec, and links where its mounts are.</summary>
    /// <param name="options">Where: <c>runs</c> in the staging folder.</param>
    /// <param name="spec">The program.</param>
    /// <param name="uid">Whose it is; null: the platform's own user's.</param>
    /// <exception cref="ArgumentException">Something would lie in a mount or a folder of the system, which are the host's own here.</exception>
    /// <exception cref="IOException">The machine refused it.</exception>
    public static RunFolder Create(SandboxOptions options, SandboxSpec spec, int? uid)
    {
        Require(spec);
        var folder = new RunFolder(RunFolders.NextPath(options), spec);
        try
        {
            folder.Fill(spec, uid);
            return folder;
        }
        catch
        {
            if (Directory.Exists(folder.Path))
            {
                Directory.Delete(folder.Path, recursive: true);
            }

            throw;
        }
    }

    /// <summary>Whether the program has more in a folder that it may write than it may.</summary>
    public bool IsOver(long mostBytes) =>
        Writable.Any(name => FolderSize.IsOver(System.IO.Path.Combine(Path, name), mostBytes));

    /// <summary>Removes it, when the program is gone. False: something of it is left.</summary>
    public Task<bool> RemoveAsync() => RunFolders.RemoveAsync(Path);

    private static void Require(SandboxSpec spec)
    {
        string[] taken = [.. LandlockRunner.OfTheMachine, .. spec.Mounts.Select(mount => mount.InnerPath.TrimEnd('/'))];
        foreach (var folder in taken.Select(folder => folder + "/"))
        {
            if (
                InnerPaths.Of(spec).FirstOrDefault(path => path.StartsWith(folder, StringComparison.Ordinal)) is
                { } inside
            )
            {
                throw new ArgumentException(
                    $"Nothing can be put at '{inside}' at level degraded: its folder is the host's own.",
                    nameof(spec)
                );
            }
        }
    }

    private void Fill(SandboxSpec spec, int? uid)
    {
        Directory.CreateDirectory(Path, uid is null ? ForItsUser : ForItsGroup);
        foreach (var name in Writable)
        {
            var own = Directory.CreateDirectory(System.IO.Path.Combine(Path, name), ForItsUser).FullName;
            RunFolders.Give(own, uid, uid);
        }

        foreach (var mount in spec.Mounts)
        {
            File.CreateSymbolicLink(Prepare(mount.InnerPath.TrimEnd('/')), System.IO.Path.GetFullPath(mount.HostPath));
        }

        foreach (var file in spec.Files)
        {
            var place = Prepare(file.InnerPath);
            File.WriteAllBytes(place, file.Content.Span);
            File.SetUnixFileMode(place, Readable);
        }

        // Last, so that nobody enters before all of it is there. Only the run does: the group is its own.
        RunFolders.Give(Path, user: null, uid);
    }

    private string Prepare(string inner)
    {
        var place = Paths.Place(inner);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(place)!, ForAll);
        return place;
    }
}
