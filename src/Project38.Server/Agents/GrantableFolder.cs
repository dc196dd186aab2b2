using Project38.Core.Storage;

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

        var real = RealPath.Of(path);
        if (real == "/" || Never.Any(folder => RealPath.IsWithin(real, folder)))
        {
            return $"'{path}' is never granted; grant the folder that holds the files";
        }

        var own = RealPath.Of(home);
        return RealPath.IsWithin(real, own) || RealPath.IsWithin(own, real)
            ? $"'{path}' holds the platform's own keys and data; grant another folder"
            : null;
    }
}
