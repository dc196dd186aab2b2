using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Project38.Core.Agents;
using Project38.Core.Storage;

namespace Project38.Core.Harness.Queue;

/// <summary>Agents that are started by the success of another: <c>after</c>.</summary>
internal static class Followers
{
    private const int MaxResultBytes = 64 * 1024;
    private const int MaxResultDepth = 32;

    /// <summary>
    /// Makes a task of each active agent that follows one whose task has just completed, in the transaction of that
    /// completion; once for each completed task, also when a person has it run again.
    /// </summary>
    public static async Task StartAsync(
        ProductDb db,
        EndedRun ended,
        string output,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var (leader, taskId) = (ended.Agent, ended.Claim.TaskId);
        var mark = Following.Mark(leader.Id);
        var cause = string.Create(CultureInfo.InvariantCulture, $"after:{taskId}");
        var inputs = db.TaskInputs;
        var followers = await db
            .Agents.AsNoTracking()
            .Where(agent => agent.Follows != null && agent.Follows.Contains(mark))
            .Where(agent => agent.TeamId == leader.TeamId && agent.DeletedAt == null)
            .Where(agent => agent.Status == AgentStatus.Active)
            .Where(agent => !inputs.Any(input => input.AgentId == agent.Id && input.Cause == cause))
            .ToListAsync(cancellationToken);
        if (followers.Count == 0)
        {
            return;
        }

        var tasks = followers
            .Select(agent => TaskInputs.Add(db, agent, TaskTrigger.After, ended.Claim.TraceParent, now))
            .ToList();
        await db.SaveChangesAsync(cancellationToken);
        foreach (var task in tasks)
        {
            TaskInputs.Give(db, task, cause, TriggerOf(leader.Id, taskId, output));
        }
    }

    private static JsonObject TriggerOf(long agentId, long taskId, string output)
    {
        var trigger = new JsonObject
        {
            ["kind"] = "after",
            ["agent_id"] = agentId,
            ["task_id"] = taskId,
        };
        if (Bounded(output, out var result))
        {
            trigger["result"] = result;
        }
        return trigger;
    }

    private static bool Bounded(string output, out JsonNode? result)
    {
        result = null;
        if (Encoding.UTF8.GetByteCount(output) > MaxResultBytes)
        {
            return false;
        }
        try
        {
            var limits = new JsonDocumentOptions { MaxDepth = MaxResultDepth };
            result = JsonNode.Parse(output, nodeOptions: null, limits);
            return true;
        }
        catch (JsonException)
        {
            // Deeper than a config may be.
            return false;
        }
    }
}
