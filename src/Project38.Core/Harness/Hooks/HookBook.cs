using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Project38.Core.Agents;
using Project38.Core.Audit;
using Project38.Core.Secrets;
using Project38.Core.Storage;

namespace Project38.Core.Harness.Hooks;

/// <summary>What came of the wish for a hook.</summary>
public abstract record HookAnswer
{
    private HookAnswer() { }

    /// <summary>It is there.</summary>
    /// <param name="Hook">The hook.</param>
    /// <param name="Secret">The secret of its address. It stands nowhere, and is not seen again.</param>
    public sealed record Added(Hook Hook, string Secret) : HookAnswer
    {
        /// <summary>Never the secret: records print themselves.</summary>
        public override string ToString() => $"{nameof(Added)} {Hook.Id}";
    }

    /// <summary>There is no such agent.</summary>
    public sealed record NoAgent : HookAnswer;

    /// <summary>The agent has as many as it may have.</summary>
    public sealed record TooMany(int Most) : HookAnswer;
}

/// <summary>The hooks of agents: made, listed and removed by people, found by those who know an address.</summary>
/// <remarks>Each change is one commit with its line in the audit, which has no secret.</remarks>
public sealed class HookBook
{
    private const int Most = 20;
    private const int SecretBytes = 32;
    private readonly IDbContextFactory<ProductDb> _databases;
    private readonly SecretStore _secrets;
    private readonly KnownSecrets _known;

    internal HookBook(IDbContextFactory<ProductDb> databases, SecretStore secrets, KnownSecrets known) =>
        (_databases, _secrets, _known) = (databases, secrets, known);

    /// <summary>Makes a hook, with an address that nobody can guess.</summary>
    /// <param name="agentId">The agent that it starts.</param>
    /// <param name="name">For people.</param>
    /// <param name="signingKey">What its deliveries are to be signed with; null: they need not be.</param>
    /// <param name="who">Who makes it.</param>
    /// <param name="cancellationToken">Then nothing was made.</param>
    /// <exception cref="SecretException">There is no master key to encrypt the signing key with.</exception>
    public async Task<HookAnswer> AddAsync(
        long agentId,
        string name,
        string? signingKey,
        string who,
        CancellationToken cancellationToken
    )
    {
        await using var db = _databases.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await db.Agents.AnyAsync(one => one.Id == agentId && one.DeletedAt == null, cancellationToken))
        {
            return new HookAnswer.NoAgent();
        }
        if (await db.Hooks.CountAsync(one => one.AgentId == agentId, cancellationToken) >= Most)
        {
            return new HookAnswer.TooMany(Most);
        }

        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        _known.Add("of a hook", secret);
        var hash = HashOf(secret);
        var box = signingKey is null
            ? null
            : await _secrets.SealAsync(db, SigningKeyName(hash), signingKey, cancellationToken);
        var now = await DatabaseClock.NowAsync(db, cancellationToken);
        var hook = new Hook
        {
            AgentId = agentId,
            Name = name,
            SecretHash = hash,
            SigningKey = box?.Box,
            SigningKeyId = box?.KeyId,
            CreatedBy = who,
            CreatedAt = now,
        };
        db.Hooks.Add(hook);
        await db.SaveChangesAsync(cancellationToken);
        AuditTrail.Append(db, who, "hook.add", $"agent:{agentId}", now, new JsonObject { ["hook"] = hook.Id });
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new HookAnswer.Added(hook, secret);
    }

    /// <summary>An agent's, oldest first.</summary>
    public async Task<IReadOnlyList<Hook>> ListAsync(long agentId, CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        return await db
            .Hooks.AsNoTracking()
            .Where(hook => hook.AgentId == agentId)
            .OrderBy(hook => hook.Id)
            .ToListAsync(cancellationToken);
    }

    /// <summary>Takes a hook away: its address is nobody's from now on.</summary>
    /// <returns>False: the agent has no such hook.</returns>
    public async Task<bool> RemoveAsync(long agentId, long hookId, string who, CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var hooks = db.Hooks.Where(hook => hook.Id == hookId && hook.AgentId == agentId);
        if (await hooks.ExecuteDeleteAsync(cancellationToken) == 0)
        {
            return false;
        }
        var now = await DatabaseClock.NowAsync(db, cancellationToken);
        AuditTrail.Append(db, who, "hook.remove", $"agent:{agentId}", now, new JsonObject { ["hook"] = hookId });
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>The hook of an address, of an agent that is there; null: it is nobody's.</summary>
    /// <remarks>Looked for by its hash, whatever it is: how long that takes says nothing of how much of it was right.</remarks>
    public async Task<Hook?> FindAsync(string secret, CancellationToken cancellationToken)
    {
        var hash = HashOf(secret);
        await using var db = _databases.CreateDbContext();
        var agents = db.Agents;
        var hook = await db
            .Hooks.AsNoTracking()
            .Where(one => one.SecretHash == hash)
            .Where(one => agents.Any(agent => agent.Id == one.AgentId && agent.DeletedAt == null))
            .SingleOrDefaultAsync(cancellationToken);
        if (hook is not null)
        {
            _known.Add("of a hook", secret);
        }
        return hook;
    }

    /// <summary>Whether a delivery is signed as its hook demands: HMAC-SHA-256 over the body as it came, compared in constant time.</summary>
    /// <param name="hook">The hook.</param>
    /// <param name="body">The body's bytes.</param>
    /// <param name="signature"><c>sha256=</c> and 64 hexadecimal digits; null: none came.</param>
    /// <exception cref="SecretException">The signing key is there, and the master key is missing or another one.</exception>
    public bool IsSigned(Hook hook, ReadOnlySpan<byte> body, string? signature)
    {
        if (hook.SigningKey is null)
        {
            return true;
        }
        var key = _secrets.Open(SigningKeyName(hook.SecretHash), new SealedValue(hook.SigningKey, hook.SigningKeyId!));
        Span<byte> right = stackalloc byte[SHA256.HashSizeInBytes];
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), body, right);
        return signature?.StartsWith("sha256=", StringComparison.OrdinalIgnoreCase) == true
            && CryptographicOperations.FixedTimeEquals(
                Encoding.ASCII.GetBytes(Convert.ToHexStringLower(right)),
                Encoding.ASCII.GetBytes(signature[7..].ToLowerInvariant())
            );
    }

    private static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    private static string SigningKeyName(byte[] hash) => $"hook:{Convert.ToHexStringLower(hash)[..16]}";
}
