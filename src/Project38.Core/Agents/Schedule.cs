using Cronos;

namespace Project38.Core.Agents;

/// <summary>When an agent is due: a cron expression in a time zone. The only place where time zones live.</summary>
public sealed record Schedule
{
    private readonly CronExpression _expression;
    private readonly TimeZoneInfo _zone;

    private Schedule(string cron, string timeZone, CronExpression expression, TimeZoneInfo zone)
    {
        Cron = cron;
        TimeZone = timeZone;
        _expression = expression;
        _zone = zone;
    }

    /// <summary>Five fields, six with seconds, or a nickname such as <c>@daily</c>, as it was given.</summary>
    public string Cron { get; }

    /// <summary>IANA name, for example <c>Asia/Jerusalem</c>.</summary>
    public string TimeZone { get; }

    /// <summary>Reads a schedule.</summary>
    /// <returns>The schedule, or null with <paramref name="error"/> saying what is wrong and what to write instead.</returns>
    public static Schedule? TryParse(string cron, string timeZone, DateTimeOffset now, out string? error)
    {
        if (cron.Length > 200)
        {
            error = "A cron expression has at most 200 characters.";
            return null;
        }
        if (Zone(timeZone) is not { } zone)
        {
            error = UnknownZone(timeZone);
            return null;
        }

        // Cronos reads only up to a NUL.
        if (cron.Contains('\0'))
        {
            error = "A cron expression has no NUL in it.";
            return null;
        }

        // Cronos would complain of the field at which it ran out of text.
        var fields = cron.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
        if (fields is not (5 or 6) && !cron.TrimStart().StartsWith('@'))
        {
            error =
                $"'{cron}' is no cron expression: it has {fields} {(fields == 1 ? "field" : "fields")}, and needs 5 "
                + "(minute, hour, day of the month, month, day of the week), or 6 with seconds before them. "
                + "Example: '0 8 * * *' is every day at 8.";
            return null;
        }

        CronExpression expression;
        try
        {
            expression = CronExpression.Parse(cron, fields == 6 ? CronFormat.IncludeSeconds : CronFormat.Standard);
        }
        // MissingSeedException: 'H', a random minute, which would be another one on every node.
        catch (Exception exception) when (exception is CronFormatException or MissingSeedException)
        {
            error = $"'{cron}' is no cron expression: {exception.Message} Example: '0 8 * * *' is every day at 8.";
            return null;
        }

        var schedule = new Schedule(cron, timeZone, expression, zone);
        if (schedule.NextAfter(now) is null)
        {
            error = $"'{cron}' never fires: no date is like that. Example: '0 8 * * *' is every day at 8.";
            return null;
        }

        error = null;
        return schedule;
    }

    /// <summary>The first fire strictly after an instant, or null when there is none any more.</summary>
    /// <remarks>DST, as Cronos does it: a skipped 02:30 fires at 03:00, a repeated 01:30 fires once.</remarks>
    public DateTimeOffset? NextAfter(DateTimeOffset instant) =>
        _expression.GetNextOccurrence(instant.ToUniversalTime(), _zone)?.ToUniversalTime();

    /// <inheritdoc/>
    public bool Equals(Schedule? other) => other is not null && Cron == other.Cron && TimeZone == other.TimeZone;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Cron, TimeZone);

    /// <summary>Whether this machine knows a time zone by this IANA name.</summary>
    public static bool IsZone(string timeZone) => Zone(timeZone) is not null;

    /// <summary>What to say of one that it does not know.</summary>
    internal static string UnknownZone(string timeZone) =>
        $"Unknown time zone '{Shorten(timeZone)}'. Use an IANA name such as 'Asia/Jerusalem', or 'UTC'.";

    private static TimeZoneInfo? Zone(string timeZone) =>
        IsIanaName(timeZone) && TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out var zone) ? zone : null;

    // .NET also takes Windows names, and reads what looks like a path as one; storage holds IANA names only.
    private static bool IsIanaName(string timeZone) =>
        timeZone is "UTC"
        || (timeZone.Length <= 64 && timeZone.Contains('/') && timeZone.All(IsIanaLetter) && timeZone[0] is not '/');

    private static bool IsIanaLetter(char letter) =>
        char.IsAsciiLetterOrDigit(letter) || letter is '/' or '_' or '-' or '+';

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
