using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Project38.Core.Agents;
using Project38.Core.Storage;

namespace Project38.Core.Tools.Notifications;

internal sealed class InboxMessageMapping : IEntityTypeConfiguration<InboxMessage>
{
    public void Configure(EntityTypeBuilder<InboxMessage> builder)
    {
        builder.ToTable("inbox_messages");
        builder.Property(message => message.TeamId).HasMaxLength(64);
        builder.Property(message => message.Title).HasMaxLength(200);
        builder.Property(message => message.Source).HasMaxLength(32);
        builder.Property(message => message.Channel).HasMaxLength(Channels.ChannelName.MaxLength);
        builder.Property(message => message.IdempotencyKey).HasMaxLength(255);
        builder.HasOne<Agent>().WithMany().HasForeignKey(message => message.AgentId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(message => new { message.TeamId, message.IdempotencyKey }).IsUnique();
    }
}

/// <summary>The table of the inbox.</summary>
public static class InboxDb
{
    extension(ProductDb db)
    {
        /// <summary>All messages of all teams.</summary>
        public DbSet<InboxMessage> Inbox => db.Set<InboxMessage>();
    }
}
