namespace Project38.Server.Agents;

/// <summary>Which folders of the host an agent may be granted.</summary>
internal static class GrantableFolder
{
    // The kernel's own views, and the whole disk: nobody means these, and they hold secrets.
    private static readonly string[] Never = ["/proc", "/sys", "/dev", "/run"];

    /// <summary>Why not; null when it may be granted.</summary>
    public static string? WhyNot(string path, string home)
    {
        if (!Path.IsPathFullyQualified(path) || path.Contains('\0'))
        {
            return $"'{path}' is not absolute; give the whole path";
        }
        if (!Directory.Exists(path))
        {
            return $"'{path}' is no folder on the server's machine";
        }

        var real = RealPath(path);
        if (real == "/" || Never.Any(folder => IsWithin(real, folder)))
        {
            return $"'{path}' is never granted; grant the folder that holds the files";
        }

        var own = RealPath(home);
        return IsWithin(real, own) || IsWithin(own, real)
            ? $"'{path}' holds the platform's own keys and data; grant another folder"
            : null;
    }

    /// <summary>The path without links, so that what is granted is what is read.</summary>
    public static string RealPath(string path)
    {
        var real = "/";
        foreach (var part in Path.GetFullPath(path).Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var next = Path.Join(real, part);
            real = new DirectoryInfo(next).ResolveLinkTarget(returnFinalTarget: true)?.FullName is { } target
                ? RealPath(target)
                : next;
        }
        return real;
    }

    private static bool IsWithin(string path, string folder) =>
        path == folder || path.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal);
}
