using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Project38.Core.Execution;

/// <summary>Gets ready at the start what runs are forked from. Without it the first run does, and is started anew itself.</summary>
internal sealed partial class WarmRuns(AgentProcess processes, ILogger<WarmRuns> logger) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await processes.WarmAsync(stoppingToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogCold(logger, exception);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Runs are not forked yet: what they need could not be got ready.")]
    private static partial void LogCold(ILogger logger, Exception exception);
}
