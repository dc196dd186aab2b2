using System.Text;

namespace Project38.Core.Tools.Filesystem;

/// <summary>A path as an agent writes it, taken apart: relative, without <c>..</c>, in parts that can be names.</summary>
/// <remarks>The first of two walls: the kernel refuses whatever leads out even if this let it through.</remarks>
internal static class WorkspacePath
{
    /// <summary>Names that begin so are the platform's own, and nobody sees them.</summary>
    public const string Hidden = ".p38-";

    private const int MaxNameBytes = 255;
    private const int MaxPathBytes = 2048;
    private const int MaxDepth = 32;
    private static readonly UTF8Encoding Strict = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    /// <summary>The parts of a path; none for the top.</summary>
    /// <exception cref="FileRefusedException">No file here can be named so.</exception>
    public static string[] Parse(string path)
    {
        if (path.StartsWith('/'))
        {
            throw Refused(path, "it begins with '/': paths are relative to the workspace");
        }

        if (path.Any(char.IsControl))
        {
            throw Refused(path, "it has control characters");
        }

        if (Bytes(path) > MaxPathBytes)
        {
            throw Refused(path, "it is too long");
        }

        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").ToArray();
        if (parts.Length > MaxDepth)
        {
            throw Refused(path, $"it is more than {MaxDepth} folders deep");
        }

        foreach (var part in parts)
        {
            if (part == "..")
            {
                throw Refused(path, "'..' leads out of the folder");
            }

            if (Bytes(part) > MaxNameBytes)
            {
                throw Refused(path, $"a name in it is longer than {MaxNameBytes} bytes");
            }

            if (part.StartsWith(Hidden, StringComparison.Ordinal))
            {
                throw Refused(path, $"names beginning with '{Hidden}' are the platform's");
            }
        }

        return parts;
    }

    /// <summary>A path as it may be shown in a message.</summary>
    public static string Shown(string path)
    {
        var visible = new string([.. path.Take(80).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c)]);
        return path.Length > 80 ? visible + "…" : visible;
    }

    private static int Bytes(string text)
    {
        try
        {
            return Strict.GetByteCount(text);
        }
        catch (EncoderFallbackException)
        {
            throw Refused(text, "it is not valid Unicode");
        }
    }

    private static FileRefusedException Refused(string path, string why) =>
        new(FileRefusal.Outside, $"'{Shown(path)}' is no path here: {why}.");
}
