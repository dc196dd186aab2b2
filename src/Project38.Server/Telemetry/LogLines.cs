using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Project38.Core.Secrets;

namespace Project38.Server.Telemetry;

/// <summary>Writes the log: one line an entry, times in UTC, and never a known secret.</summary>
/// <remarks>The framework's own single-line form, which has no place to look at a whole line, its exception included.</remarks>
internal sealed class LogLines(KnownSecrets known, TimeProvider time) : ConsoleFormatter(FormatterName)
{
    /// <summary>By which the console finds it.</summary>
    public const string FormatterName = "p38";

    /// <summary>UTC, to the millisecond.</summary>
    public const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <inheritdoc/>
    public override void Write<TState>(
        in LogEntry<TState> logEntry,
        IExternalScopeProvider? scopeProvider,
        TextWriter textWriter
    )
    {
        var exception = logEntry.Exception is { } thrown ? $" {thrown}" : "";
        var line =
            $"{time.GetUtcNow().ToString(TimeFormat, CultureInfo.InvariantCulture)} {Level(logEntry.LogLevel)}: "
            + $"{logEntry.Category}[{logEntry.EventId.Id}] "
            + logEntry.Formatter(logEntry.State, logEntry.Exception)
            + exception;
        textWriter.WriteLine(known.Redact(line).ReplaceLineEndings(" "));
    }

    /// <summary>A level in four letters, as the framework's own lines have it.</summary>
    public static string Level(LogLevel level) =>
        level switch
        {
            LogLevel.Trace => "trce",
            LogLevel.Debug => "dbug",
            LogLevel.Information => "info",
            LogLevel.Warning => "warn",
            LogLevel.Error => "fail",
            _ => "crit",
        };
}
