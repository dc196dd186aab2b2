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
    public static IEnumerable<string> Files(string pattern)
    {
        _ = Kept.Value;
        return Directory.EnumerateFiles(Root, pattern, All);
    }

    // On version 1 the topmost cgroup has no limits, so there is one below it for as long as the tests run: what can be attacked must not
    // depend on the runs of other tests. A user who may make none attacks none.
    private static readonly Lazy<bool> Kept = new(() =>
    {
        var folder = $"{Root}/pids/attacked-{Environment.ProcessId}";
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }

        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder);
        return true;
    });
}
