using System.Reflection;

namespace Project38.Sandbox.Native;

/// <summary>Files that travel inside of this assembly.</summary>
internal static class Embedded
{
    private static readonly Assembly Assembly = typeof(Embedded).Assembly;

    /// <summary>The names that begin so.</summary>
    public static IEnumerable<string> Names(string beginning) =>
        Assembly.GetManifestResourceNames().Where(name => name.StartsWith(beginning, StringComparison.Ordinal));

    /// <summary>The content of one.</summary>
    public static byte[] Read(string name)
    {
        using var stream = Assembly.GetManifestResourceStream(name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
