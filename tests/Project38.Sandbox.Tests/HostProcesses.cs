using System.Globalization;

namespace Project38.Sandbox.Tests;

/// <summary>What the host sees of runs.</summary>
internal static class HostProcesses
{
    // Of its command line, which its runs have too: they are forked, and never become another program.
    private const string ForkServer = "from p38_forking import server";

    /// <summary>The processes that have a text in their command line.</summary>
    public static IReadOnlyList<int> With(string mark) =>
        [
            .. Directory
                .EnumerateDirectories("/proc")
                .Select(folder => int.TryParse(Path.GetFileName(folder), out var pid) ? pid : 0)
                .Where(pid => pid > 0 && pid != Environment.ProcessId && Read(pid, "cmdline").Contains(mark)),
        ];

    /// <summary>The processes of this platform's forked runs, and none of the servers that they are forked from.</summary>
    public static IReadOnlyList<int> Forked() => [.. With(ForkServer).Where(pid => Depth(pid) > 2 && IsOurs(pid))];

    /// <summary>Whether it is a fork server, and none of its runs.</summary>
    public static bool IsForkServer(int pid) =>
        Read(pid, "cmdline").Contains(ForkServer, StringComparison.Ordinal) && Depth(pid) == 2;

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

    // Another platform's, in tests beside these, come and go as they like.
    private static bool IsOurs(int pid)
    {
        while (pid > 1 && pid != Environment.ProcessId)
        {
            pid = Status(pid, "PPid:") is [var parent] ? int.Parse(parent, CultureInfo.InvariantCulture) : 0;
        }

        return pid == Environment.ProcessId;
    }

    // In how many namespaces of processes it has a number: here, and in each that it was started in.
    private static int Depth(int pid) => Status(pid, "NSpid:").Length;

    /// <summary>The values of one line of a process's status; none when it is gone.</summary>
    private static string[] Status(int pid, string key) =>
        Read(pid, "status")
            .Split('\n')
            .Where(line => line.StartsWith(key, StringComparison.Ordinal))
            .Select(line => line.Split('\t')[1..])
            .FirstOrDefault()
        ?? [];
}
