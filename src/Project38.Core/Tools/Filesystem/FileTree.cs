using System.ComponentModel;
using Microsoft.Win32.SafeHandles;

namespace Project38.Core.Tools.Filesystem;

/// <summary>One entry of a folder.</summary>
/// <param name="Name">Its name; in a tree, its path.</param>
/// <param name="IsFolder">Else it is a file.</param>
/// <param name="Size">In bytes; 0 for a folder.</param>
/// <param name="Modified">When it was last written, UTC.</param>
public sealed record FileEntry(string Name, bool IsFolder, long Size, DateTimeOffset Modified);

/// <summary>Everything below one folder of the host, read only through the kernel's <c>openat2</c>.</summary>
internal sealed class FileTree(string hostPath, bool ownFiles, FilesystemOptions options)
{
    private const int MaxVisited = 100_000;

    /// <summary>Opens the top.</summary>
    public SafeFileHandle Open() => LinuxFiles.OpenFolder(hostPath);

    /// <summary>Reads a whole file.</summary>
    public byte[] Read(string[] parts, string shown)
    {
        using var file = OpenFile(parts, shown);
        return file.Read();
    }

    /// <summary>Opens a plain file, and nothing else: pipes and devices are not even touched.</summary>
    public OpenFile OpenFile(string[] parts, string shown)
    {
        using var top = Top(shown);
        using var found = Kernel(shown, () => LinuxFiles.FindBeneath(top, Join(parts)));
        var facts = LinuxFiles.Describe(found);
        CheckFile(facts, shown);
        return facts.Size <= options.FileBytes
            ? new OpenFile(Kernel(shown, () => LinuxFiles.OpenToRead(found)), (int)facts.Size)
            : throw TooLarge(shown);
    }

    /// <summary>What is at a path; null where nothing is.</summary>
    public FileEntry? Find(string[] parts, string shown)
    {
        using var top = Top(shown);
        if (parts.Length == 0)
        {
            return Entry("", LinuxFiles.Describe(top));
        }

        try
        {
            using var folder = LinuxFiles.OpenBeneath(
                top,
                Join(parts[..^1]),
                LinuxFiles.ReadOnly | LinuxFiles.Directory
            );
            return Entry(parts[^1], LinuxFiles.Describe(folder, parts[^1]));
        }
        catch (Win32Exception fault) when (fault.NativeErrorCode is LinuxFiles.NoEntry or LinuxFiles.NotDirectory)
        {
            return null;
        }
        catch (Win32Exception fault)
        {
            throw Refused(fault.NativeErrorCode, shown);
        }
    }

    /// <summary>The entries of a folder, by name.</summary>
    public IReadOnlyList<FileEntry> List(string[] parts, string shown)
    {
        using var top = Top(shown);
        using var folder = Kernel(
            shown,
            () => LinuxFiles.OpenBeneath(top, Join(parts), LinuxFiles.ReadOnly | LinuxFiles.Directory)
        );
        var entries = new List<FileEntry>();
        foreach (var entry in Entries(folder))
        {
            if (entries.Count == options.Entries)
            {
                throw new FileRefusedException(
                    FileRefusal.TooLarge,
                    $"'{WorkspacePath.Shown(shown)}' has more than {options.Entries} entries."
                );
            }

            entries.Add(entry);
        }

        return [.. entries.OrderBy(entry => entry.Name, StringComparer.Ordinal)];
    }

    /// <summary>All files and folders, with their paths as names. Bounded in how much it looks at.</summary>
    public IEnumerable<FileEntry> Walk()
    {
        using var top = Top("");
        var folders = new Queue<string>([""]);
        var visited = 0;
        while (folders.TryDequeue(out var path))
        {
            using var folder = Kernel(
                path,
                () => LinuxFiles.OpenBeneath(top, path, LinuxFiles.ReadOnly | LinuxFiles.Directory)
            );
            foreach (var entry in Entries(folder))
            {
                if (++visited > MaxVisited)
                {
                    throw new FileRefusedException(
                        FileRefusal.TooLarge,
                        $"There are more than {MaxVisited} files to look through."
                    );
                }

                var below = path.Length == 0 ? entry.Name : $"{path}/{entry.Name}";
                if (entry.IsFolder && below.Count(c => c == '/') < 32)
                {
                    folders.Enqueue(below);
                }

                yield return entry with
                {
                    Name = below,
                };
            }
        }
    }

