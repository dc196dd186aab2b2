using Microsoft.EntityFrameworkCore;
using Project38.Core.Storage;

namespace Project38.Server.Http.Idempotency;

/// <summary>Which requests with keys there were, on whichever node, and what was answered.</summary>
internal sealed class KeyBook(IDbContextFactory<ProductDb> databases)
{
    /// <summary>How long a key is known. Docs: api.md.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    /// <summary>How long a claim holds without a word: after that its server is taken for gone.</summary>
    public static readonly TimeSpan Hold = TimeSpan.FromSeconds(30);

    private const int Batch = 100;

    /// <summary>Claims a key, or says why not.</summary>
    /// <param name="key">The client's.</param>
    /// <param name="fingerprint">Of the request.</param>
    /// <param name="cancellationToken">Stops asking.</param>
    public async Task<KeyClaim> ClaimAsync(string key, string fingerprint, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var now = await DatabaseClock.NowAsync(db, cancellationToken);

        var holder = Guid.NewGuid().ToString("N");
        db.KeyedRequests.Add(
            new KeyedRequest
            {
                Key = key,
                Fingerprint = fingerprint,
                Holder = holder,
                HeldUntil = now + Hold,
                CreatedAt = now,
            }
        );
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return new KeyClaim.Ours(holder);
        }
        catch (DbUpdateException exception) when (StorageException.Explain(exception) is null)
        {
            // There is one: the index on the keys refused ours.
            db.ChangeTracker.Clear();
        }

        var other = await Of(db, key).AsNoTracking().SingleOrDefaultAsync(cancellationToken);
        return other switch
        {
            // It was given back this moment. Whoever asks again finds it free.
            null => new KeyClaim.Busy(),
            _ when other.Fingerprint != fingerprint => new KeyClaim.Other(),
            { Status: not null } => new KeyClaim.Answered(other),
            _ when other.HeldUntil < now => await TakeOverAsync(db, other, holder, now, cancellationToken),
            _ => new KeyClaim.Busy(),
        };
    }

    /// <summary>Holds a claim a while longer.</summary>
    public async Task RenewAsync(string key, string holder, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var until = await DatabaseClock.NowAsync(db, cancellationToken) + Hold;
        await Held(db, key, holder)
            .ExecuteUpdateAsync(set => set.SetProperty(request => request.HeldUntil, until), cancellationToken);
    }

    /// <summary>Keeps the answer.</summary>
    public async Task AnswerAsync(
        string key,
        string holder,
        int status,
        string headers,
        string body,
        CancellationToken cancellationToken
    )
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await Held(db, key, holder)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(request => request.Status, status)
                        .SetProperty(request => request.Headers, headers)
                        .SetProperty(request => request.Body, body),
                cancellationToken
            );
    }

    /// <summary>Gives a claim back: nothing was done, and the same request may be sent again.</summary>
    public async Task ReleaseAsync(string key, string holder, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await Held(db, key, holder).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Forgets keys that are older than <see cref="Kept"/>, at most a hundred.</summary>
    /// <returns>Whether there may be more.</returns>
    public async Task<bool> SweepAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var before = await DatabaseClock.NowAsync(db, cancellationToken) - Kept;
        var old = db
            .KeyedRequests.Where(request => request.CreatedAt < before)
            .OrderBy(request => request.CreatedAt)
            .Select(request => request.Id)
            .Take(Batch);
        return await db.KeyedRequests.Where(request => old.Contains(request.Id)).ExecuteDeleteAsync(cancellationToken)
            == Batch;
    }

    private static async Task<KeyClaim> TakeOverAsync(
        ProductDb db,
        KeyedRequest other,
        string holder,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var taken = await Held(db, other.Key, other.Holder)
            .Where(request => request.HeldUntil < now)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(request => request.Holder, holder)
                        .SetProperty(request => request.HeldUntil, now + Hold),
                cancellationToken
            );
        return taken == 1 ? new KeyClaim.Ours(holder) : new KeyClaim.Busy();
    }

    private static IQueryable<KeyedRequest> Of(ProductDb db, string key) =>
        db.KeyedRequests.Where(request => request.TeamId == Team.Default && request.Key == key);

    private static IQueryable<KeyedRequest> Held(ProductDb db, string key, string holder) =>
        Of(db, key).Where(request => request.Holder == holder && request.Status == null);
}
