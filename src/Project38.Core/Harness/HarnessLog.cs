using Microsoft.Extensions.Logging;
using Project38.Core.Tools.Notifications.Deliveries;

namespace Project38.Core.Harness;

internal static partial class HarnessLog
{
    [LoggerMessage(1, LogLevel.Warning, "The database fails the {Duty}; trying again until it answers. {Reason}")]
    public static partial void OutageBegan(this ILogger logger, string duty, string? reason, Exception exception);

    [LoggerMessage(2, LogLevel.Information, "The database answers the {Duty} again after {Failures} failures")]
    public static partial void OutageEnded(this ILogger logger, string duty, int failures);

    [LoggerMessage(3, LogLevel.Critical, "The {Duty} failed for a reason that is not the database's; stopping")]
    public static partial void DutyFailed(this ILogger logger, string duty, Exception exception);

    [LoggerMessage(10, LogLevel.Debug, "Ticked: {Agents} agents, {Lines} lines in the ledger")]
    public static partial void Ticked(this ILogger logger, int agents, int lines);

    [LoggerMessage(11, LogLevel.Warning, "Agent {AgentId} cannot be scheduled any more: {Reason}")]
    public static partial void Unschedulable(this ILogger logger, long agentId, string reason);

    [LoggerMessage(20, LogLevel.Debug, "Task {TaskId} of agent {AgentId}: run {Attempt} began, fence {Fence}")]
    public static partial void RunBegan(this ILogger logger, long taskId, long agentId, int attempt, long fence);

    [LoggerMessage(
        21,
        LogLevel.Information,
        "Task {TaskId} of agent {AgentId}: run {Attempt} {Outcome}, task {Status}"
    )]
    public static partial void RunEnded(
        this ILogger logger,
        long taskId,
        long agentId,
        int attempt,
        string outcome,
        string status
    );

    [LoggerMessage(
        22,
        LogLevel.Warning,
        "Task {TaskId}: its claim {Fence} is no longer held; run ended, result discarded"
    )]
    public static partial void Discarded(this ILogger logger, long taskId, long fence);

    [LoggerMessage(23, LogLevel.Warning, "Task {TaskId}: its lease could not be renewed in time; ending the run")]
    public static partial void LeaseNotRenewed(this ILogger logger, long taskId);

    [LoggerMessage(24, LogLevel.Information, "Task {TaskId}: handed back")]
    public static partial void HandedBack(this ILogger logger, long taskId);

    [LoggerMessage(25, LogLevel.Error, "Task {TaskId}: the run could not be carried out")]
    public static partial void RunBroke(this ILogger logger, long taskId, Exception exception);

    [LoggerMessage(
        26,
        LogLevel.Error,
        "Task {TaskId}: the result could not be stored in {Limit}; the task will run again"
    )]
    public static partial void NotSaved(this ILogger logger, long taskId, TimeSpan limit);

    [LoggerMessage(
        27,
        LogLevel.Warning,
        "{Runs} runs that ended together could not be saved together; each is saved by itself"
    )]
    public static partial void GroupBroke(this ILogger logger, int runs, Exception exception);

    [LoggerMessage(30, LogLevel.Warning, "Task {TaskId} of agent {AgentId}: lost with its last worker, failed")]
    public static partial void LostForGood(this ILogger logger, long taskId, long agentId);

    [LoggerMessage(31, LogLevel.Information, "Cancelled {Tasks} tasks of deleted agents")]
    public static partial void Orphaned(this ILogger logger, int tasks);

    [LoggerMessage(
        74,
        LogLevel.Warning,
        "{Tasks} tasks were claimed without an answer that arrived, and are due again"
    )]
    public static partial void Unread(this ILogger logger, int tasks);

    [LoggerMessage(32, LogLevel.Warning, "{Tasks} tasks lost their worker and are due again")]
    public static partial void Released(this ILogger logger, int tasks);

    [LoggerMessage(40, LogLevel.Information, "Stopping: waiting up to {Limit} for {Runs} runs")]
    public static partial void Draining(this ILogger logger, TimeSpan limit, int runs);

