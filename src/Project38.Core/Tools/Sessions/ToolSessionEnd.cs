namespace Project38.Core.Tools.Sessions;

/// <summary>How a tool session ended.</summary>
public abstract record ToolSessionEnd
{
    private ToolSessionEnd() { }

    /// <summary>The agent's side closed it, as every process does at its end.</summary>
    public sealed record Closed : ToolSessionEnd;

    /// <summary>The platform closed it: the agent broke the protocol or sent more than it may.</summary>
    /// <param name="Reason">What it did, for a person.</param>
    public sealed record Broken(string Reason) : ToolSessionEnd;
}
