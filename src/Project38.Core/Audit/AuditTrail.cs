using System.Text.Json.Nodes;
using Project38.Core.Storage;

namespace Project38.Core.Audit;

/// <summary>Writes the record.</summary>
public static class AuditTrail
{
    /// <summary>What a line holds that says no more about itself.</summary>
    internal const string NoDetails = "{}";

    /// <summary>Adds a line to what the caller is about to save, so that change and line are one commit.</summary>
    /// <param name="db">The caller's; it saves.</param>
    /// <param name="who">A person or program, or <c>platform</c>.</param>
    /// <param name="action"><c>agent.create</c>.</param>
    /// <param name="subject"><c>agent:12</c>.</param>
    /// <param name="at">By the database's clock.</param>
    /// <param name="details">More about it, never a secret; null: nothing.</param>
    public static void Append(
        ProductDb db,
        string who,
        string action,
        string subject,
        DateTimeOffset at,
        JsonObject? details = null
    ) =>
        db.Audit.Add(
            new AuditEntry
            {
                TeamId = Team.Default,
                Who = who,
                Action = action,
                Subject = subject,
                At = at,
                Details = details?.ToJsonString() ?? NoDetails,
            }
        );
}
