using System.Diagnostics.Metrics;
using OpenTelemetry.Instrumentation.AspNetCore;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Project38.Server.Telemetry;

/// <summary>Traces and metrics by OpenTelemetry. While they are off, nothing of it is registered and nobody listens.</summary>
internal static class TelemetryRegistration
{
    private const string MetricsPath = "/metrics";

    // A tool call takes milliseconds, a run up to an hour; OpenTelemetry's own boundaries are for milliseconds.
    private static readonly double[] SecondBoundaries =
    [
        0.001,
        0.005,
        0.01,
        0.05,
        0.1,
        0.5,
        1,
        2.5,
        5,
        10,
        30,
        60,
        300,
        900,
        3600,
    ];

    // Those of the conventions for generative AI.
    private static readonly double[] TokenBoundaries =
    [
        1,
        4,
        16,
        64,
        256,
        1024,
        4096,
        16_384,
        65_536,
        262_144,
        1_048_576,
        4_194_304,
    ];

    /// <summary>Adds what is switched on.</summary>
    public static void AddTelemetry(this WebApplicationBuilder builder, TelemetryOptions options)
    {
        if (!options.Otlp && options.Metrics == MetricsDoor.Closed)
        {
            return;
        }

        // Where the SDK looks for its keys.
        builder.Configuration.AddInMemoryCollection([new("OTEL_SERVICE_NAME", "p38"), .. options.OpenTelemetry]);
        var telemetry = builder
            .Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddAttributes([new("service.version", ServerVersion.Version)]))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(
                    "Project38.*",
                    "Microsoft.AspNetCore.Hosting",
                    "Microsoft.AspNetCore.Server.Kestrel",
                    "System.Runtime"
                );
                metrics.AddView(BoundariesOf);
                if (options.Otlp)
                {
                    metrics.AddOtlpExporter();
                }
                if (options.Metrics != MetricsDoor.Closed)
                {
                    metrics.AddPrometheusExporter();
                }
            });
        if (options.Otlp)
        {
            telemetry.WithTracing(traces =>
                traces.AddSource("Project38.*").AddAspNetCoreInstrumentation(TraceRequests).AddOtlpExporter()
            );
        }
    }

    /// <summary>Opens <c>/metrics</c>, where it is switched on.</summary>
    public static void MapMetrics(this IEndpointRouteBuilder routes, TelemetryOptions options)
    {
        if (options.Metrics == MetricsDoor.Closed)
        {
            return;
        }
        var door = routes.MapPrometheusScrapingEndpoint(MetricsPath);
        if (options.Metrics == MetricsDoor.Open)
        {
            door.AllowAnonymous();
        }
    }

    private static void TraceRequests(AspNetCoreTraceInstrumentationOptions requests)
    {
        // Supervisors and scrapers ask all day, and nobody asks about that.
        requests.Filter = context =>
            !context.Request.Path.StartsWithSegments("/health", StringComparison.OrdinalIgnoreCase)
            && !context.Request.Path.StartsWithSegments(MetricsPath, StringComparison.OrdinalIgnoreCase);

        // The route says what was asked. A path may hold a file's name, and whatever else somebody put there.
        requests.EnrichWithHttpRequest = (span, _) =>
            span.SetTag("url.path", value: null).SetTag("url.query", value: null);
    }

    private static MetricStreamConfiguration? BoundariesOf(Instrument instrument) =>
        instrument switch
        {
            Histogram<double> { Unit: "s", Meter.Name: var meter } when IsOurs(meter) =>
                new ExplicitBucketHistogramConfiguration { Boundaries = SecondBoundaries },
            Histogram<long> { Unit: "{token}", Meter.Name: var meter } when IsOurs(meter) =>
                new ExplicitBucketHistogramConfiguration { Boundaries = TokenBoundaries },
            _ => null,
        };

    private static bool IsOurs(string meter) => meter.StartsWith("Project38.", StringComparison.Ordinal);
}
