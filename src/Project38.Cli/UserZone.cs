namespace Project38.Cli;

/// <summary>The user's own time zone.</summary>
internal static class UserZone
{
    private const string ZoneFolder = "/zoneinfo/";

    /// <summary>IANA name: <c>TZ</c>, else <c>/etc/timezone</c>, else where <c>/etc/localtime</c> points, else <c>UTC</c>.</summary>
    public static string Find() =>
        Usable(Environment.GetEnvironmentVariable("TZ")?.TrimStart(':'))
        ?? Usable(FirstLine("/etc/timezone"))
        ?? Usable(LinkTarget("/etc/localtime"))
        ?? "UTC";

    /// <summary>What <c>TZ</c> says, when this machine cannot use it; null: it can, or says nothing.</summary>
    public static string? Unknown() =>
        Environment.GetEnvironmentVariable("TZ")?.TrimStart(':') is { Length: > 0 } name && Usable(name) is null
            ? name
            : null;

    /// <summary>The zone's rules; UTC when this machine does not know it.</summary>
    public static TimeZoneInfo Rules(string name) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : TimeZoneInfo.Utc;

    private static string? Usable(string? name) =>
        name switch
        {
            null or "" => null,
            "UTC" or "Etc/UTC" => "UTC",
            _ when AfterZoneFolder(name) is { } inner => Usable(inner),
            _ when name.Contains('/') && TimeZoneInfo.TryFindSystemTimeZoneById(name, out _) => name,
            _ => null,
        };

    private static string? AfterZoneFolder(string path)
    {
        var at = path.IndexOf(ZoneFolder, StringComparison.Ordinal);
        return at < 0 ? null : path[(at + ZoneFolder.Length)..];
    }

    private static string? FirstLine(string path)
    {
        try
        {
            return File.ReadLines(path).FirstOrDefault()?.Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? LinkTarget(string path)
    {
        try
        {
            return new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
