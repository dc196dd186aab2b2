using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Project38.Core.Audit;
using Project38.Core.Secrets;
using Project38.Core.Storage;
using Project38.Core.Tools.External.Connecting;
using Project38.Core.Tools.Notifications;

namespace Project38.Core.Tools.External;

/// <summary>Tool servers, registered, agreed to and taken away by people. Each change is one commit with its line in the audit.</summary>
public sealed class ToolServerBook
{
    private const int Most = 50;
    private readonly IDbContextFactory<ProductDb> _databases;
    private readonly SecretStore _secrets;
    private readonly HomeFolder _home;
    private readonly ServerConnector _connector;
    private readonly Inbox _inbox;

    internal ToolServerBook(
        IDbContextFactory<ProductDb> databases,
        SecretStore secrets,
        HomeFolder home,
        ServerConnector connector,
        Inbox inbox
    ) => (_databases, _secrets, _home, _connector, _inbox) = (databases, secrets, home, connector, inbox);

    /// <summary>All of the team's, by name, with their tools.</summary>
    public async Task<IReadOnlyList<ToolServer>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        return await Servers(db).AsNoTracking().OrderBy(server => server.Name).ToListAsync(cancellationToken);
    }

    /// <summary>One, with its tools; null: there is none of this name.</summary>
    public async Task<ToolServer?> FindAsync(string name, CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        return await Servers(db).AsNoTracking().SingleOrDefaultAsync(server => server.Name == name, cancellationToken);
    }

    /// <summary>Registers a server: speaks to it, and keeps what its tools say of themselves. None can be called yet.</summary>
    public async Task<ToolServerAnswer> AddAsync(NewToolServer wish, string who, CancellationToken cancellationToken)
    {
        var names = (await _secrets.ListAsync(cancellationToken)).Select(secret => secret.Name).ToHashSet();
        var wrong = ToolServerWish.WhyNot(wish, names, _home.Path).ToList();
        if (wrong.Count > 0)
        {
            return new ToolServerAnswer.Wrong(wrong);
        }

        await using var db = _databases.CreateDbContext();
        if (await Servers(db).AnyAsync(server => server.Name == wish.Name, cancellationToken))
        {
            return new ToolServerAnswer.Refused(
                $"There is a tool server {wish.Name}. Take it away first, or give this one another name."
            );
        }

        if (await Servers(db).CountAsync(cancellationToken) >= Most)
        {
            return new ToolServerAnswer.Refused(
                $"There are {Most} tool servers, and may be no more. Remove one that nobody uses."
            );
        }

        var now = await DatabaseClock.NowAsync(db, cancellationToken);
        var server = new ToolServer
        {
            Name = wish.Name,
            Transport = wish.Url is null ? ToolServerTransport.Stdio : ToolServerTransport.Http,
            Url = wish.Url is { } url ? new Uri(url).AbsoluteUri : null,
            AllowPrivate = wish.AllowPrivate,
            Command = wish.Command,
            Folder = wish.Folder,
            Secrets = wish.Secrets,
            RiskBits = (int)wish.Risks,
            CreatedBy = who,
            CreatedAt = now,
            CheckedAt = now,
        };
        var seen = await LookAsync(server, cancellationToken);
        if (seen.Failure is { } failure)
        {
            return new ToolServerAnswer.Unreachable(failure);
        }

        db.ToolServers.Add(server);
        foreach (var tool in seen.Tools)
        {
            server.Tools.Add(Of(tool));
        }

        AuditTrail.Append(db, who, "tool_server.add", $"tool-server:{wish.Name}", now, ToolServerWish.Facts(server));
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException exception) when (StorageException.Explain(exception) is null)
        {
            return new ToolServerAnswer.Refused($"Somebody registered a tool server {wish.Name} at the same time.");
        }

        return new ToolServerAnswer.Kept(server, seen.LeftOut);
    }

    /// <summary>Looks at what a server's tools say of themselves now. What differs from what was agreed to is disabled.</summary>
    public async Task<ToolServerAnswer> CheckAsync(string name, string who, CancellationToken cancellationToken)
    {
        if (await FindAsync(name, cancellationToken) is not { } server)
        {
            return new ToolServerAnswer.Unknown();
        }

        var seen = await LookAsync(server, cancellationToken);
        if (seen.Failure is { } failure)
        {
            return new ToolServerAnswer.Unreachable(failure);
        }

        await NoteAsync(server, seen.Tools, who, keepsNew: true, cancellationToken);
        return await FindAsync(name, cancellationToken) is { } now
            ? new ToolServerAnswer.Kept(now, seen.LeftOut)
            : new ToolServerAnswer.Unknown();
    }

    /// <summary>Notes a person's yes to some tools, each to what he saw.</summary>
    public async Task<ToolServerAnswer> AgreeAsync(
        string name,
        IReadOnlyList<ToolConsent> consents,
        string who,
        CancellationToken cancellationToken
    )
    {
        await using var db = _databases.CreateDbContext();
        if (await Servers(db).SingleOrDefaultAsync(one => one.Name == name, cancellationToken) is not { } server)
        {
            return new ToolServerAnswer.Unknown();
        }

        var now = await DatabaseClock.NowAsync(db, cancellationToken);
        foreach (var consent in consents)
        {
            var tool = server.Tools.FirstOrDefault(one => one.Name == consent.Name);
            if (tool is null || tool.Gone)
            {
                return new ToolServerAnswer.Refused($"The tool server {name} has no tool {consent.Name}.");
            }

            if (tool.Hash != consent.Hash)
            {
                return new ToolServerAnswer.Refused(
                    $"{consent.Name} describes itself otherwise by now than what you agree to. Look at it again."
                );
            }

            (tool.Agreement, tool.AgreedHash) = (ToolAgreement.Agreed, tool.Hash);
            (tool.AgreedDescription, tool.Reads) = (tool.Description, consent.Reads);
            (tool.AgreedBy, tool.AgreedAt) = (who, now);
        }

        var agreed = consents.Select(consent => JsonValue.Create($"{consent.Name} {consent.Hash[..12]}"));
        var facts = new JsonObject { ["tools"] = new JsonArray([.. agreed]) };
        AuditTrail.Append(db, who, "tool_server.agree", $"tool-server:{name}", now, facts);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            return new ToolServerAnswer.Refused(
                $"Tools of the tool server {name} were taken away at the same time. Look at them again."
            );
        }

        return new ToolServerAnswer.Kept(server, []);
    }

    /// <summary>Takes a server away, with what was agreed to. What agents are granted of it is refused from now on.</summary>
    /// <returns>False: there is none of this name.</returns>
    public async Task<bool> RemoveAsync(string name, string who, CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        // Without its tools, which go by the foreign key: a look may take one away at the same time.
        var named = db.ToolServers.Where(one => one.TeamId == Team.Default && one.Name == name);
        if (await named.SingleOrDefaultAsync(cancellationToken) is not { } server)
        {
            return false;
        }

        db.ToolServers.Remove(server);
        var now = await DatabaseClock.NowAsync(db, cancellationToken);
        AuditTrail.Append(db, who, "tool_server.delete", $"tool-server:{name}", now);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateConcurrencyException)
        {
            // Somebody else has.
            return false;
        }
    }

    /// <summary>Why a tool cannot be called now, and what to do; null: it can be.</summary>
    public async Task<string?> WhyNotAsync(ExternalName name, CancellationToken cancellationToken) =>
        WhyNot(name, await FindToolAsync(name, cancellationToken));

    /// <summary>The same of what was found.</summary>
    internal static string? WhyNot(ExternalName name, (ToolServer Server, ToolServerTool? Tool)? found) =>
        found is not var (server, tool)
            ? $"There is no tool server {name.Server}. A person can register it: p38 tool-servers add {name.Server}."
        : tool is null
            ? $"The tool server {name.Server} has no tool {name.Tool}. Look what it has: p38 tool-servers check {name.Server}."
        : tool.WhyNot(server.Name);

    /// <summary>One tool with its server, as it is now; null: there is none.</summary>
    internal async Task<(ToolServer Server, ToolServerTool? Tool)?> FindToolAsync(
        ExternalName name,
        CancellationToken cancellationToken
    )
    {
        await using var db = _databases.CreateDbContext();
        var server = await db
            .ToolServers.AsNoTracking()
            .SingleOrDefaultAsync(one => one.TeamId == Team.Default && one.Name == name.Server, cancellationToken);
        if (server is null)
        {
            return null;
        }

        var tool = await db.Set<ToolServerTool>()
            .AsNoTracking()
            .SingleOrDefaultAsync(one => one.ServerId == server.Id && one.Name == name.Tool, cancellationToken);
        return (server, tool);
    }

    /// <summary>Keeps what a server's tools say of themselves now, and disables and tells what differs from what was agreed to.</summary>
    /// <param name="server">Whose they are; one that is gone by now is nothing to note of.</param>
    /// <param name="seen">All that it lists.</param>
    /// <param name="who">For the audit.</param>
    /// <param name="keepsNew">Whether tools that were never seen are kept, for a person who looks.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    internal async Task NoteAsync(
        ToolServer server,
        IReadOnlyList<DescribedTool> seen,
        string who,
        bool keepsNew,
        CancellationToken cancellationToken
    )
    {
        IReadOnlyList<ToolServerTool>? changed = null;
        for (var more = 2; changed is null; more--)
        {
            try
            {
                changed = await StoreAsync(server, seen, who, keepsNew, cancellationToken);
            }
            catch (DbUpdateException exception) when (more > 0 && StorageException.Explain(exception) is null)
            {
                // Another look kept or took away the same tool at the same time, or a person the server: as it is now.
            }
        }

        if (changed.Count == 0)
        {
            return;
        }

        var names = changed.Select(tool => tool.Name);
        await _inbox.SendAsync(
            new NewInboxMessage
            {
                TeamId = server.TeamId,
                AgentId = null,
                TaskId = null,
                Title = $"The tool server {server.Name} has changed",
                Text =
                    $"{string.Join(", ", names)} of the tool server {server.Name} "
                    + (changed.Count == 1 ? "describes itself" : "describe themselves")
                    + " otherwise than when you agreed, so calls are refused. What a tool says of itself can mislead whoever calls "
                    + $"it. Look at it, and agree again if it is well: p38 tool-servers agree {server.Name}",
                Source = "platform",
                IdempotencyKey = $"tool-server:{server.Id}:{KeyOf(changed)}",
            },
            cancellationToken
        );
    }

    // With the moment of the yes: what changes again after another yes is told again.
    private static string KeyOf(IEnumerable<ToolServerTool> changed)
    {
        var each = changed
            .OrderBy(tool => tool.Name, StringComparer.Ordinal)
            .Select(tool => $"{tool.Name} {tool.Hash} {tool.AgreedAt:O}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', each))));
    }

    private async Task<IReadOnlyList<ToolServerTool>> StoreAsync(
        ToolServer server,
        IReadOnlyList<DescribedTool> seen,
        string who,
        bool keepsNew,
        CancellationToken cancellationToken
    )
    {
        await using var db = _databases.CreateDbContext();
        if (!await db.ToolServers.AnyAsync(one => one.Id == server.Id, cancellationToken))
        {
            return [];
        }

        var now = await DatabaseClock.NowAsync(db, cancellationToken);
        var kept = await db.Set<ToolServerTool>()
            .Where(tool => tool.ServerId == server.Id)
            .ToListAsync(cancellationToken);
        var changed = new List<ToolServerTool>();
        foreach (var tool in seen)
        {
            if (kept.FirstOrDefault(one => one.Name == tool.Name) is not { } row)
            {
                if (keepsNew)
                {
                    db.Add(Of(tool, server.Id));
                }

                continue;
            }

            row.Gone = false;
            (row.Description, row.InputSchema, row.Hash) = (tool.Description, tool.InputSchema, tool.Hash);
            if (row.Agreement == ToolAgreement.Agreed && row.AgreedHash != tool.Hash)
            {
                row.Agreement = ToolAgreement.Changed;
                changed.Add(row);
            }
        }

        foreach (var row in kept.Where(row => !seen.Any(tool => tool.Name == row.Name)))
        {
            if (row.AgreedHash is null)
            {
                // Nothing hangs on it; and a server that names others each time would fill the table.
                db.Remove(row);
            }
            else
            {
                row.Gone = true;
            }
        }

        if (changed.Count > 0)
        {
            var names = new JsonArray([.. changed.Select(tool => JsonValue.Create(tool.Name))]);
            var facts = new JsonObject { ["tools"] = names };
            AuditTrail.Append(db, who, "tool_server.changed", $"tool-server:{server.Name}", now, facts);
        }

        await db.SaveChangesAsync(cancellationToken);
        await db
            .ToolServers.Where(one => one.Id == server.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(one => one.CheckedAt, now), cancellationToken);
        return changed;
    }

    private async Task<Look> LookAsync(ToolServer server, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await _connector.OpenAsync(server, cancellationToken);
            var (tools, leftOut) = await connection.ListAsync(cancellationToken);
            return new Look(tools, leftOut, Failure: null);
        }
        catch (ToolException failure)
        {
            return new Look([], [], failure.Message);
        }
    }

    private static IQueryable<ToolServer> Servers(ProductDb db) =>
        db.ToolServers.Include(server => server.Tools).Where(server => server.TeamId == Team.Default);

    private static ToolServerTool Of(DescribedTool tool, long serverId = 0) =>
        new()
        {
            ServerId = serverId,
            Name = tool.Name,
            Description = tool.Description,
            InputSchema = tool.InputSchema,
            Hash = tool.Hash,
        };

    private sealed record Look(IReadOnlyList<DescribedTool> Tools, IReadOnlyList<string> LeftOut, string? Failure);
}
