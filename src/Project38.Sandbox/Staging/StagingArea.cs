using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using Project38.Sandbox.Native;

namespace Project38.Sandbox.Staging;

/// <summary>Keeps copies of host folders where a run of any uid may read them, and nobody but the platform may write.</summary>
/// <remarks>
/// A run has a uid of its own, so it cannot enter a private home or clone. A copy is named by the hash of what is in it
/// and never changes: staging the same content again costs reading it.
/// </remarks>
public sealed class StagingArea(IOptions<SandboxOptions> options)
{
    private const UnixFileMode FolderMode =
        UnixFileMode.UserRead
        | UnixFileMode.UserWrite
        | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherExecute;

    private readonly Lazy<string> _root = new(() => OwnedFolder.Require(FolderOf(options.Value)));

    /// <summary>Copies a folder, unless that very content is there already, and gives the path to mount.</summary>
    /// <param name="sourceFolder">The folder.</param>
    /// <param name="withCompiled">
    /// Whether <c>__pycache__</c> in it belongs to it. Default: false, it changes with every use of the folder.
    /// </param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="IOException">
    /// It has a symbolic link or a special file in it, or the staging folder is not the platform's alone.
    /// </exception>
    public string StageFolder(string sourceFolder, bool withCompiled = false)
    {
        var content = FolderContent.Read(sourceFolder, withCompiled);
        var target = Path.Combine(_root.Value, content.Hash);
        if (Directory.Exists(target))
        {
            return target;
        }

        Publish(target, draft => content.CopyTo(draft, FolderMode));
        return target;
    }

    /// <summary>Copies a staged folder together with files that are made of it, unless that was done before.</summary>
    /// <param name="staged">Of <see cref="StageFolder"/>.</param>
    /// <param name="name">Says what is made, and with what: of one folder and one name there is one copy.</param>
    /// <param name="make">Makes the files, by their paths in the folder; asked only where there is no copy yet.</param>
    /// <exception cref="IOException">
    /// What is made would lie outside of the folder, or replace a file; or it cannot be written, or <paramref name="make"/> failed.
    /// </exception>
    public async Task<string> StageMoreAsync(
        string staged,
        string name,
        Func<Task<IReadOnlyDictionary<string, byte[]>>> make
    )
    {
        var target = $"{staged}-{name}";
        if (!Directory.Exists(target))
        {
            var more = await make();
            Publish(
                target,
                draft =>
                {
                    FolderContent.Read(staged, withCompiled: true).CopyTo(draft, FolderMode);
                    foreach (var (path, content) in more)
                    {
                        FolderContent.Add(draft, path, content, FolderMode);
                    }
                }
            );
        }

        return target;
    }

    /// <summary>Fills a folder that everybody sees whole, or not at all.</summary>
    private void Publish(string target, Action<string> fill)
    {
        // Complete under a name nobody looks for, then renamed in one step: who sees the name sees all of it.
        var draft = Path.Combine(_root.Value, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(draft, FolderMode);
            fill(draft);
            var renamed = LibC.Rename(draft, target) == 0;
            if (!renamed && Marshal.GetLastPInvokeError() is not (LibC.FileExists or LibC.NotEmpty))
            {
                throw new IOException($"{draft} could not be renamed: {Marshal.GetLastPInvokeErrorMessage()}");
            }
        }
        finally
        {
            if (Directory.Exists(draft))
            {
                Directory.Delete(draft, recursive: true);
            }
        }
    }

    /// <summary>Where it is, or would be.</summary>
    internal static string FolderOf(SandboxOptions options) => options.StagingFolder ?? DefaultFolder();

    private static string DefaultFolder()
    {
        if (LibC.EffectiveUserId() == 0)
        {
            return "/var/cache/p38/staged";
        }

        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return !string.IsNullOrEmpty(cache) ? Path.Combine(cache, "p38", "staged")
            : home.Length > 0 ? Path.Combine(home, ".cache", "p38", "staged")
            : Path.Combine(Path.GetTempPath(), $"p38-{LibC.EffectiveUserId()}", "staged");
    }
}
