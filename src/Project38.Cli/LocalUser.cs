namespace Project38.Cli;

/// <summary>Who sits at this machine.</summary>
internal static class LocalUser
{
    /// <summary>The login name; null for a uid that has none, as in many containers.</summary>
    public static string? Name => Environment.UserName is { Length: > 0 } name ? name : null;
}
