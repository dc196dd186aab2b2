using Project38.Core.Tools.External;

namespace Project38.Core.Factory.Validation.Checks;

/// <summary>Whether the tools of tool servers that a program uses are there, and agreed to.</summary>
internal sealed class ExternalCheck(ToolServerBook servers)
{
    /// <summary>Rule of a tool that would be refused in the run.</summary>
    public const string Rule = "external-unknown";

    /// <summary>Says which would be refused, and what to do.</summary>
    public async Task<IReadOnlyList<Finding>> FindAsync(ProgramUses uses, CancellationToken cancellationToken)
    {
        var found = new List<Finding>();
        foreach (var (tool, line) in uses.Tools)
        {
            if (
                ExternalName.TryParse(tool, out var name)
                && await servers.WhyNotAsync(name, cancellationToken) is { } why
            )
            {
                found.Add(new Finding(Rule, FindingSeverity.Error, line, why, CheckFindings.Program));
            }
        }

        return found;
    }
}
