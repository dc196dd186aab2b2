using Project38.Contracts;

namespace Project38.Cli.Installation;

/// <summary>What of this process's environment the service has to find: systemd gives it next to nothing.</summary>
internal static class ServiceEnvironment
{
    // Whatever finds dotnet, node and ruff for this command finds them for the service.
    private static readonly string[] Paths = ["P38_RUFF", "P38_SERVER"];
    private static readonly string[] Plain = ["PATH", "DOTNET_ROOT", "DOTNET_HOST_PATH"];

    /// <summary>This process's own.</summary>
    public static IReadOnlyDictionary<string, string> Read() => ServerSettings.Environment();

    /// <summary>What goes into the unit.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> ForUnit(
        Home home,
        IReadOnlyDictionary<string, string> environment
    )
    {
        return
        [
            KeyValuePair.Create("P38_HOME", home.Path),
            .. Set(Paths).Select(one => KeyValuePair.Create(one.Key, Path.GetFullPath(one.Value))),
            .. Set(Plain),
        ];

        IEnumerable<KeyValuePair<string, string>> Set(string[] names) =>
            from name in names
            let value = environment.GetValueOrDefault(name, "")
            where value.Length > 0
            select KeyValuePair.Create(name, value);
    }

    /// <summary>How this command was started, absolute.</summary>
    public static IReadOnlyList<string> Command() =>
        Path.GetFileName(Environment.ProcessPath) == "dotnet"
            ? [Environment.ProcessPath!, Path.Join(AppContext.BaseDirectory, "p38.dll")]
            : [Environment.ProcessPath!];
}
