using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Project38.Sandbox.Staging;

/// <summary>The files of a folder, and a hash of their paths, contents and whether they can be executed.</summary>
internal sealed record FolderContent(string Source, IReadOnlyList<string> Files, string Hash)
{
    private const UnixFileMode Readable = (UnixFileMode)0x124; // 0444
    private const UnixFileMode Executable = (UnixFileMode)0x49; // 0111

    public static FolderContent Read(string source, bool withCompiled)
    {
        var root = new DirectoryInfo(Path.GetFullPath(source));
        var files = Walk(root, withCompiled)
            .Select(file => Path.GetRelativePath(root.FullName, file.FullName))
            .ToList();
        files.Sort(StringComparer.Ordinal);

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[8];
        foreach (var file in files)
        {
            // Each part with its length, so that no two folders read the same.
            var path = Path.Combine(root.FullName, file);
            foreach (var part in (byte[][])[Encoding.UTF8.GetBytes(file), File.ReadAllBytes(path)])
            {
                BinaryPrimitives.WriteInt64LittleEndian(length, part.Length);
                hash.AppendData(length);
                hash.AppendData(part);
            }

            hash.AppendData(IsExecutable(path) ? [1] : [0]);
        }

        return new FolderContent(root.FullName, files, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    public void CopyTo(string target, UnixFileMode folderMode)
    {
        foreach (var file in Files)
        {
            var (from, to) = (Path.Combine(Source, file), Path.Combine(target, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!, folderMode);
            File.Copy(from, to);
            File.SetUnixFileMode(to, IsExecutable(from) ? Readable | Executable : Readable);
        }
    }

    /// <summary>Writes one more file into such a copy.</summary>
    /// <exception cref="IOException">Its path leads out of the folder, or there is something already.</exception>
    public static void Add(string folder, string path, byte[] content, UnixFileMode folderMode)
    {
        var to = Path.GetFullPath(Path.Combine(folder, path));
        if (!to.StartsWith($"{folder}/", StringComparison.Ordinal))
        {
            throw new IOException($"{path} leads out of the folder.");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(to)!, folderMode);
        using (var file = new FileStream(to, FileMode.CreateNew))
        {
            file.Write(content);
        }
        File.SetUnixFileMode(to, Readable);
    }

    private static IEnumerable<FileInfo> Walk(DirectoryInfo folder, bool withCompiled)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos())
        {
            if (entry.LinkTarget is not null || entry.Attributes.HasFlag(FileAttributes.Device))
            {
                throw new IOException($"{entry.FullName} is a link or a special file, and cannot be staged.");
            }

            if (entry is FileInfo file)
            {
                yield return file;
            }
            else if (entry is DirectoryInfo child && (withCompiled || child.Name != "__pycache__"))
            {
                foreach (var inner in Walk(child, withCompiled))
                {
                    yield return inner;
                }
            }
        }
    }

    private static bool IsExecutable(string path) => (File.GetUnixFileMode(path) & Executable) != UnixFileMode.None;
}
