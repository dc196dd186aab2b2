using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Project38.Core.Agents.Versions;
using Project38.Core.Storage;

namespace Project38.Core.Agents;

internal sealed class AgentMapping : IEntityTypeConfiguration<Agent>
{
    public void Configure(EntityTypeBuilder<Agent> builder)
    {
        builder.ToTable("agents");
        builder.Property(agent => agent.TeamId).HasMaxLength(64);
        builder.Property(agent => agent.Name).HasMaxLength(255);
        builder.Property(agent => agent.Description).HasMaxLength(Agent.MaxDescription);
        builder.Property(agent => agent.Cron).HasMaxLength(200);
        builder.Property(agent => agent.TimeZone).HasMaxLength(64);
        builder.Property(agent => agent.Priority).HasDefaultValue(0);
        builder.Property(agent => agent.ConcurrencyKey).HasMaxLength(Concurrency.MaxKey);
        builder.Property(agent => agent.CreatedBy).HasMaxLength(255);
        // `grant` is a reserved word of SQL.
        builder.Property(agent => agent.Grant).AsJson().HasColumnName("granted");
        builder.Property(agent => agent.AcceptedRisks).AsJson();
        builder.HasIndex(agent => new { agent.TeamId, agent.Name });
        // The tick's question: who is due? Only agents that will fire again are in it.
        builder.HasIndex(agent => agent.NextFire).HasFilter("next_fire IS NOT NULL");
        // What each completion asks: who follows? Only the few that follow anybody are in it.
        builder.Property(agent => agent.Follows).HasMaxLength(255);
        builder.HasIndex(agent => agent.Follows).HasFilter("follows IS NOT NULL");
    }
}

internal sealed class AgentVersionMapping : IEntityTypeConfiguration<AgentVersion>
{
    public void Configure(EntityTypeBuilder<AgentVersion> builder)
    {
        builder.ToTable("agent_versions");
        builder.Property(version => version.TeamId).HasMaxLength(64);
        builder.Property(version => version.Manifest).AsJson();
        builder.Property(version => version.Hash).HasMaxLength(64);
        builder.Property(version => version.Origin).HasMaxLength(255);
        builder.Property(version => version.Wish).HasMaxLength(Agent.MaxDescription);
        builder.Property(version => version.CreatedBy).HasMaxLength(255);
        builder.HasOne<Agent>().WithMany().HasForeignKey(version => version.AgentId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(version => new { version.AgentId, version.Number }).IsUnique();
    }
}

internal sealed class VersionSettingMapping : IEntityTypeConfiguration<VersionSetting>
{
    public void Configure(EntityTypeBuilder<VersionSetting> builder)
    {
        builder.ToTable("version_settings");
        builder.HasKey(setting => setting.VersionId);
        builder.Property(setting => setting.VersionId).ValueGeneratedNever();
        builder.Property(setting => setting.TeamId).HasMaxLength(64);
        builder
            .HasOne<AgentVersion>()
            .WithOne()
            .HasForeignKey<VersionSetting>(setting => setting.VersionId)
            .OnDelete(DeleteBehavior.Restrict);
    }
}

/// <summary>The tables of agents.</summary>
public static class AgentsDb
{
    extension(ProductDb db)
    {
        /// <summary>Agents, deleted ones too.</summary>
        public DbSet<Agent> Agents => db.Set<Agent>();

        /// <summary>All versions of all agents.</summary>
        public DbSet<AgentVersion> AgentVersions => db.Set<AgentVersion>();

        /// <summary>What each version runs with beside its code.</summary>
        public DbSet<VersionSetting> VersionSettings => db.Set<VersionSetting>();
    }
}
