using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Project38.Core.Secrets;
using Project38.Server.Telemetry;

namespace Project38.Server.Tests.Telemetry;

public sealed class JsonLogLinesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 5, 0, 0, 120, TimeSpan.Zero);

    [Fact]
    public void Write_GivesOneObjectALine_WithFieldsAndSpan()
    {
        using var span = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();

        var line = Written(
            "Task 7: שלום \ud800",
            exception: null,
            ("TaskId", 7L),
            ("Outcome", "succeeded"),
            ("Held", true)
        );

        var entry = JsonElement.Parse(line);
        entry.GetProperty("time").GetString().ShouldBe("2026-11-26T05:00:00.120Z");
        entry.GetProperty("level").GetString().ShouldBe("warn");
        entry.GetProperty("category").GetString().ShouldBe("Any");
        entry.GetProperty("event").GetInt32().ShouldBe(21);
        entry.GetProperty("message").GetString().ShouldBe("Task 7: שלום \ufffd");
        entry.GetProperty("trace_id").GetString().ShouldBe(span.TraceId.ToHexString());
        entry.GetProperty("span_id").GetString().ShouldBe(span.SpanId.ToHexString());
        entry.GetProperty("fields").GetRawText().ShouldBe("""{"TaskId":7,"Outcome":"succeeded","Held":true}""");
        line.ShouldContain("שלום");
        line.TrimEnd('\n').ShouldNotContain('\n');
    }

    [Fact]
    public void Write_HidesSecrets_WhereverTheyStand()
    {
        const string Secret = "sk \"secret\" of\nnobody";

        var line = Written($"It said {Secret}", new InvalidOperationException($"with {Secret}"), ("Reason", Secret));

        var entry = JsonElement.Parse(line);
        entry.GetProperty("message").GetString().ShouldBe("It said [secret KEY]");
        entry.GetProperty("fields").GetProperty("Reason").GetString().ShouldBe("[secret KEY]");
        entry.GetProperty("exception").GetString()!.ShouldContain("with [secret KEY]");
        entry.TryGetProperty("trace_id", out _).ShouldBeFalse();
        line.ShouldNotContain("nobody");
    }

    private static string Written(string message, Exception? exception, params (string, object?)[] fields)
    {
        var known = new KnownSecrets();
        known.Add("KEY", "sk \"secret\" of\nnobody");
        var state = fields.Select(field => KeyValuePair.Create(field.Item1, field.Item2)).ToList();
        var text = new StringWriter { NewLine = "\n" };
        new JsonLogLines(known, new FakeTimeProvider(Now)).Write(
            new LogEntry<List<KeyValuePair<string, object?>>>(
                LogLevel.Warning,
                "Any",
                new EventId(21),
                [.. state, KeyValuePair.Create<string, object?>("{OriginalFormat}", "Task {TaskId}")],
                exception,
                (_, _) => message
            ),
            scopeProvider: null,
            text
        );
        return text.ToString();
    }
}
