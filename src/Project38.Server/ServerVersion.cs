using System.Reflection;

namespace Project38.Server;

/// <summary>Which program this is.</summary>
internal static class ServerVersion
{
    private static readonly string[] Parts = typeof(ServerVersion)
        .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
        .InformationalVersion.Split('+');

    /// <summary>For example <c>0.1.0</c>.</summary>
    public static string Version => Parts[0];

    /// <summary>The commit it was built from, or <c>dev</c> where the build knew none.</summary>
    public static string Build => Parts.Length > 1 ? Parts[1][..Math.Min(12, Parts[1].Length)] : "dev";
}
