using System.ComponentModel;
using Microsoft.Win32.SafeHandles;

namespace Project38.Core.Tools.Filesystem;

/// <summary>An agent's own folder. Everything here refuses with <see cref="FileRefusedException"/>.</summary>
/// <remarks>
/// Used by the agent's tools and by the doors alike, with the same guards. A write is seen whole or not at all.
/// </remarks>
public sealed class Workspace
{
    private readonly Lock _gate = new();
    private readonly FileTree _tree;
    private readonly FilesystemOptions _options;
    private long _bytes = -1;
    private int _files;

    internal Workspace(string hostPath, FilesystemOptions options)
    {
        _tree = new FileTree(hostPath, ownFiles: true, options);
        _options = options;
    }

    /// <summary>Reads a file.</summary>
    public byte[] Read(string path) => _tree.Read(FileParts(path), path);

    /// <summary>Opens a file, so that its size is known before it is read.</summary>
    internal OpenFile OpenFile(string path) => _tree.OpenFile(FileParts(path), path);

    /// <summary>What is at a path; null where nothing is. The path <c>""</c> is the workspace itself.</summary>
    public FileEntry? Find(string path) => _tree.Find(WorkspacePath.Parse(path), path);

    /// <summary>The entries of a folder, by name.</summary>
    public IReadOnlyList<FileEntry> List(string path) => _tree.List(WorkspacePath.Parse(path), path);

    /// <summary>All files, by path.</summary>
    public IReadOnlyList<FileEntry> AllFiles() =>
        [.. _tree.Walk().Where(entry => !entry.IsFolder).OrderBy(entry => entry.Name, StringComparer.Ordinal)];

    /// <summary>Writes a file, whole or not at all, with the folders above it; one that is there is replaced.</summary>
    public void Write(string path, ReadOnlySpan<byte> content)
    {
        var parts = FileParts(path);
        CheckSize(content.Length, path);
        lock (_gate)
        {
            WriteLocked(parts, path, content);
        }
    }

