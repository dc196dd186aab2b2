using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Project38.Core.Storage;

namespace Project38.Core.Harness.Approvals.Buttons;

/// <summary>Who listens to a bot. Row of <c>listened_bots</c>: Telegram tells each thing to one listener at a time.</summary>
internal sealed class ListenedBot : IOwned
{
    /// <inheritdoc/>
    public required string TeamId { get; init; }

    /// <summary>The name of the secret that is its token; several channels may be of one bot.</summary>
    public required string TokenSecret { get; init; }

    /// <summary>Until when some node listens, or leaves it alone, by the database's clock.</summary>
    public required DateTimeOffset LeaseUntil { get; init; }
}

internal sealed class ListenedBotMapping : IEntityTypeConfiguration<ListenedBot>
{
    public void Configure(EntityTypeBuilder<ListenedBot> builder)
    {
        builder.ToTable("listened_bots");
        builder.HasKey(bot => new { bot.TeamId, bot.TokenSecret });
        builder.Property(bot => bot.TeamId).HasMaxLength(64);
        builder.Property(bot => bot.TokenSecret).HasMaxLength(255);
    }
}

/// <summary>The table of bots.</summary>
internal static class ListenedBotsDb
{
    extension(ProductDb db)
    {
        /// <summary>Every bot that was ever listened to.</summary>
        public DbSet<ListenedBot> ListenedBots => db.Set<ListenedBot>();
    }
}
