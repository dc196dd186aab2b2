using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Project38.Core.Tools.External;

/// <summary>Whether a tool of a tool server can be called.</summary>
public enum ToolAgreement
{
    /// <summary>Nobody has agreed to it.</summary>
    New,

    /// <summary>A person agreed to it as it is.</summary>
    Agreed,

    /// <summary>It was agreed to, and describes itself otherwise since. It stays so until a person agrees again.</summary>
    Changed,
}

/// <summary>A tool of a tool server, as its server described it. Row of <c>tool_server_tools</c>.</summary>
public sealed class ToolServerTool
{
    /// <summary>Assigned by the database.</summary>
    public long Id { get; private set; }

    /// <summary>Whose it is.</summary>
    public long ServerId { get; init; }

    /// <summary>As its server names it; see <see cref="ExternalName.IsTool"/>.</summary>
    public required string Name { get; init; }

    /// <summary>What its server says of it, as it was last seen.</summary>
    public required string Description { get; set; }

    /// <summary>The JSON schema of its arguments, as it was last seen.</summary>
    public required string InputSchema { get; set; }

    /// <summary>Of all that its server says of it, as it was last seen; see <see cref="DescribedTool.Hash"/>.</summary>
    public required string Hash { get; set; }

    /// <summary>What its server said of it when a person agreed; null: nobody has.</summary>
    public string? AgreedDescription { get; set; }

    /// <summary>The hash that a person agreed to; null: nobody has.</summary>
    public string? AgreedHash { get; set; }

    /// <summary>What a person, or a look at it, has said last; see <see cref="Standing"/>.</summary>
    public ToolAgreement Agreement { get; set; }

    /// <summary>Whether it can be called. A yes, and a look that saw something else at the same moment, are a change.</summary>
    public ToolAgreement Standing =>
        Agreement == ToolAgreement.Agreed && AgreedHash != Hash ? ToolAgreement.Changed : Agreement;

    /// <summary>Whether its server has it no more.</summary>
    public bool Gone { get; set; }

    /// <summary>Whether a person said that it changes nothing, so that it is called in a dry run, too.</summary>
    public bool Reads { get; set; }

    /// <summary>Who agreed last; null: nobody has.</summary>
    public string? AgreedBy { get; set; }

    /// <summary>When, by the database's clock.</summary>
    public DateTimeOffset? AgreedAt { get; set; }

    /// <summary>Why it cannot be called, and what to do; null: it can be.</summary>
    /// <param name="server">The name of its server.</param>
    public string? WhyNot(string server) =>
        Gone
            ? $"The tool server {server} has no tool {Name} any more. Look what it has: p38 tool-servers check {server}."
        : Standing == ToolAgreement.New
            ? $"Nobody has agreed to the tool {Name} of the tool server {server}. A person can: p38 tool-servers agree {server}."
        : Standing == ToolAgreement.Changed
            ? $"The tool {Name} of the tool server {server} describes itself otherwise than when a person agreed to it, so it is "
                + $"not called. A person can look at it and agree again: p38 tool-servers agree {server}."
        : null;
}

internal sealed class ToolServerToolMapping : IEntityTypeConfiguration<ToolServerTool>
{
    public void Configure(EntityTypeBuilder<ToolServerTool> builder)
    {
        builder.ToTable("tool_server_tools");
        builder.Ignore(tool => tool.Standing);
        builder.Property(tool => tool.Name).HasMaxLength(ExternalName.MaxTool);
        builder.Property(tool => tool.Hash).HasMaxLength(64);
        builder.Property(tool => tool.AgreedHash).HasMaxLength(64);
        builder.Property(tool => tool.AgreedBy).HasMaxLength(255);
        builder.HasIndex(tool => new { tool.ServerId, tool.Name }).IsUnique();
    }
}
