using System.Net;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Project38.Contracts;
using Project38.Core.Agents;
using Project38.Core.Execution;
using Project38.Core.Factory;
using Project38.Core.Handoffs;
using Project38.Core.Harness;
using Project38.Core.Harness.Deliveries;
using Project38.Core.Harness.Repairs;
using Project38.Core.Harness.Workers;
using Project38.Core.Models;
using Project38.Core.Secrets;
using Project38.Core.Storage;
using Project38.Core.Tools;
using Project38.Core.Tools.Browser;
using Project38.Core.Tools.External;
using Project38.Core.Tools.Http;
using Project38.Sandbox;
using Project38.Server.Agents;
using Project38.Server.Api;
using Project38.Server.Http;
using Project38.Server.Http.Idempotency;
using Project38.Server.Http.OpenApi;
using Project38.Server.Lifetime;
using Project38.Server.McpEndpoint;
using Project38.Server.Security;
using Project38.Server.Telemetry;

namespace Project38.Server;

/// <summary>Puts the server together: rooms, doors, and what stands before them.</summary>
internal static class ServerApp
{
    /// <summary>The largest body but a file's.</summary>
    public const int MaxJsonBytes = 16 * 1024 * 1024;

    private const int MinBytesPerSecond = 1024;

    /// <summary>A server that is ready to start.</summary>
    public static WebApplication Build(ServerOptions options)
    {
        // Not the defaults: they would read files and arguments of whatever folder the command was called in.
        var builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions { ApplicationName = "Project38.Server" }
        );
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => ConfigureKestrel(kestrel, options));
        builder.Configuration.AddEnvironmentVariables("P38_");
        builder.Services.AddSingleton(options).AddSingleton(TimeProvider.System);
        AddLogging(builder.Logging, options.Telemetry.LogFormat);
        builder.AddTelemetry(options.Telemetry);

        // A start that fails is told once, by ServerProcess, and not by the host with a stack trace besides.
        WebApplication? built = null;
        builder.Logging.AddFilter(
            "Microsoft.Extensions.Hosting.Internal.Host",
            level => level >= LogLevel.Warning && built is { Lifetime.ApplicationStarted.IsCancellationRequested: true }
        );
        AddRooms(builder.Services, options);
        AddDoors(builder.Services, options);
        AddLifetime(builder.Services, options);

        var app = built = builder.Build();
        app.UseResponseCompression();
        app.UseMiddleware<ProblemHandler>();
        app.UseStatusCodePages(context => StatusPage.WriteAsync(context.HttpContext));
        app.UseMiddleware<RebindingGuard>();
        app.UseRouting();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
        app.UseMiddleware<IdempotencyKeys>();
        app.MapDoors();
        app.MapMetrics(options.Telemetry);
        return app;
    }

    /// <summary>Where a started server listens, as a verb on this machine reaches it.</summary>
    public static string UrlOf(WebApplication app)
    {
        var url = new UriBuilder(app.Urls.First());
        if (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address))
        {
            url.Host =
                address.Equals(IPAddress.Any) ? "127.0.0.1"
                : address.Equals(IPAddress.IPv6Any) ? "[::1]"
                : url.Host;
        }
        return url.Uri.GetLeftPart(UriPartial.Authority);
    }

    private static void ConfigureKestrel(KestrelServerOptions kestrel, ServerOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = MaxJsonBytes;
        kestrel.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
        kestrel.Limits.MaxConcurrentConnections = 10_000;
        kestrel.Limits.RequestHeadersTimeout = options.ClientPatience;
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(MinBytesPerSecond, options.ClientPatience);
        kestrel.Listen(options.Bind, options.Port);
    }

    private static void AddLogging(ILoggingBuilder logging, LogFormat format)
    {
        logging.SetMinimumLevel(LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("ModelContextProtocol", LogLevel.Warning);
        logging.AddFilter("Project38.Server.Security", LogLevel.Warning);
        logging.AddConsole(console =>
            console.FormatterName = format == LogFormat.Json ? JsonLogLines.FormatterName : LogLines.FormatterName
        );
        logging.AddConsoleFormatter<LogLines, ConsoleFormatterOptions>();
        logging.AddConsoleFormatter<JsonLogLines, ConsoleFormatterOptions>();
        logging.Services.Configure<ConsoleLoggerOptions>(console =>
            console.LogToStandardErrorThreshold = LogLevel.Trace
        );
    }

    private static void AddRooms(IServiceCollection services, ServerOptions options)
    {
        services.AddStorage(storage =>
        {
            storage.Home = options.Home;
            storage.DatabaseUrl = options.DatabaseUrl;
        });
        services.AddSandbox();
        services.AddSingleton(Options.Create(options.Model)).AddSingleton(options.Keys);
        services.AddSecrets(secrets =>
        {
            secrets.MasterKey = options.MasterKey;
            secrets.MasterKeyFile = options.MasterKeyFile;
        });
        services.AddModels().AddAgents().AddHandoffs().AddTools().AddExecution().AddFactory();
        services.AddSingleton<ExecuteRun>(all => all.GetRequiredService<RunExecutor>().ExecuteAsync);
        services.AddHarness(harness =>
        {
            harness.Scheduler = options.Roles.HasFlag(NodeRoles.Scheduler);
            harness.Worker = options.Roles.HasFlag(NodeRoles.Worker);
            harness.Embedded = options.Mode == ServerMode.Embedded;
            harness.Labels = [.. options.Labels];
            harness.ListenUrl = options.DatabaseUrl is null ? null : options.ListenUrl ?? options.DatabaseUrl;
            harness.Version = ServerVersion.Version;
        });

        services.AddChannels().AddDeliveries();
        services.AddExternalTools();

        if (options.Mode == ServerMode.Up && options.Roles.HasFlag(NodeRoles.Worker))
        {
            services.AddWarmRuns();
        }

        // An embedded server is gone with its verb, long before a model has written anything.
        if (options.Mode == ServerMode.Up)
        {
            services.AddRepairs();
        }

        if (options.Slots is { } slots)
        {
            services.PostConfigure<WorkerOptions>(workers => workers.Slots = slots);
        }
        services.Configure<SandboxOptions>(sandbox =>
        {
            sandbox.MaxLevel = options.MaxSandboxLevel;
            sandbox.MinLevel = options.MinSandboxLevel;
            sandbox.RunscPath = options.RunscPath;
            // An embedded server is gone with its verb.
            sandbox.Forks = options.Mode == ServerMode.Up;
        });
        services.AddOptions<BrowserOptions>().BindConfiguration("Tools:Browser");
        services.Configure<EgressOptions>(egress => egress.AllowedPrivateHosts = [.. options.AllowedPrivateHosts]);
        if (options.RuffFolder is { } ruff)
        {
            services.Configure<FactoryOptions>(factory => factory.RuffFolder = ruff);
        }
    }

    private static void AddDoors(IServiceCollection services, ServerOptions options)
    {
        services.AddRoutingCore();
        services.AddApiDocument();
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Clear();
            json.SerializerOptions.TypeInfoResolverChain.Add(ContractsJson.Default);
            json.SerializerOptions.NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict;
            json.SerializerOptions.Encoder = WireJson.Types.Options.Encoder;
            json.SerializerOptions.PropertyNamingPolicy = System.Text.Json.JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.Converters.Add(new UtcTimeConverter());
        });
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.AddSingleton<ProblemHandler>();
        services.AddSingleton<RebindingGuard>();
        services.AddSingleton<KeyBook>().AddSingleton<IdempotencyKeys>().AddHostedService<KeySweeper>();
        services.AddRequestRates(options.RequestsPerSecond);
        services.AddMcpDoor();
        services.AddResponseCompression(compression =>
            compression.MimeTypes = ["application/json", "application/problem+json", "text/html"]
        );
        services.AddSingleton<InboxReader>().AddSingleton<UsageReader>().AddSingleton<Execution>();
        services.AddSingleton<Generations>().AddSingleton<EventStreams>();

        // A request each: it gathers what is wrong with that request.
        services.AddTransient<RequestChecks>().AddTransient<AgentMaker>().AddTransient<AgentEditor>();
        services.AddSingleton<AgentKeeper>().AddSingleton<Storing>();
        services.AddSingleton(all => BearerToken.LoadOrCreate(all.GetRequiredService<HomeFolder>().Path));

        // The core alone: the whole adds data protection, which leaves keys in the user's home.
        services.AddAuthenticationCore(authentication => authentication.DefaultScheme = BearerTokenHandler.SchemeName);
        services.AddWebEncoders();
        new AuthenticationBuilder(services).AddScheme<AuthenticationSchemeOptions, BearerTokenHandler>(
            BearerTokenHandler.SchemeName,
            configureOptions: null
        );

        // What says nothing of itself is closed.
        services
            .AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
    }

    private static void AddLifetime(IServiceCollection services, ServerOptions options)
    {
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(60));
        services.AddHostedService<SecondSignal>();
        services.AddSingleton<Attachments>();
        services.AddSingleton(all => new ServerStart(all.GetRequiredService<TimeProvider>().GetUtcNow()));
        if (options.Mode == ServerMode.Embedded)
        {
            services.AddHostedService<EmbeddedLifetime>();
        }
        if (options.StopWithInput)
        {
            services.AddHostedService<StopWithInput>();
        }
    }
}

/// <summary>When this server started.</summary>
internal sealed record ServerStart(DateTimeOffset At);
