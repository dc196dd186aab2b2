using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Project38.Core.Storage;
using Project38.Core.Tools.Registry;

namespace Project38.Core.Tools.External;

/// <summary>How a tool server is spoken to.</summary>
public enum ToolServerTransport
{
    /// <summary>A program of this machine, in a sandbox, by its standard input and output.</summary>
    Stdio,

    /// <summary>An address, by streamable HTTP.</summary>
    Http,
}

/// <summary>An MCP server that a person registered. Row of <c>tool_servers</c>; it holds no secret, only names of them.</summary>
/// <remarks>It never changes: whoever wants another takes it away and registers anew, and agrees anew.</remarks>
public sealed class ToolServer : IOwned
{
    /// <summary>Assigned by the database.</summary>
    public long Id { get; private set; }

    /// <inheritdoc/>
    public string TeamId { get; init; } = Team.Default;

    /// <summary>As programs name it, unique within the team; see <see cref="ExternalName"/>.</summary>
    public required string Name { get; init; }

    /// <summary>How it is spoken to.</summary>
    public required ToolServerTransport Transport { get; init; }

    /// <summary>Of <see cref="ToolServerTransport.Http"/>: its one address; else null.</summary>
    public string? Url { get; init; }

    /// <summary>Whether its address may be one of this machine or its own network.</summary>
    public bool AllowPrivate { get; init; }

    /// <summary>Of <see cref="ToolServerTransport.Stdio"/>: the program, absolute, and its arguments; else empty.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>A folder of the host that the program sees, read-only and at the same path; null: none.</summary>
    public string? Folder { get; init; }

    /// <summary>
    /// Headers, or variables of the environment, with the names of the secrets they are filled from, as <c>TOKEN</c> or
    /// <c>Bearer TOKEN</c>.
    /// </summary>
    public IReadOnlyDictionary<string, string> Secrets { get; init; } = new Dictionary<string, string>();

    /// <summary>What its tools bring into an agent, a number of <see cref="ToolRisk"/>.</summary>
    public int RiskBits { get; init; } = (int)ToolRisk.All;

    /// <summary>Who registered it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>By the database's clock.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its tools were looked at last, by the database's clock.</summary>
    public required DateTimeOffset CheckedAt { get; set; }

    /// <summary>Its tools, as they were last seen.</summary>
    public ICollection<ToolServerTool> Tools { get; } = [];

    /// <summary>What its tools bring into an agent.</summary>
    public ToolRisk Risks => (ToolRisk)RiskBits;
}

internal sealed class ToolServerMapping : IEntityTypeConfiguration<ToolServer>
{
    public void Configure(EntityTypeBuilder<ToolServer> builder)
    {
        builder.ToTable("tool_servers");
        builder.Ignore(server => server.Risks);
        builder.Property(server => server.TeamId).HasMaxLength(64);
        builder.Property(server => server.Name).HasMaxLength(ExternalName.MaxServer);
        builder.Property(server => server.Url).HasMaxLength(NewToolServer.MaxText);
        builder.Property(server => server.Folder).HasMaxLength(NewToolServer.MaxText);
        builder.Property(server => server.Command).AsJson();
        builder.Property(server => server.Secrets).AsJson();
        builder.Property(server => server.CreatedBy).HasMaxLength(255);
        builder.HasIndex(server => new { server.TeamId, server.Name }).IsUnique();
        builder.HasMany(server => server.Tools).WithOne().HasForeignKey(tool => tool.ServerId);
    }
}

/// <summary>The table of tool servers.</summary>
public static class ToolServersDb
{
    extension(ProductDb db)
    {
        /// <summary>All tool servers of all teams.</summary>
        public DbSet<ToolServer> ToolServers => db.Set<ToolServer>();
    }
}
