using System.Globalization;
using Project38.Sandbox.Native;

namespace Project38.Sandbox.Cgroups;

/// <summary>Names of cgroups: <c>p38-NAMESPACE-PID-STARTED-N</c>, which say whose they are after a crash.</summary>
internal static class CgroupName
{
    public const string Pattern = "p38-*-*-*-*";

    private static long _last;

    /// <summary>A name that no other cgroup has.</summary>
    public static string Next()
    {
        var number = Interlocked.Increment(ref _last).ToString(CultureInfo.InvariantCulture);
        return $"p38-{ProcessIdentity.Own}-{number}";
    }

    /// <summary>Whether the process that made it is gone.</summary>
    public static bool IsOrphan(string name) =>
        name.Split('-') is ["p38", .. var identity, _] && ProcessIdentity.IsGone(string.Join('-', identity));
}