    [LoggerMessage(41, LogLevel.Warning, "Stopping at once: {Runs} runs are ended and handed back")]
    public static partial void HandingBack(this ILogger logger, int runs);

    [LoggerMessage(
        51,
        LogLevel.Information,
        "PostgreSQL is reached through a pooler of transactions, where nobody can listen: work of other nodes is found by the poll. Set P38_LISTEN_URL to an address without the pooler to hear of it at once"
    )]
    public static partial void NotListening(this ILogger logger);

    [LoggerMessage(52, LogLevel.Information, "The connection for notices of other nodes was cut; connecting again")]
    public static partial void NoticesCut(this ILogger logger, Exception exception);

    [LoggerMessage(60, LogLevel.Information, "Pruned {Tasks} old tasks of agent {AgentId}")]
    public static partial void Pruned(this ILogger logger, int tasks, long agentId);

    [LoggerMessage(
        70,
        LogLevel.Information,
        "Agent {AgentId} was stopped after task {TaskId}: repair begun, try {Try}"
    )]
    public static partial void RepairBegan(this ILogger logger, long agentId, long taskId, int @try);

    [LoggerMessage(71, LogLevel.Information, "Agent {AgentId}: repair ended, {Outcome}")]
    public static partial void RepairEnded(this ILogger logger, long agentId, string outcome);

    [LoggerMessage(72, LogLevel.Error, "Agent {AgentId}: the repair could not be carried out")]
    public static partial void RepairBroke(this ILogger logger, long agentId, Exception exception);

    [LoggerMessage(73, LogLevel.Error, "Agent {AgentId}: what came of its repair could not be stored in {Limit}")]
    public static partial void RepairNotSaved(this ILogger logger, long agentId, TimeSpan limit);

    [LoggerMessage(
        80,
        LogLevel.Information,
        "Channel {Channel}: delivery {DeliveryId}, attempt {Attempt}, {Messages} messages: {Status}"
    )]
    public static partial void Delivered(
        this ILogger logger,
        string channel,
        long deliveryId,
        int attempt,
        int messages,
        DeliveryStatus status
    );

    [LoggerMessage(
        81,
        LogLevel.Warning,
        "Channel {Channel}: delivery {DeliveryId} was given up at the stop; it may be sent again"
    )]
    public static partial void DeliveryGivenUp(this ILogger logger, string channel, long deliveryId);

    [LoggerMessage(82, LogLevel.Error, "Channel {Channel}: delivery {DeliveryId} could not be carried out")]
    public static partial void DeliveryBroke(this ILogger logger, string channel, long deliveryId, Exception exception);

    [LoggerMessage(
        83,
        LogLevel.Warning,
        "Channel {Channel}: its bot could not be listened to (HTTP {Status}, 0: no answer); nobody answers by buttons meanwhile. 409: "
            + "another program listens to the same bot, or it has a webhook"
    )]
    public static partial void BotNotHeard(this ILogger logger, string channel, int status);

    [LoggerMessage(84, LogLevel.Warning, "Telegram user {UserId} pressed a button outside of the chat it was sent to")]
    public static partial void PressedElsewhere(this ILogger logger, long userId);

    [LoggerMessage(85, LogLevel.Warning, "The call {Method} of a bot failed with {Fault}")]
    public static partial void BotCallFailed(this ILogger logger, string method, Type fault);

    [LoggerMessage(86, LogLevel.Error, "Channel {Channel}: listening to its bot broke off; it begins again")]
    public static partial void ListeningBroke(this ILogger logger, string channel, Exception exception);

    [LoggerMessage(
        87,
        LogLevel.Error,
        "Channel {Channel}: what its bot heard could not be read, and is dropped but for the last; who pressed may press again"
    )]
    public static partial void BotUnreadable(this ILogger logger, string channel);

    [LoggerMessage(50, LogLevel.Information, "This node leaves without a word: the database does not answer")]
    public static partial void NotLeft(this ILogger logger, Exception exception);
}
