using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Project38.Core.Agents;
using Project38.Core.Audit;
using Project38.Core.Secrets;
using Project38.Core.Storage;
using Project38.Core.Tools.Notifications.Deliveries;

namespace Project38.Core.Tools.Notifications.Channels;

/// <summary>Channels, set up and taken away by people. Each change is one commit with its line in the audit.</summary>
public sealed class ChannelBook
{
    private const int Most = 100;
    private readonly IDbContextFactory<ProductDb> _databases;
    private readonly SecretStore _secrets;
    private readonly NewDeliveries _news;

    internal ChannelBook(IDbContextFactory<ProductDb> databases, SecretStore secrets, NewDeliveries news) =>
        (_databases, _secrets, _news) = (databases, secrets, news);

    /// <summary>All of the team's, by name.</summary>
    public async Task<IReadOnlyList<Channel>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        return await db
            .Channels.AsNoTracking()
            .Where(channel => channel.TeamId == Team.Default)
            .OrderBy(channel => channel.Name)
            .ToListAsync(cancellationToken);
    }

    /// <summary>One; null: there is none of this name.</summary>
    public async Task<Channel?> FindAsync(string name, CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        return await FindAsync(db, name, cancellationToken);
    }

    /// <summary>What becomes of what is sent to a channel, for people.</summary>
    public static string Does(Channel channel) => ChannelKinds.Does(channel);

    /// <summary>The settings of a channel, by key. A secret stands there by its name.</summary>
    public static IReadOnlyDictionary<string, string> SettingsOf(Channel channel) => ChannelSettings.Read(channel);

    /// <summary>Sets a channel up, new or anew. What waits for it goes by what it is now.</summary>
    public async Task<ChannelAnswer> PutAsync(NewChannel wish, string who, CancellationToken cancellationToken)
    {
        var names = (await _secrets.ListAsync(cancellationToken)).Select(secret => secret.Name).ToHashSet();
        var wrong = WhyNot(wish, names).ToList();
        if (wrong.Count > 0)
        {
            return new ChannelAnswer.Wrong(wrong);
        }

        try
        {
            return await KeepAsync(wish, who, cancellationToken);
        }
        catch (DbUpdateException exception) when (StorageException.Explain(exception) is null)
        {
            // Somebody set up one of this name at the same time, and theirs is changed now.
            return await KeepAsync(wish, who, cancellationToken);
        }
    }

    /// <summary>Takes a channel away. What waits for it is not sent any more; it stays in the inbox.</summary>
    /// <returns>False: there is none of this name.</returns>
    public async Task<bool> RemoveAsync(string name, string who, CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var channels = db.Channels.Where(one => one.TeamId == Team.Default && one.Name == name);
        if (await channels.ExecuteDeleteAsync(cancellationToken) == 0)
        {
            return false;
        }
        await Delivery
            .WaitingFor(db, name)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(one => one.Status, DeliveryStatus.Failed)
                        .SetProperty(one => one.LastError, Delivery.ChannelIsGone),
                cancellationToken
            );
        var now = await DatabaseClock.NowAsync(db, cancellationToken);
        AuditTrail.Append(db, who, "channel.delete", $"channel:{name}", now);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Notes that somebody sends a test to a channel.</summary>
    public async Task NoteTestAsync(string name, string who, CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        var now = await DatabaseClock.NowAsync(db, cancellationToken);
        AuditTrail.Append(db, who, "channel.test", $"channel:{name}", now);
        await db.SaveChangesAsync(cancellationToken);
    }

    internal static Task<Channel?> FindAsync(ProductDb db, string name, CancellationToken cancellationToken) =>
        db
            .Channels.AsNoTracking()
            .SingleOrDefaultAsync(channel => channel.TeamId == Team.Default && channel.Name == name, cancellationToken);

    private async Task<ChannelAnswer> KeepAsync(NewChannel wish, string who, CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var now = await DatabaseClock.NowAsync(db, cancellationToken);
        var channel = await db.Channels.SingleOrDefaultAsync(
            one => one.TeamId == Team.Default && one.Name == wish.Name,
            cancellationToken
        );
        if (channel is null && await db.Channels.CountAsync(cancellationToken) >= Most)
        {
            return new ChannelAnswer.TooMany(Most);
        }

        channel = Set(db, channel, wish, who, now);
        AuditTrail.Append(
            db,
            who,
            "channel.put",
            $"channel:{wish.Name}",
            now,
            new JsonObject
            {
                ["kind"] = channel.Kind.ToWord(),
                ["enabled"] = channel.Enabled,
                // Whoever sets a channel up can send what it names anywhere: where to is on record.
                ["destination"] = ChannelKinds.DestinationOf(channel.Kind, wish.Settings),
                ["secrets"] = new JsonArray([
                    .. ChannelKinds.Secrets(channel.Kind, wish.Settings).Select(named => JsonValue.Create(named.Name)),
                ]),
            }
        );
        await db.SaveChangesAsync(cancellationToken);
        var next = ChannelHours.Of(channel).EarliestFrom(now);
        await Delivery
            .WaitingFor(db, wish.Name)
            .Where(delivery => delivery.Status == DeliveryStatus.Held)
            .ExecuteUpdateAsync(set => set.SetProperty(one => one.NextAttemptAt, next), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        _news.Tell();
        return new ChannelAnswer.Kept(channel);
    }

    private static Channel Set(ProductDb db, Channel? channel, NewChannel wish, string who, DateTimeOffset now)
    {
        var kind = ChannelKindWords.TryParse(wish.Kind)!.Value;
        var settings = JsonSerializer.Serialize(
            new SortedDictionary<string, string>(wish.Settings.ToDictionary(), StringComparer.Ordinal)
        );
        if (channel is null)
        {
            channel = new Channel
            {
                Name = wish.Name,
                Kind = kind,
                Settings = settings,
                TimeZone = wish.TimeZone,
                Enabled = wish.Enabled,
                ChangedBy = who,
                CreatedAt = now,
                ChangedAt = now,
            };
            db.Channels.Add(channel);
        }
        (channel.Kind, channel.Settings, channel.TimeZone) = (kind, settings, wish.TimeZone);
        (channel.QuietHours, channel.Digest, channel.Enabled) = (wish.QuietHours, wish.Digest, wish.Enabled);
        (channel.ChangedBy, channel.ChangedAt) = (who, now);
        (channel.FailingSince, channel.LastError, channel.Told) = (null, null, false);
        channel.LeftAloneUntil = null;
        return channel;
    }

    private static IEnumerable<(string, string)> WhyNot(NewChannel wish, IReadOnlySet<string> secrets)
    {
        if (ChannelName.WhyNot(wish.Name) is { } wrongName)
        {
            yield return ("name", wrongName);
        }
        if (ChannelKindWords.TryParse(wish.Kind) is not { } kind)
        {
            yield return ("kind", $"must be one of {string.Join(", ", ChannelKindWords.All)}");
        }
        else
        {
            foreach (var (key, complaint) in ChannelKinds.WhyNot(kind, wish.Settings))
            {
                yield return ($"settings.{key}", complaint);
            }
            foreach (var (key, name) in ChannelKinds.Secrets(kind, wish.Settings))
            {
                if (SecretName.WhyNot(name) is null && !secrets.Contains(name))
                {
                    yield return (
                        $"settings.{key}",
                        $"names a secret that is not there. Put it: p38 secrets set {name}"
                    );
                }
            }
        }
        var isZone = Schedule.IsZone(wish.TimeZone);
        if (!isZone)
        {
            yield return ("timezone", "must be an IANA time zone such as Asia/Jerusalem, or UTC");
        }
        if (wish.QuietHours is { } quiet && QuietHours.TryParse(quiet, TimeZoneInfo.Utc) is null)
        {
            yield return ("quiet_hours", "must be two times of a day that differ, such as 22:00-07:00");
        }
        if (wish.Digest is { } digest && Digest.TryParse(digest, isZone ? wish.TimeZone : "UTC") is null)
        {
            yield return ("digest", "must be 1m to 24h, such as 30m or 2h, or a time of the day such as 08:00");
        }
    }
}
