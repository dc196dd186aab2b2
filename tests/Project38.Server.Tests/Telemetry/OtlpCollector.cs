using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Project38.Server.Telemetry;

namespace Project38.Server.Tests.Telemetry;

/// <summary>A span as it was sent.</summary>
/// <param name="TraceId">In hexadecimal.</param>
/// <param name="Id">In hexadecimal.</param>
/// <param name="ParentId">In hexadecimal; empty for a root.</param>
/// <param name="Name">Its name.</param>
/// <param name="Tags">Its attributes, as texts.</param>
internal sealed record SentSpan(
    string TraceId,
    string Id,
    string ParentId,
    string Name,
    IReadOnlyDictionary<string, string> Tags
);

/// <summary>Takes what a server sends by OTLP over real HTTP.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _received = new();

    private OtlpCollector()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(TakeAsync);
    }

    /// <summary>What a server needs to send here, traces and metrics.</summary>
    public TelemetryOptions Options =>
        TelemetryOptions.Read(key =>
            key switch
            {
                "P38_TELEMETRY" => "otlp",
                "P38_METRICS" => "1",
                "OTEL_EXPORTER_OTLP_ENDPOINT" => _app.Urls.First(),
                "OTEL_EXPORTER_OTLP_PROTOCOL" => "http/protobuf",
                _ => null,
            }
        );

    /// <summary>All that came, as text; for finding what must not be there.</summary>
    public string Text => string.Concat(_received.Select(one => Encoding.UTF8.GetString(one.Body)));

    /// <summary>Whether metrics came.</summary>
    public bool HasMetrics => _received.Any(one => one.Path == "/v1/metrics");

    public static async Task<OtlpCollector> StartAsync()
    {
        var collector = new OtlpCollector();
        await collector._app.StartAsync();
        return collector;
    }

    /// <summary>The spans of a trace; other servers of this process send theirs here too.</summary>
    public IReadOnlyList<SentSpan> SpansOf(string traceId) =>
        [
            .. _received
                .Where(one => one.Path == "/v1/traces")
                .SelectMany(one => Inner(one.Body, 1))
                .SelectMany(resource => Inner(resource, 2))
                .SelectMany(scope => Inner(scope, 2))
                .Select(Span)
                .Where(span => span.TraceId == traceId),
        ];

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static IEnumerable<ReadOnlyMemory<byte>> Inner(ReadOnlyMemory<byte> message, int field) =>
        ProtobufField.Read(message).Where(one => one.Number == field).Select(one => one.Bytes);

    private static SentSpan Span(ReadOnlyMemory<byte> message)
    {
        return new SentSpan(Hex(1), Hex(2), Hex(4), TextOf(message, 5), Inner(message, 9).ToDictionary(Key, Value));

        string Hex(int field) => Convert.ToHexStringLower(Inner(message, field).FirstOrDefault().Span);

        static string Key(ReadOnlyMemory<byte> tag) => TextOf(tag, 1);

        // A text stands in field 1 of the value, a whole number in field 3.
        static string Value(ReadOnlyMemory<byte> tag)
        {
            var value = ProtobufField.Read(Inner(tag, 2).Single()).Single();
            return value.Number == 1 ? Encoding.UTF8.GetString(value.Bytes.Span) : $"{value.Value}";
        }
    }

    private static string TextOf(ReadOnlyMemory<byte> message, int field) =>
        Encoding.UTF8.GetString(Inner(message, field).Single().Span);

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        _received.Enqueue((context.Request.Path, body.ToArray()));
    }
}
