using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Project38.Core.Agents.Risks;
using Project38.Core.Budgets;
using Project38.Core.Execution;
using Project38.Core.Execution.Records;
using Project38.Core.Harness.Approvals;
using Project38.Core.Harness.Events;
using Project38.Core.Harness.Hooks;
using Project38.Core.Harness.Nodes;
using Project38.Core.Harness.Notices;
using Project38.Core.Harness.Queue;
using Project38.Core.Harness.Replays;
using Project38.Core.Harness.Scheduling;
using Project38.Core.Harness.Workers;
using Project38.Core.Secrets;
using Project38.Core.Storage;
using Project38.Core.Tools.Registry;

namespace Project38.Core.Harness;

/// <summary>Registers the room.</summary>
public static class HarnessRegistration
{
    /// <summary>Adds scheduler, queue and workers. Needs Storage, Secrets, Agents, Handoffs, Tools and Execution.</summary>
    /// <remarks>
    /// Services for the doors: <see cref="TaskControl"/>, <see cref="TaskBook"/>, <see cref="ScheduleChanges"/>,
    /// <see cref="ScheduleWatch"/>, <see cref="EventHub"/>, <see cref="TaskFeed"/>, <see cref="WorkerDrain"/>,
    /// <see cref="ApprovalDesk"/>, <see cref="RunReplays"/>, <see cref="RunBacktests"/>, <see cref="HookBook"/> and <see cref="HookDeliveries"/>.
    /// </remarks>
    public static IServiceCollection AddHarness(
        this IServiceCollection services,
        Action<HarnessOptions>? configure = null
    )
    {
        var harness = new HarnessOptions();
        configure?.Invoke(harness);
        services.AddSingleton(Options.Create(harness));

        services.AddOptions<QueueOptions>().BindConfiguration("Harness:Queue").ValidateOnStart();
        services.AddOptions<SchedulerOptions>().BindConfiguration("Harness:Scheduler").ValidateOnStart();
        services.AddOptions<WorkerOptions>().BindConfiguration("Harness:Workers").ValidateOnStart();
        services.AddOptions<RetentionOptions>().BindConfiguration("Harness:Retention").ValidateOnStart();
        services.AddSingleton<IValidateOptions<RetentionOptions>, RetentionOptionsValidator>();
        services.AddSingleton<IValidateOptions<QueueOptions>, QueueOptionsValidator>();
        services.AddSingleton<IValidateOptions<SchedulerOptions>, SchedulerOptionsValidator>();
        services.AddSingleton<IValidateOptions<WorkerOptions>, WorkerOptionsValidator>();

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(NodeId.New());
        services.AddSingleton<HarnessSignals>();

        services.AddSingleton<ITaskQueue>(all =>
            IsPostgres(all)
                ? ActivatorUtilities.CreateInstance<PostgresTaskQueue>(all)
                : ActivatorUtilities.CreateInstance<SqliteTaskQueue>(all)
        );
        services.AddSingleton<ITickStore>(all => IsPostgres(all) ? new PostgresTickStore() : new SqliteTickStore());
        services.AddSingleton<Tick>();
        services.AddSingleton<ScheduleWatch>();
        services.AddSingleton(all => new ScheduleChanges(all.GetRequiredService<HarnessSignals>()));
        services.AddSingleton<QueueMaintenance>();
        services.AddSingleton<PostgresClaim>();
        services.AddSingleton<PostgresCompletion>();
        services.AddSingleton(all => ActivatorUtilities.CreateInstance<CompletionGroup>(all, IsPostgres(all)));
        services.AddSingleton(all => new RunRecords(
            all.GetRequiredService<SecretStore>(),
            all.GetRequiredService<KnownSecrets>()
        ));
        services.AddSingleton<AskedTasks>();
        services.AddSingleton(all => new ApprovalDesk(
            all.GetRequiredService<IDbContextFactory<ProductDb>>(),
            all.GetRequiredService<HarnessSignals>()
        ));
        services.AddSingleton(all => new RunReplays(
            all.GetRequiredService<IDbContextFactory<ProductDb>>(),
            all.GetRequiredService<RunRecords>(),
            all.GetRequiredService<RunExecutor>()
        ));
        services.AddSingleton(all => new RunBacktests(
            all.GetRequiredService<IDbContextFactory<ProductDb>>(),
            all.GetRequiredService<RunRecords>(),
            all.GetRequiredService<RunExecutor>(),
            new BacktestComparison(all.GetRequiredService<ToolRegistry>()),
            all.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton<TaskCompletion>();
        services.AddSingleton<TaskBook>();
        services.AddSingleton(all => new TaskControl(
            all.GetRequiredService<IDbContextFactory<ProductDb>>(),
            all.GetRequiredService<ITaskQueue>(),
            all.GetRequiredService<HarnessSignals>(),
            all.GetRequiredService<FindRisks>(),
            all.GetRequiredService<IOptions<QueueOptions>>(),
            all.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton(all => new HookBook(
            all.GetRequiredService<IDbContextFactory<ProductDb>>(),
            all.GetRequiredService<SecretStore>(),
            all.GetRequiredService<KnownSecrets>()
        ));
        services.AddSingleton(all => new HookDeliveries(
            all.GetRequiredService<IDbContextFactory<ProductDb>>(),
            all.GetRequiredService<HarnessSignals>()
        ));
        services.AddSingleton<NodeBook>();
        services.AddSingleton<LeaseKeeper>();
        services.AddBudgets();
        services.AddSingleton<RunRequests>();
        services.AddSingleton<RunWatcher>();
        services.AddSingleton<EventLog>();
        services.AddSingleton(all => new EventHub(
            all.GetRequiredService<EventLog>(),
            all.GetRequiredService<HarnessSignals>(),
            all.GetRequiredService<TimeProvider>(),
            all.GetRequiredService<ILogger<EventHub>>()
        ));
        services.AddSingleton(all => new TaskFeed(
            all.GetRequiredService<IDbContextFactory<ProductDb>>(),
            all.GetRequiredService<EventHub>(),
            all.GetRequiredService<TimeProvider>()
        ));
        services.TryAddSingleton<ExecuteRun>(all => all.GetRequiredService<RunExecutor>().ExecuteAsync);
        services.AddSingleton<TaskRunner>();
        services.AddSingleton(_ => new WorkerDrain());
        services.AddSingleton<WorkerPool>();
        services.AddSingleton<Retention>();

        if (harness.Worker)
        {
            services.AddHostedService<WorkerService>();
        }
        services.AddHostedService<MaintenanceService>();
        services.AddHostedService<RetentionService>();
        services.AddHostedService<NodeService>();
        services.AddHostedService<NoticeSender>();
        if (harness.ListenUrl is not null)
        {
            services.AddHostedService<NoticeListener>();
        }
        services.AddHostedService(all => all.GetRequiredService<EventHub>());
        if (harness.Scheduler)
        {
            services.AddHostedService<SchedulerService>();
        }
        // An embedded node comes while nobody keeps the schedules, and goes again.
        if (!harness.Embedded)
        {
            services.AddHostedService<ScheduleWatchService>();
        }
        // A host that gives up before the drain is over would leave runs to their leases.
        services
            .AddOptions<HostOptions>()
            .PostConfigure<IOptions<WorkerOptions>>(
                (host, workers) =>
                {
                    var needed = workers.Value.DrainLimit + TimeSpan.FromSeconds(10);
                    host.ShutdownTimeout = host.ShutdownTimeout > needed ? host.ShutdownTimeout : needed;
                }
            );
        return services;
    }

    private static bool IsPostgres(IServiceProvider all)
    {
        using var db = all.GetRequiredService<IDbContextFactory<ProductDb>>().CreateDbContext();
        return db.IsPostgres;
    }
}
