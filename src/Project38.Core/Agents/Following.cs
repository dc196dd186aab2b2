using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Project38.Core.Storage;

namespace Project38.Core.Agents;

/// <summary>Which agents start one when they succeed (<c>after</c>), and which may not.</summary>
internal static class Following
{
    private const int MostWalked = 50;

    // Two agents that are each made to follow the other at once: one change sees the other. Any number but those of others.
    private const long Turn = 0x7033385F6166;

    /// <summary>As <see cref="Agent.Follows"/> holds it.</summary>
    public static string? Text(IReadOnlyList<long> ids) => ids.Count == 0 ? null : $",{string.Join(',', ids)},";

    /// <summary>What stands in <see cref="Agent.Follows"/> of those that follow an agent.</summary>
    public static string Mark(long id) => string.Create(CultureInfo.InvariantCulture, $",{id},");

    /// <summary>Why an agent may not follow those it names; null when it may. Its own row was changed, and not committed.</summary>
    public static async Task<FieldError?> WhyNotAsync(ProductDb db, Agent agent, CancellationToken cancellationToken)
    {
        var next = Ids(agent.Follows);
        if (next.Count == 0)
        {
            return null;
        }
        if (db.IsPostgres)
        {
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({Turn})", cancellationToken);
        }

        HashSet<long> walked = [];
        for (var first = true; next.Count > 0; first = false)
        {
            if (next.Contains(agent.Id))
            {
                return Wrong(
                    $"leads back to agent {agent.Id} itself, which would start itself for ever. Leave one out."
                );
            }
            walked.UnionWith(next);
            if (walked.Count > MostWalked)
            {
                return Wrong(
                    $"makes a chain of more than {MostWalked} agents. Follow one that stands nearer its beginning."
                );
            }
            var found = await db
                .Agents.AsNoTracking()
                .Where(one => next.Contains(one.Id) && one.TeamId == agent.TeamId && one.DeletedAt == null)
                .Select(one => new { one.Id, one.Follows })
                .ToListAsync(cancellationToken);
            if (first && next.Except(found.Select(one => one.Id)).ToList() is [var missing, ..])
            {
                return Wrong($"names agent {missing}, and there is none. 'p38 list' shows those there are.");
            }
            next = [.. found.SelectMany(one => Ids(one.Follows)).Distinct().Except(walked)];
        }
        return null;
    }

    private static List<long> Ids(string? follows) =>
        [
            .. (follows ?? "")
                .Split(',', StringSplitOptions.RemoveEmptyEntries)
                .Select(id => long.Parse(id, CultureInfo.InvariantCulture)),
        ];

    private static FieldError Wrong(string why) => new("config.after", $"'after' {why}");
}
