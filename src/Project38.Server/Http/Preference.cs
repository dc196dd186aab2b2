namespace Project38.Server.Http;

/// <summary>What a client would rather have (RFC 7240).</summary>
internal static class Preference
{
    /// <summary>Whether it wants a 202 at once, and not the answer when it is there; if so, it is told that it gets it.</summary>
    public static bool ForAsync(HttpContext context)
    {
        if (!context.Request.Headers["Prefer"].ToString().Contains("respond-async", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }
        context.Response.Headers["Preference-Applied"] = "respond-async";
        return true;
    }
}
