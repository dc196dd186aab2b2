using System.Collections.Concurrent;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Project38.Core.Audit;
using Project38.Core.Storage;

namespace Project38.Core.Secrets;

/// <summary>Secrets by name: put, listed and deleted by people, resolved by the platform alone.</summary>
/// <remarks>Each change is one commit with its line in the audit. No value is ever part of a row, a line or a message.</remarks>
public sealed class SecretStore
{
    /// <summary>Most bytes of a value, in UTF-8.</summary>
    public const int MaxBytes = 16 * 1024;

    private readonly ProductDbFactory _databases;
    private readonly MasterKeys _keys;
    private readonly KnownSecrets _known;

    // By what stands in the database: a value that another node puts has another box, and is opened anew.
    private readonly ConcurrentDictionary<string, (byte[] Box, string Value)> _opened = new();

    internal SecretStore(ProductDbFactory databases, MasterKeys keys, KnownSecrets known)
    {
        _databases = databases;
        _keys = keys;
        _known = known;
    }

    /// <summary>All of the team's, by name, without values.</summary>
    public async Task<IReadOnlyList<Secret>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        return await db
            .Secrets.AsNoTracking()
            .Where(secret => secret.TeamId == Team.Default)
            .OrderBy(secret => secret.Name)
            .ToListAsync(cancellationToken);
    }

    /// <summary>What is wrong with a value, and what to send; null when nothing is.</summary>
    public static string? WhyNotValue(string value) =>
        value.Length == 0 ? "'value' is empty. Delete the secret instead."
        : value.Contains('\0') || !IsText(value) ? "'value' is no text. Put it into base64."
        : Encoding.UTF8.GetByteCount(value) > MaxBytes
            ? $"'value' is larger than {MaxBytes} bytes. A secret is a key, not a file."
        : null;

    /// <summary>Puts a value under a name, new or not.</summary>
    /// <param name="name">See <see cref="SecretName"/>.</param>
    /// <param name="value">See <see cref="WhyNotValue"/>.</param>
    /// <param name="who">Who does it, for the audit.</param>
    /// <param name="cancellationToken">Then nothing was changed.</param>
    /// <exception cref="SecretException">There is no master key to seal it with; nothing was changed.</exception>
    public async Task<Secret> PutAsync(string name, string value, string who, CancellationToken cancellationToken)
    {
        if (SecretName.WhyNot(name) is { } wrongName)
        {
            throw new ArgumentException(wrongName, nameof(name));
        }
        if (WhyNotValue(value) is { } wrongValue)
        {
            throw new ArgumentException(wrongValue, nameof(value));
        }

        await using var db = _databases.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var key = await KeyToSealAsync(db, cancellationToken);
        var now = await DatabaseClock.NowAsync(db, cancellationToken);
        var box = Sealing.Seal(key, Team.Default, name, value);
        var secret = await FindAsync(db, name, cancellationToken);
        if (secret is null)
        {
            secret = new Secret
            {
                TeamId = Team.Default,
                Name = name,
                Sealed = box,
                KeyId = key.Id,
                UpdatedBy = who,
                CreatedAt = now,
                UpdatedAt = now,
            };
            db.Secrets.Add(secret);
        }
        else
        {
            (secret.Sealed, secret.KeyId, secret.UpdatedBy, secret.UpdatedAt) = (box, key.Id, who, now);
        }

        AuditTrail.Append(db, who, "secret.put", $"secret:{name}", now);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        _known.Add(name, value);
        return secret;
    }

    /// <summary>Forgets a secret, its value too.</summary>
    /// <returns>False: there is none of this name.</returns>
    public async Task<bool> DeleteAsync(string name, string who, CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await FindAsync(db, name, cancellationToken) is not { } secret)
        {
            return false;
        }

        db.Secrets.Remove(secret);
        var now = await DatabaseClock.NowAsync(db, cancellationToken);
        AuditTrail.Append(db, who, "secret.delete", $"secret:{name}", now);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        _opened.TryRemove(name, out _);
        return true;
    }

    /// <summary>The value of a secret, for the platform's own use; null: there is none of this name.</summary>
    /// <exception cref="SecretException">It is there, and the master key is missing or another one.</exception>
    public async Task<string?> ResolveAsync(string name, CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        if (await FindAsync(db, name, cancellationToken) is not { } secret)
        {
            return null;
        }

        if (_opened.TryGetValue(name, out var opened) && opened.Box.AsSpan().SequenceEqual(secret.Sealed))
        {
            return opened.Value;
        }

        var value = Open(name, new SealedValue(secret.Sealed, secret.KeyId));
        _opened[name] = (secret.Sealed, value);
        return value;
    }

    /// <summary>Encrypts a value that stands in the table of another room.</summary>
    /// <param name="db">The caller's.</param>
    /// <param name="name">What it is, for people too; it opens under this name alone.</param>
    /// <param name="value">See <see cref="WhyNotValue"/>.</param>
    /// <param name="cancellationToken">Then nothing was changed.</param>
    /// <exception cref="SecretException">There is no master key to seal it with.</exception>
    internal async Task<SealedValue> SealAsync(
        ProductDb db,
        string name,
        string value,
        CancellationToken cancellationToken
    )
    {
        var box = await SealTextAsync(db, name, value, cancellationToken);
        _known.Add(name, value);
        return box;
    }

    /// <summary>Encrypts a text that is no secret by itself, but nobody's to read: no log is searched for it.</summary>
    /// <param name="db">The caller's.</param>
    /// <param name="name">What it is, for people too; it opens under this name alone.</param>
    /// <param name="text">Of any length.</param>
    /// <param name="cancellationToken">Then nothing was changed.</param>
    /// <exception cref="SecretException">There is no master key to seal it with.</exception>
    internal async Task<SealedValue> SealTextAsync(
        ProductDb db,
        string name,
        string text,
        CancellationToken cancellationToken
    )
    {
        var key = await KeyToSealAsync(db, cancellationToken);
        return new SealedValue(Sealing.Seal(key, Team.Default, name, text), key.Id);
    }

    /// <summary>Decrypts what <see cref="SealAsync"/> encrypted.</summary>
    /// <exception cref="SecretException">The master key is missing or another one, or the value was changed.</exception>
    internal string Open(string name, SealedValue sealedValue)
    {
        var value = OpenText(name, sealedValue);
        _known.Add(name, value);
        return value;
    }

    /// <summary>Decrypts what <see cref="SealTextAsync"/> encrypted.</summary>
    /// <exception cref="SecretException">As of <see cref="Open"/>.</exception>
    internal string OpenText(string name, SealedValue sealedValue)
    {
        var key =
            _keys.Find()
            ?? throw new SecretException(
                $"The secret {name} cannot be opened: there is no master key in {_keys.Place}. Nothing is lost: put "
                    + $"the key {sealedValue.KeyId} back there, or give it by P38_MASTER_KEY_FILE."
            );
        if (key.Id != sealedValue.KeyId)
        {
            throw new SecretException(
                $"The secret {name} was sealed with another master key: {sealedValue.KeyId}, and {_keys.Place} has "
                    + $"{key.Id}. Nothing is lost: give every node the key it was sealed with, or put the value anew."
            );
        }

        return Sealing.Open(key, Team.Default, name, sealedValue.Box)
            ?? throw new SecretException(
                $"The secret {name} was changed in the database, and does not open. Put its value anew."
            );
    }

    /// <summary>The master key; made with the first secret, and never beside secrets that hang on another.</summary>
    private async Task<MasterKey> KeyToSealAsync(ProductDb db, CancellationToken cancellationToken)
    {
        if (_keys.Find() is { } key)
        {
            return key;
        }

        return await db.Secrets.AnyAsync(cancellationToken)
            ? throw new SecretException(
                $"There are secrets, and no master key in {_keys.Place}. Nothing is lost: put it back there, or give it by "
                    + "P38_MASTER_KEY_FILE. A new one would not open them."
            )
            : _keys.Create();
    }

    private static Task<Secret?> FindAsync(ProductDb db, string name, CancellationToken cancellationToken) =>
        db.Secrets.SingleOrDefaultAsync(
            secret => secret.TeamId == Team.Default && secret.Name == name,
            cancellationToken
        );

    private static bool IsText(string value) => StorableText.Clean(value) == value;
}

/// <summary>A value that was encrypted.</summary>
/// <param name="Box">What <see cref="Sealing"/> made of it.</param>
/// <param name="KeyId">The <see cref="MasterKey.Id"/> it was sealed with.</param>
internal sealed record SealedValue(byte[] Box, string KeyId);