    /// <summary>The kernel's words made the agent's.</summary>
    public static T Kernel<T>(string shown, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Win32Exception fault)
        {
            throw Refused(fault.NativeErrorCode, shown);
        }
    }

    public static string Join(string[] parts) => string.Join('/', parts);

    public static FileRefusedException Refused(int error, string path)
    {
        var shown = WorkspacePath.Shown(path);
        return error switch
        {
            LinuxFiles.NoEntry => new(FileRefusal.Missing, $"There is no file '{shown}'."),
            LinuxFiles.NotDirectory or LinuxFiles.Exists => new(
                FileRefusal.IsFile,
                $"'{shown}' leads through something that is no folder."
            ),
            LinuxFiles.IsDirectory or LinuxFiles.NotEmpty => new(FileRefusal.IsFolder, $"'{shown}' is a folder."),
            LinuxFiles.CrossDevice => new(FileRefusal.Outside, $"'{shown}' leads out of the folder."),
            LinuxFiles.TooManyLinks => new(FileRefusal.NoFile, $"'{shown}' is a link; links are not followed."),
            LinuxFiles.NoDevice => NoFile(path),
            LinuxFiles.Invalid => new(FileRefusal.Outside, $"'{shown}' cannot be moved there."),
            LinuxFiles.NoSpace or LinuxFiles.QuotaExceeded => new(
                FileRefusal.DiskFull,
                $"The platform's disk is full: '{shown}' was not written."
            ),
            LinuxFiles.ReadOnlyFileSystem => new(FileRefusal.ReadOnly, $"'{shown}' may only be read."),
            LinuxFiles.NotImplemented => new(
                FileRefusal.Failed,
                "This kernel is too old to open files safely (openat2 is missing; Linux 5.6 has it)."
            ),
            _ => new(FileRefusal.Failed, $"'{shown}' cannot be used: {new Win32Exception(error).Message}."),
        };
    }

    private SafeFileHandle Top(string shown) => Kernel(shown, Open);

    private static IEnumerable<FileEntry> Entries(SafeFileHandle folder)
    {
        foreach (var name in LinuxFiles.Names(folder))
        {
            FileEntry? entry;
            try
            {
                entry = name.StartsWith(WorkspacePath.Hidden, StringComparison.Ordinal)
                    ? null
                    : Entry(name, LinuxFiles.Describe(folder, name));
            }
            catch (Win32Exception gone) when (gone.NativeErrorCode == LinuxFiles.NoEntry)
            {
                entry = null;
            }

            if (entry is not null)
            {
                yield return entry;
            }
        }
    }

    // Links, devices, pipes and sockets are not there for an agent.
    private static FileEntry? Entry(string name, FileFacts facts) =>
        facts.Type switch
        {
            FileType.Folder => new FileEntry(name, IsFolder: true, Size: 0, facts.Modified),
            FileType.File => new FileEntry(name, IsFolder: false, facts.Size, facts.Modified),
            _ => null,
        };

    /// <summary>Throws unless it is a plain file that is in this folder alone.</summary>
    public void CheckFile(FileFacts facts, string shown)
    {
        if (facts.Type == FileType.Folder)
        {
            throw Refused(LinuxFiles.IsDirectory, shown);
        }

        // The platform makes no hard links: in a workspace, a second name is somebody's trick.
        if (facts.Type != FileType.File || (ownFiles && facts.Links > 1))
        {
            throw NoFile(shown);
        }
    }

    private static FileRefusedException NoFile(string shown) =>
        new(FileRefusal.NoFile, $"'{WorkspacePath.Shown(shown)}' is no plain file.");

    private FileRefusedException TooLarge(string shown) =>
        new(
            FileRefusal.TooLarge,
            $"'{WorkspacePath.Shown(shown)}' is larger than {options.FileBytes / (1024 * 1024)} MB."
        );
}
