namespace Project38.Core.Storage;

/// <summary>Where a path of this machine leads.</summary>
public static class RealPath
{
    // As many as the kernel follows.
    private const int MostLinks = 40;

    /// <summary>Whether a path is a folder, or below it, by their texts: both without links.</summary>
    public static bool IsWithin(string path, string folder) =>
        $"{path.TrimEnd('/')}/".StartsWith($"{folder.TrimEnd('/')}/", StringComparison.Ordinal);

    /// <summary>The path without links in any of its parts; what is not there stays as it is.</summary>
    /// <exception cref="IOException">Its links go round, or are too many.</exception>
    public static string Of(string path)
    {
        var real = "/";
        var links = 0;
        var left = new Stack<string>();
        Add(Path.GetFullPath(path));
        while (left.TryPop(out var part))
        {
            if (part == "..")
            {
                real = Path.GetDirectoryName(real) ?? "/";
                continue;
            }

            var next = Path.Join(real, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }

            if (++links > MostLinks)
            {
                throw new IOException($"'{path}' goes by more than {MostLinks} links.");
            }

            real = target.StartsWith('/') ? "/" : real;
            Add(target);
        }

        return real;

        void Add(string more)
        {
            var parts = more.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".");
            foreach (var part in parts.Reverse())
            {
                left.Push(part);
            }
        }
    }
}
