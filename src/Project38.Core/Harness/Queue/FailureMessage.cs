using Project38.Core.Agents;
using Project38.Core.Tools.Notifications;

namespace Project38.Core.Harness.Queue;

/// <summary>What the owner of an agent is told when a task has failed for good.</summary>
internal static class FailureMessage
{
    /// <summary>The message. Its key holds the fence: a task that a person retries and that fails again is told again.</summary>
    public static InboxMessage Of(
        Agent agent,
        long taskId,
        long fence,
        int attempts,
        string error,
        DateTimeOffset now
    ) =>
        new()
        {
            TeamId = agent.TeamId,
            AgentId = agent.Id,
            TaskId = taskId,
            Title = StoredText.Title($"{agent.Name} failed"),
            Text = StoredText.Message(
                $"{error}\n\nTask {taskId}, after {attempts} {(attempts == 1 ? "run" : "runs")}. "
                    + $"What it printed: p38 logs {taskId}. To run it again: p38 run {agent.Id}."
            ),
            Source = "platform",
            IdempotencyKey = $"{taskId}:failed:{fence}",
            CreatedAt = now,
        };
}
