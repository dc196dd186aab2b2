using System.Globalization;

namespace Project38.Sandbox.Cgroups;

/// <summary>Names of cgroups: <c>p38-NAMESPACE-PID-STARTED-N</c>, which say whose they are after a crash.</summary>
/// <remarks>
/// Platforms in several containers may share one hierarchy of cgroups. A number of a process means something in its own
/// pid namespace only, so a platform leaves alone what was made in another one.
/// </remarks>
internal static class CgroupName
{
    public const string Pattern = "p38-*-*-*-*";

    private static readonly string Namespace = NamespaceId();
    private static readonly string Prefix =
        $"p38-{Namespace}-{Environment.ProcessId}-{StartOf(Environment.ProcessId)}-";
    private static long _last;

    /// <summary>A name that no other cgroup has.</summary>
    public static string Next() => Prefix + Interlocked.Increment(ref _last).ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether the process that made it is gone. A later process may have its number, but not its start.</summary>
    public static bool IsOrphan(string name) =>
        name.Split('-') is ["p38", var space, var pid, var started, _]
        && space == Namespace
        && int.TryParse(pid, out var number)
        && StartOf(number) != started;

    // The link reads "pid:[4026531836]".
    private static string NamespaceId() =>
        new FileInfo("/proc/self/ns/pid").LinkTarget is { } link ? string.Concat(link.Where(char.IsAsciiDigit)) : "";

    /// <summary>When a process started, in clock ticks since boot; empty when there is none.</summary>
    private static string StartOf(int pid)
    {
        try
        {
            // Field 22, counted behind the name, which is in brackets and may hold blanks.
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19];
        }
        catch (IOException)
        {
            return "";
        }
    }
}
