using Microsoft.Extensions.Logging;

namespace Project38.Core.Tools.Sessions;

internal static partial class ToolSessionLog
{
    [LoggerMessage(
        EventId = 1,
        Level = LogLevel.Error,
        Message = "Tool {Tool} faulted for agent {AgentId}, task {TaskId}"
    )]
    public static partial void ToolFaulted(ILogger logger, Exception fault, string tool, long agentId, long taskId);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "A tool session was ended: {Reason}")]
    public static partial void Broken(ILogger logger, string reason);

    [LoggerMessage(EventId = 3, Level = LogLevel.Debug, Message = "An agent closed its end while it was answered")]
    public static partial void AgentGone(ILogger logger, Exception fault);
}
