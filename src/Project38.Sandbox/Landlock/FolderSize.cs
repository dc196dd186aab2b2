using System.IO.Enumeration;

namespace Project38.Sandbox.Landlock;

/// <summary>Looks whether a folder has more in it than it may, while a program that nobody trusts changes it.</summary>
internal static class FolderSize
{
    /// <summary>As many as forked runs may have in each of their folders.</summary>
    private const int MostEntries = 65_536;

    // A link counts as an entry, and leads nowhere: it may lead to the host.
    private static readonly EnumerationOptions All = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.None,
        IgnoreInaccessible = false,
    };

    /// <summary>Whether its files are longer together, or more. What cannot be looked at counts as too much.</summary>
    public static bool IsOver(string folder, long mostBytes)
    {
        try
        {
            var (bytes, entries) = (0L, 0);
            foreach (var length in Lengths(folder))
            {
                bytes += length;
                if (bytes > mostBytes || ++entries > MostEntries)
                {
                    return true;
                }
            }

            return false;
        }
        catch (Exception exception) when (exception is DirectoryNotFoundException or FileNotFoundException)
        {
            return false; // it went in this moment, and the next look sees the others
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return true; // deeper than a path can be long, or closed
        }
    }

    private static FileSystemEnumerable<long> Lengths(string folder) =>
        new(folder, (ref FileSystemEntry entry) => entry.IsDirectory || IsLink(ref entry) ? 0 : entry.Length, All)
        {
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !IsLink(ref entry),
        };

    private static bool IsLink(ref FileSystemEntry entry) => entry.Attributes.HasFlag(FileAttributes.ReparsePoint);
}
