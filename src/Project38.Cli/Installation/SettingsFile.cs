using System.Text;
using Project38.Contracts;

namespace Project38.Cli.Installation;

/// <summary>The settings and keys of the service: systemd's <c>EnvironmentFile</c>, for its owner only.</summary>
internal static class SettingsFile
{
    /// <summary>Its name, in the home.</summary>
    public const string Name = "service.env";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const string Head = """
        # Settings and keys of the service, one NAME="value" a line. 'p38 up --install' keeps this file as it is.
        # After a change: systemctl restart p38, with --user where the unit is the user's.

        """;

    /// <summary>The settings in an environment, by name.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Of(
        IEnumerable<KeyValuePair<string, string>> environment
    ) => ServerSettings.Of(environment);

    /// <summary>Writes it, unless there is one; either way it is its owner's alone.</summary>
    /// <returns>Whether it was written.</returns>
    public static bool WriteNew(string path, IEnumerable<KeyValuePair<string, string>> settings)
    {
        if (File.Exists(path))
        {
            File.SetUnixFileMode(path, OwnerOnly);
            return false;
        }

        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = OwnerOnly,
        };
        using var writer = new StreamWriter(new FileStream(path, options));
        writer.Write(Text(settings));
        return true;
    }

    /// <summary>Its text, with values quoted as <c>systemd.exec(5)</c> reads them.</summary>
    public static string Text(IEnumerable<KeyValuePair<string, string>> settings)
    {
        var text = new StringBuilder(Head);
        foreach (var (name, value) in settings)
        {
            text.Append(name).Append("=\"");
            foreach (var character in value)
            {
                text.Append(character is '"' or '\\' or '`' or '$' ? $"\\{character}" : $"{character}");
            }
            text.Append("\"\n");
        }
        return text.ToString();
    }
}
