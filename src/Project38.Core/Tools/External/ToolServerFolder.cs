using Project38.Core.Storage;

namespace Project38.Core.Tools.External;

/// <summary>Which folder of the host a program may see. Asked when it is registered, and each time it starts.</summary>
internal static class ToolServerFolder
{
    // With all that is in them: they hold the machine's secrets, and none of a tool server's own.
    private static readonly string[] s_closed = ["/proc", "/sys", "/dev", "/etc", "/root", "/run", "/boot"];

    // A folder in one of these may be a tool server's; they themselves are everybody's.
    private static readonly string[] s_shared = ["/", "/usr", "/var", "/home", "/tmp", "/work"];

    /// <summary>Why not, as the end of a sentence; null: it may.</summary>
    /// <param name="folder">What is wanted.</param>
    /// <param name="home">The platform's own folder.</param>
    public static string? WhyNot(string folder, string home)
    {
        if (!IsPlain(folder))
        {
            return "must be an absolute path without '.' and '..'";
        }

        string real;
        string own;
        try
        {
            (real, own) = (RealPath.Of(folder), RealPath.Of(home));
        }
        catch (IOException)
        {
            return "leads nowhere: its links go round";
        }

        return s_shared.Contains(real) || s_closed.Any(closed => RealPath.IsWithin(real, closed))
                ? "is the machine's, and not a folder of a tool server"
            : RealPath.IsWithin(real, own) || RealPath.IsWithin(own, real)
                ? "holds the platform's own folder, or is in it"
            : !Directory.Exists(folder) ? "is not there"
            // It is at this path that the program sees it, and what is seen has to be what was looked at.
            : real != Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))
                ? "has a link in its path; name what it leads to"
            : null;
    }

    /// <summary>Whether a path is absolute, and says without a look at the disk where it leads.</summary>
    public static bool IsPlain(string path) =>
        path.StartsWith('/') && !path.Contains('\0') && !path.Split('/').Any(part => part is "." or "..");
}
