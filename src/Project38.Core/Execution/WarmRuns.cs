using Microsoft.Extensions.Hosting;

namespace Project38.Core.Execution;

/// <summary>Gets ready at the start what runs are forked from. Without it the first run does, and is started anew itself.</summary>
internal sealed class WarmRuns(AgentProcess processes) : BackgroundService
{
    private static readonly AgentProcessSpec Any = new() { Mode = AgentProcessMode.Run, Code = "" };

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => processes.WarmAsync(Any, stoppingToken);
}
