using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Project38.Core.Secrets;

namespace Project38.Server.Telemetry;

/// <summary>Writes the log for machines: a JSON object a line, in the span it was written in, and never a known secret.</summary>
internal sealed class JsonLogLines(KnownSecrets known, TimeProvider time) : ConsoleFormatter(FormatterName)
{
    /// <summary>By which the console finds it.</summary>
    public const string FormatterName = "p38-json";

    private static readonly JsonWriterOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <inheritdoc/>
    public override void Write<TState>(
        in LogEntry<TState> logEntry,
        IExternalScopeProvider? scopeProvider,
        TextWriter textWriter
    )
    {
        var line = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(line, Format))
        {
            json.WriteStartObject();
            json.WriteString("time", time.GetUtcNow().ToString(LogLines.TimeFormat, CultureInfo.InvariantCulture));
            json.WriteString("level", LogLines.Level(logEntry.LogLevel));
            json.WriteString("category", logEntry.Category);
            json.WriteNumber("event", logEntry.EventId.Id);
            json.WriteString("message", known.Redact(logEntry.Formatter(logEntry.State, logEntry.Exception)));
            if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } span)
            {
                json.WriteString("trace_id", span.TraceId.ToHexString());
                json.WriteString("span_id", span.SpanId.ToHexString());
            }
            WriteFields(json, logEntry.State as IEnumerable<KeyValuePair<string, object?>> ?? []);
            if (logEntry.Exception is { } exception)
            {
                json.WriteString("exception", known.Redact(exception.ToString()));
            }
            json.WriteEndObject();
        }
        textWriter.WriteLine(Encoding.UTF8.GetString(line.WrittenSpan));
    }

    private void WriteFields(Utf8JsonWriter json, IEnumerable<KeyValuePair<string, object?>> fields)
    {
        json.WriteStartObject("fields");
        foreach (var (name, value) in fields.Where(field => field.Key != "{OriginalFormat}"))
        {
            json.WritePropertyName(name);
            switch (value)
            {
                case null:
                    json.WriteNullValue();
                    break;
                case bool flag:
                    json.WriteBooleanValue(flag);
                    break;
                case int number:
                    json.WriteNumberValue(number);
                    break;
                case long number:
                    json.WriteNumberValue(number);
                    break;
                default:
                    json.WriteStringValue(known.Redact(Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""));
                    break;
            }
        }
        json.WriteEndObject();
    }
}