    /// <summary>Copies a file in, whole or not at all: what <c>--file</c> does.</summary>
    /// <param name="path">Where it goes.</param>
    /// <param name="content">Read up to the size a file may have.</param>
    /// <param name="cancellationToken">Then nothing was written.</param>
    public async Task PutAsync(string path, Stream content, CancellationToken cancellationToken)
    {
        _ = FileParts(path);
        var buffer = new MemoryStream();
        var chunk = new byte[81920];
        for (int read; (read = await content.ReadAsync(chunk, cancellationToken)) > 0; )
        {
            CheckSize(buffer.Length + read, path);
            buffer.Write(chunk, 0, read);
        }

        Write(path, buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    /// <summary>Adds to the end of a file, which need not be there yet.</summary>
    /// <returns>Its size afterwards.</returns>
    public long Append(string path, ReadOnlySpan<byte> content)
    {
        var parts = FileParts(path);
        lock (_gate)
        {
            // Written anew: a crash or a full disk in the middle then leaves the old file, not half a line.
            var old = _tree.Find(parts, path) is null ? [] : _tree.Read(parts, path);
            CheckSize((long)old.Length + content.Length, path);
            WriteLocked(parts, path, [.. old, .. content]);
            return old.Length + content.Length;
        }
    }

    /// <summary>Makes a folder, with those above it; it may exist.</summary>
    public void MakeFolder(string path)
    {
        var parts = WorkspacePath.Parse(path);
        lock (_gate)
        {
            using var top = Open(path);
            MakeFolders(top, parts, path).Dispose();
        }
    }

    /// <summary>Moves or renames a file or folder; a file at the target is replaced.</summary>
    public void Move(string source, string target)
    {
        var (from, to) = (FileParts(source), FileParts(target));
        lock (_gate)
        {
            using var top = Open(source);
            var moved = _tree.Find(from, source) ?? throw FileTree.Refused(LinuxFiles.NoEntry, source);
            var replaced = _tree.Find(to, target);
            using var oldFolder = Folder(top, from[..^1], source);
            using var newFolder = MakeFolders(top, to[..^1], target);
            Kernel(target, () => LinuxFiles.Rename(oldFolder, from[^1], newFolder, to[^1]));
            if (replaced is not null && !from.SequenceEqual(to))
            {
                Used(-replaced.Size, -1);
            }
        }
    }

    /// <summary>Deletes a file, or a folder with all that is in it.</summary>
    /// <returns>Whether something was there.</returns>
    public bool Delete(string path)
    {
        var parts = FileParts(path);
        lock (_gate)
        {
            if (_tree.Find(parts, path) is null)
            {
                return false;
            }

            using var top = Open(path);
            using var folder = Folder(top, parts[..^1], path);
            Kernel(path, () => DeleteAll(folder, parts[^1]));
            return true;
        }
    }

    /// <summary>What was counted as it was written, and what is there: bytes and files. The two are always equal.</summary>
    internal ((long, int) Counted, (long, int) Found) CountedAndFound
    {
        get
        {
            lock (_gate)
            {
                Count();
                var kept = (_bytes, _files);
                _bytes = -1;
                Count();
                return (kept, (_bytes, _files));
            }
        }
    }

    private void WriteLocked(string[] parts, string path, ReadOnlySpan<byte> content)
    {
        var old = _tree.Find(parts, path);
        if (old?.IsFolder == true)
        {
            throw FileTree.Refused(LinuxFiles.IsDirectory, path);
        }

        CheckQuota(content.Length - (old?.Size ?? 0), old is null ? 1 : 0);
        using var top = Open(path);
        using var folder = MakeFolders(top, parts[..^1], path);
        var temporary = $"{WorkspacePath.Hidden}{Guid.NewGuid():n}";
        try
        {
            var flags = LinuxFiles.WriteOnly | LinuxFiles.Create | LinuxFiles.Exclusive;
            using (var file = LinuxFiles.OpenBeneath(folder, temporary, flags, mode: 0x180))
            {
                RandomAccess.Write(file, content, fileOffset: 0);
                RandomAccess.FlushToDisk(file);
            }

            LinuxFiles.Rename(folder, temporary, folder, parts[^1]);
        }
        catch (Exception fault) when (fault is Win32Exception or IOException)
        {
            TryDelete(folder, temporary);
            throw fault is Win32Exception kernel
                ? FileTree.Refused(kernel.NativeErrorCode, path)
                : FileTree.Refused(ErrorOf((IOException)fault), path);
        }

        Used(content.Length - (old?.Size ?? 0), old is null ? 1 : 0);
    }

    // .NET keeps the kernel's error of a failed write in the low bits; a full disk has an HResult of its own.
    private static int ErrorOf(IOException fault) =>
        fault.HResult is LinuxFiles.NoSpace or unchecked((int)0x80070070) ? LinuxFiles.NoSpace : 5;

    private static void TryDelete(SafeFileHandle folder, string name)
    {
        try
        {
            LinuxFiles.DeleteFile(folder, name);
        }
        catch (Win32Exception)
        {
            // It was never made, or the next count of the workspace deletes it.
        }
    }

    private SafeFileHandle MakeFolders(SafeFileHandle top, string[] parts, string path)
    {
        for (var depth = 1; depth <= parts.Length; depth++)
        {
            if (_tree.Find(parts[..depth], path) is { } there)
            {
                if (!there.IsFolder)
                {
                    throw FileTree.Refused(LinuxFiles.NotDirectory, path);
                }

                continue;
            }

            CheckQuota(0, 1);
            using var above = Folder(top, parts[..(depth - 1)], path);
            Kernel(path, () => LinuxFiles.MakeFolder(above, parts[depth - 1]));
            Used(0, 1);
        }

        return Folder(top, parts, path);
    }

    private void DeleteAll(SafeFileHandle folder, string name)
    {
        var facts = LinuxFiles.Describe(folder, name);
        if (facts.Type != FileType.Folder)
        {
            LinuxFiles.DeleteFile(folder, name);
            Used(-facts.Size, -1);
            return;
        }

        using (var inner = LinuxFiles.OpenBeneath(folder, name, LinuxFiles.ReadOnly | LinuxFiles.Directory))
        {
            foreach (var below in LinuxFiles.Names(inner).ToList())
            {
                DeleteAll(inner, below);
            }
        }

        LinuxFiles.DeleteFolder(folder, name);
        Used(0, -1);
    }

    private void CheckQuota(long moreBytes, int moreFiles)
    {
        Count();
        if (moreBytes > 0 && _bytes + moreBytes > _options.WorkspaceBytes)
        {
            throw new FileRefusedException(
                FileRefusal.Quota,
                $"The workspace is full: {_options.WorkspaceBytes / (1024 * 1024)} MB. Delete files first."
            );
        }

        if (_files + moreFiles > _options.WorkspaceFiles)
        {
            throw new FileRefusedException(
                FileRefusal.Quota,
                $"The workspace is full: {_options.WorkspaceFiles} files and folders. Delete files first."
            );
        }
    }

    // Counted once, then kept: every write passes here. What a crash left half-written goes before.
    private void Count()
    {
        if (_bytes >= 0)
        {
            return;
        }

        DeleteLeftovers();
        var (bytes, files) = (0L, 0);
        foreach (var entry in _tree.Walk())
        {
            bytes += entry.Size;
            files++;
        }

        (_bytes, _files) = (bytes, files);
    }

    private void DeleteLeftovers()
    {
        using var top = Open("");
        foreach (
            var path in _tree.Walk().Where(entry => entry.IsFolder).Select(entry => entry.Name).Prepend("").ToList()
        )
        {
            using var folder = Folder(top, [path], path);
            var hidden = LinuxFiles
                .Names(folder)
                .Where(name => name.StartsWith(WorkspacePath.Hidden, StringComparison.Ordinal))
                .ToList();
            hidden.ForEach(name => TryDelete(folder, name));
        }
    }

    private void Used(long bytes, int files)
    {
        if (_bytes >= 0)
        {
            _bytes += bytes;
            _files += files;
        }
    }

    private void CheckSize(long bytes, string path)
    {
        if (bytes > _options.FileBytes)
        {
            throw new FileRefusedException(
                FileRefusal.TooLarge,
                $"'{WorkspacePath.Shown(path)}' would be larger than {_options.FileBytes / (1024 * 1024)} MB."
            );
        }
    }

    private SafeFileHandle Open(string path) => FileTree.Kernel(path, _tree.Open);

    private static SafeFileHandle Folder(SafeFileHandle top, string[] parts, string path) =>
        FileTree.Kernel(
            path,
            () => LinuxFiles.OpenBeneath(top, FileTree.Join(parts), LinuxFiles.ReadOnly | LinuxFiles.Directory)
        );

    private static void Kernel(string path, Action call) =>
        FileTree.Kernel(
            path,
            () =>
            {
                call();
                return 0;
            }
        );

    private static string[] FileParts(string path) =>
        WorkspacePath.Parse(path) is { Length: > 0 } parts
            ? parts
            : throw new FileRefusedException(
                FileRefusal.IsFolder,
                "The path names the workspace itself, and no file in it."
            );
}
