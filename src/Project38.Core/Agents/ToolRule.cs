namespace Project38.Core.Agents;

/// <summary>How far an agent may use some of its tools. What is null has no limit of its own.</summary>
/// <param name="Tools">Which: a full name, a namespace such as <c>http</c>, or <c>*</c> for all.</param>
/// <param name="PerMinute">Calls in a minute.</param>
/// <param name="PerHour">Calls in an hour.</param>
/// <param name="AtOnce">Calls at one time; what is more waits for its turn.</param>
/// <param name="Timeout">How long one call may take.</param>
public sealed record ToolRule(string Tools, int? PerMinute, int? PerHour, int? AtOnce, TimeSpan? Timeout)
{
    /// <summary>Whether it holds for a tool.</summary>
    /// <param name="tool">Full name.</param>
    public bool Covers(string tool) =>
        Tools == "*" || Tools == tool || tool.StartsWith(Tools + ".", StringComparison.Ordinal);
}
