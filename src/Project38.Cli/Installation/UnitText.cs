namespace Project38.Cli.Installation;

/// <summary>Writes values so that systemd reads them back as they are.</summary>
/// <remarks>Rules of <c>systemd.syntax(7)</c>, <c>systemd.unit(5)</c> and <c>systemd.service(5)</c>.</remarks>
internal static class UnitText
{
    /// <summary>The program of <c>ExecStart=</c>: nothing in it is expanded but specifiers.</summary>
    /// <exception cref="CliException">systemd takes no program of such a name.</exception>
    public static string Program(string path) =>
        path.IndexOfAny(['\'', '"', '\\']) < 0
            ? Quoted(path)
            : throw Unusable(path, "a quote or a backslash, which systemd allows in no program's name");

    /// <summary>An argument of <c>ExecStart=</c>, where <c>$</c> begins a variable.</summary>
    public static string Argument(string text) => Quoted(text).Replace("$", "$$", StringComparison.Ordinal);

    /// <summary>A word in quotes, for example of <c>Environment=</c>.</summary>
    public static string Quoted(string text) =>
        '"'
        + Specifiers(text)
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
        + '"';

    /// <summary>The path of <c>EnvironmentFile=</c>, which knows no quotes and is a pattern of glob(7).</summary>
    public static string Pattern(string path) =>
        string.Concat(
            Specifiers(path)
                .Select(character => character is '*' or '?' or '[' or '\\' ? $"\\{character}" : $"{character}")
        );

    private static string Specifiers(string text) =>
        text.Any(char.IsControl)
            ? throw Unusable(OneLine(text), "a control character, which cannot be written into a unit")
            : text.Replace("%", "%%", StringComparison.Ordinal);

    private static string OneLine(string text) =>
        string.Concat(text.Select(character => char.IsControl(character) ? '?' : character));

    private static CliException Unusable(string text, string what) =>
        new(ExitCode.Refused, $"'{text}' has {what}. Put it where the name is plain, and install it from there.");
}
