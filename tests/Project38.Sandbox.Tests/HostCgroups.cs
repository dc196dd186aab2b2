namespace Project38.Sandbox.Tests;

/// <summary>What the host sees of the cgroups of runs.</summary>
internal static class HostCgroups
{
    private const string Root = "/sys/fs/cgroup";

    private static readonly EnumerationOptions All = new() { RecurseSubdirectories = true, MaxRecursionDepth = 8 };

    /// <summary>The folders of those that a platform, a process, has made for runs; of its fork servers it is not told.</summary>
    public static IReadOnlyList<string> Of(int platform) =>
        [.. Directory.EnumerateDirectories(Root, $"p38-*-{platform}-*", All).Where(folder => !IsOfForkServer(folder))];

    private static bool IsOfForkServer(string folder)
    {
        try
        {
            return File.ReadLines($"{folder}/cgroup.procs").Select(int.Parse).Any(HostProcesses.IsForkServer);
        }
        catch (IOException)
        {
            return false; // it went in this moment
        }
    }

    /// <summary>The files of all cgroups.</summary>
    public static IEnumerable<string> Files(string pattern) => Directory.EnumerateFiles(Root, pattern, All);
}
