using System.Diagnostics;
using Project38.Sandbox.Native;
using Project38.Sandbox.Staging;

namespace Project38.Sandbox.Running;

/// <summary>Where the runs that need one have a folder on the machine's disk: <c>runs</c> in the staging folder.</summary>
internal static class RunFolders
{
    private static long _last;

    /// <summary>Where the next one goes: a path that nobody has, in a folder that is there and the platform's own.</summary>
    /// <exception cref="IOException">Another user could put something else in its place.</exception>
    public static string NextPath(SandboxOptions options)
    {
        var parent = OwnedFolder.Require(Path.Combine(ParentOf(options), ProcessIdentity.Own));
        return Path.Combine(parent, $"{Interlocked.Increment(ref _last)}");
    }

    /// <summary>Removes what platforms have left that are gone.</summary>
    public static async Task SweepAsync(SandboxOptions options)
    {
        var parent = ParentOf(options);
        foreach (var left in Directory.Exists(parent) ? Directory.GetDirectories(parent) : [])
        {
            if (ProcessIdentity.IsGone(Path.GetFileName(left)))
            {
                await RemoveAsync(left);
            }
        }
    }

    /// <summary>Removes what this platform has them in, as it ends. Where a run's is left in it, the next platform sweeps.</summary>
    public static void Leave(SandboxOptions options)
    {
        var own = Path.Combine(ParentOf(options), ProcessIdentity.Own);
        if (Directory.Exists(own) && !Directory.EnumerateFileSystemEntries(own).Any())
        {
            try
            {
                Directory.Delete(own);
            }
            catch (IOException)
            {
                // A run has come, of another sandbox of this platform.
            }
        }
    }

    /// <summary>Removes one, when the run is gone. False: something of it is left.</summary>
    /// <remarks>.NET cannot remove what is deeper than a path can be long, and a program may leave that.</remarks>
    public static async Task<bool> RemoveAsync(string path)
    {
        var start = new ProcessStartInfo("/bin/rm", ["-rf", "--", path]) { UseShellExecute = false };
        using var remover = Process.Start(start)!;
        await remover.WaitForExitAsync(CancellationToken.None);
        return remover.ExitCode == 0;
    }

    /// <summary>Gives a file to a user and a group; null: it keeps its own.</summary>
    public static void Give(string path, int? user, int? group)
    {
        const uint Same = uint.MaxValue;
        if (group is not null)
        {
            LibC.Check(LibC.ChangeOwner(path, (uint?)user ?? Same, (uint?)group ?? Same), $"chown {path}");
        }
    }

    private static string ParentOf(SandboxOptions options) => Path.Combine(StagingArea.FolderOf(options), "runs");
}
