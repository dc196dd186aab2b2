using System.Globalization;

namespace Project38.Sandbox.Native;

/// <summary>Names a process for good: <c>NAMESPACE-PID-STARTED</c>, which a later process of the same number cannot have.</summary>
/// <remarks>
/// A number means something in its own pid namespace only, and platforms in several containers may see each other's
/// cgroups and processes. So nothing is known of what was made in another namespace, and it is left alone.
/// </remarks>
internal static class ProcessIdentity
{
    private static readonly string Namespace = NamespaceId();

    /// <summary>This process.</summary>
    public static string Own { get; } = $"{Namespace}-{Environment.ProcessId}-{StartOf(Environment.ProcessId)}";

    /// <summary>Whether it was a process of this namespace, and is no more.</summary>
    public static bool IsGone(string identity) =>
        identity.Split('-') is [var space, var pid, var started]
        && space == Namespace
        && int.TryParse(pid, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
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
