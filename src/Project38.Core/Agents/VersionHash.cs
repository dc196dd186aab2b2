using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Project38.Core.Storage;

namespace Project38.Core.Agents;

/// <summary>What makes two versions the same: code, tests, manifest, library and interpreter.</summary>
public static class VersionHash
{
    /// <summary>The hash: SHA-256, 64 lower-case hex digits.</summary>
    /// <param name="code">The program.</param>
    /// <param name="tests">Its tests; null is not the same as empty.</param>
    /// <param name="manifest">What it needs.</param>
    /// <param name="library">The library it was proved with, see <see cref="OfLibrary"/>.</param>
    /// <param name="interpreter">The interpreter it was proved with, for example <c>3.11.2</c>.</param>
    public static string Of(string code, string? tests, Manifest manifest, string library, string interpreter)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in (string?[])[code, tests, JsonText.Write(manifest), library, interpreter])
        {
            Add(hash, part);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The hash of a library: the Python files below a folder, by name and content.</summary>
    public static string OfLibrary(string folder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var files = Directory
            .EnumerateFiles(folder, "*.py", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file))
            .Order(StringComparer.Ordinal);
        foreach (var file in files)
        {
            Add(hash, file);
            Add(hash, File.ReadAllText(Path.Join(folder, file)));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // Each part after its length, so that no text can move from one part into the next; null has length -1.
    private static void Add(IncrementalHash hash, string? part)
    {
        var bytes = Encoding.UTF8.GetBytes(part ?? "");
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, part is null ? -1 : bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
