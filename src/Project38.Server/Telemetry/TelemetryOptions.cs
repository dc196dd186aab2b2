namespace Project38.Server.Telemetry;

/// <summary>What the server tells of itself, and to whom. Off until it is configured.</summary>
internal sealed record TelemetryOptions
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string Protocol = "OTEL_EXPORTER_OTLP_PROTOCOL";

    // What OpenTelemetry's .NET SDK reads. Its own names and meanings; we only hand them on.
    private static readonly string[] StandardKeys =
    [
        Endpoint,
        Protocol,
        "OTEL_EXPORTER_OTLP_HEADERS",
        "OTEL_EXPORTER_OTLP_TIMEOUT",
        "OTEL_EXPORTER_OTLP_CERTIFICATE",
        "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE",
        "OTEL_EXPORTER_OTLP_CLIENT_KEY",
        "OTEL_SERVICE_NAME",
        "OTEL_RESOURCE_ATTRIBUTES",
        "OTEL_TRACES_SAMPLER",
        "OTEL_TRACES_SAMPLER_ARG",
        "OTEL_BSP_SCHEDULE_DELAY",
        "OTEL_BSP_EXPORT_TIMEOUT",
        "OTEL_BSP_MAX_QUEUE_SIZE",
        "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
        "OTEL_METRIC_EXPORT_INTERVAL",
        "OTEL_METRIC_EXPORT_TIMEOUT",
    ];

    /// <summary><c>P38_TELEMETRY</c>: <c>otlp</c> sends traces and metrics to a collector. Default: nothing is sent.</summary>
    public bool Otlp { get; init; }

    /// <summary><c>P38_METRICS</c>: <c>1</c> opens <c>/metrics</c> to the token, <c>open</c> to anybody. Default: closed.</summary>
    public MetricsDoor Metrics { get; init; }

    /// <summary><c>P38_LOG_FORMAT</c>: <c>text</c> or <c>json</c>. Default: text.</summary>
    public LogFormat LogFormat { get; init; }

    /// <summary>The standard <c>OTEL_…</c> keys that are set: where the collector is, what is sampled. Default: none.</summary>
    public IReadOnlyDictionary<string, string?> OpenTelemetry { get; init; } = new Dictionary<string, string?>();

    /// <summary>Reads the environment.</summary>
    /// <exception cref="StartRefusedException">Something there is wrong; the message names the key.</exception>
    public static TelemetryOptions Read(Func<string, string?> environment)
    {
        var options = new TelemetryOptions
        {
            Otlp = environment("P38_TELEMETRY") switch
            {
                null or "" => false,
                "otlp" => true,
                var other => throw new StartRefusedException(
                    $"P38_TELEMETRY is '{other}'. Use otlp, or leave it out to send nothing."
                ),
            },
            Metrics = environment("P38_METRICS") switch
            {
                null or "" or "0" => MetricsDoor.Closed,
                "1" => MetricsDoor.Token,
                "open" => MetricsDoor.Open,
                var other => throw new StartRefusedException(
                    $"P38_METRICS is '{other}'. Use 1 for whoever has the token, open for anybody, or leave it out."
                ),
            },
            LogFormat = environment("P38_LOG_FORMAT") switch
            {
                null or "" or "text" => LogFormat.Text,
                "json" => LogFormat.Json,
                var other => throw new StartRefusedException(
                    $"P38_LOG_FORMAT is '{other}'. Use text or json, or leave it out."
                ),
            },
            OpenTelemetry = StandardKeys
                .Select(key => (Key: key, Value: environment(key)))
                .Where(pair => !string.IsNullOrWhiteSpace(pair.Value))
                .ToDictionary(pair => pair.Key, pair => pair.Value),
        };
        if (options.Otlp)
        {
            options.RefuseWhatTheSdkWouldIgnore();
        }
        return options;
    }

    // The SDK falls back to its defaults in silence, and nobody would know why nothing arrives.
    private void RefuseWhatTheSdkWouldIgnore()
    {
        if (
            OpenTelemetry.TryGetValue(Endpoint, out var endpoint)
            && !(Uri.TryCreate(endpoint, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
        )
        {
            throw new StartRefusedException($"{Endpoint} is '{endpoint}', which is no http or https address.");
        }
        if (OpenTelemetry.TryGetValue(Protocol, out var protocol) && protocol is not ("grpc" or "http/protobuf"))
        {
            throw new StartRefusedException($"{Protocol} is '{protocol}'. Use grpc or http/protobuf.");
        }
    }
}

/// <summary>Who may read <c>/metrics</c>.</summary>
internal enum MetricsDoor
{
    /// <summary>There is none.</summary>
    Closed,

    /// <summary>Whoever has the token.</summary>
    Token,

    /// <summary>Whoever reaches the port.</summary>
    Open,
}

/// <summary>How the log is written.</summary>
internal enum LogFormat
{
    /// <summary>A line of text an entry.</summary>
    Text,

    /// <summary>A JSON object a line.</summary>
    Json,
}
