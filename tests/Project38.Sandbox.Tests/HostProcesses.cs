namespace Project38.Sandbox.Tests;

/// <summary>What the host sees of runs.</summary>
internal static class HostProcesses
{
    /// <summary>The processes that have a text in their command line.</summary>
    public static IReadOnlyList<int> With(string mark) =>
        [
            .. Directory
                .EnumerateDirectories("/proc")
                .Select(folder => int.TryParse(Path.GetFileName(folder), out var pid) ? pid : 0)
                .Where(pid => pid > 0 && pid != Environment.ProcessId && Read(pid, "cmdline").Contains(mark)),
        ];

    /// <summary>A file of a process; empty when the process is gone.</summary>
    public static string Read(int pid, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/{file}");
        }
        catch (IOException)
        {
            return "";
        }
    }

    /// <summary>Looks again until it holds, for as long as it may take.</summary>
    public static async Task<bool> BecomesTrueAsync(Func<bool> condition, TimeSpan within)
    {
        var time = TimeProvider.System;
        var start = time.GetTimestamp();
        while (!condition())
        {
            if (time.GetElapsedTime(start) > within)
            {
                return false;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), time, TestContext.Current.CancellationToken);
        }

        return true;
    }
}
