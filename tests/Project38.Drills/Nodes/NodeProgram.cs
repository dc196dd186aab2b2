using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Project38.Core.Agents.Risks;
using Project38.Core.Handoffs;
using Project38.Core.Harness;
using Project38.Core.Harness.Queue;
using Project38.Core.Harness.Workers;
using Project38.Core.Secrets;
using Project38.Core.Storage;
using Project38.Core.Tools.Notifications;
using Project38.Core.Tools.Notifications.Deliveries;
using Project38.Sandbox;

namespace Project38.Drills.Nodes;

/// <summary>A node of the harness, whole but for the sandbox: its runs wait, as <see cref="WaitingRun"/> does.</summary>
internal static class NodeProgram
{
    public const string Verb = "node";

    /// <summary>Runs until SIGTERM, or until standard input ends: whoever started it is gone.</summary>
    public static async Task RunAsync()
    {
        var settings = NodeSettings.Read();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        var services = builder.Services;
        services.AddLogging(logging =>
            logging
                .SetMinimumLevel(LogLevel.Error)
                .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace)
        );
        services.AddSingleton<TimeProvider>(new ShiftedClock(settings.ClockShift));
        services.AddMetrics();
        services.AddStorage(storage => (storage.Home, storage.DatabaseUrl) = (settings.Home, settings.DatabaseUrl));
        // For the list of nodes, which says what this machine's sandbox is worth; no run of a drill uses it.
        services.AddSandbox();
        services.AddSecrets();
        services.AddHandoffs();
        services.AddSingleton<NewDeliveries>().AddSingleton<Inbox>();
        services.AddSingleton(settings).AddSingleton<WaitingRun>();
        services.AddSingleton<ExecuteRun>(all => all.GetRequiredService<WaitingRun>().ExecuteAsync);
        services.AddSingleton<FindRisks>((_, _, _) => Task.FromResult(HeldRisks.None));
        services.AddHarness();
        services.Configure<QueueOptions>(queue =>
        {
            queue.Lease = settings.Lease;
            queue.Heartbeat = settings.Lease / 3;
            queue.Poll = TimeSpan.FromMilliseconds(200);
        });
        services.Configure<WorkerOptions>(workers => workers.Slots = settings.Slots);

        using var host = builder.Build();
        await host.StartAsync();
        Console.WriteLine("ready");
        var life = host.Services.GetRequiredService<IHostApplicationLifetime>();
        _ = Task.Run(async () =>
        {
            await Console.In.ReadToEndAsync();
            life.StopApplication();
        });
        await host.WaitForShutdownAsync();
    }

    /// <summary>A clock that is wrong. How long something takes it counts right, as a machine's monotonic clock does.</summary>
    private sealed class ShiftedClock(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}
