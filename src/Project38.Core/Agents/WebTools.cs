namespace Project38.Core.Agents;

/// <summary>The tools that go to hosts over the web, however many there are: a person agrees to the hosts.</summary>
internal static class WebTools
{
    /// <summary>Whether a tool is one of them.</summary>
    public static bool Is(string tool) => tool.StartsWith("http.", StringComparison.Ordinal) || IsBrowser(tool);

    /// <summary>Whether a tool is the browser's.</summary>
    public static bool IsBrowser(string tool) => tool.StartsWith("browser.", StringComparison.Ordinal);

    /// <summary>Whether any of some is.</summary>
    public static bool Among(IEnumerable<string> tools) => tools.Any(Is);
}
