using Cronos;
using Project38.Core.Storage;

namespace Project38.Core.Agents;

/// <summary>When an agent is due: a cron expression in a time zone, and what narrows it. The only place where time zones live.</summary>
/// <remarks>
/// Days left out, and what lies outside of <see cref="NotBefore"/> and <see cref="NotAfter"/>, are no fires, as the hours are
/// none that the expression does not name: see docs/decisions/0014-a-day-left-out-has-no-fire.md.
/// </remarks>
public sealed record Schedule
{
    // Thirteen years of days, one by one.
    private const int MostDaysLeftOut = 5_000;

    private readonly TimeZoneInfo _zone;
    private readonly bool _everyHour;

    private Schedule(string cron, string timeZone, TimeZoneInfo zone)
    {
        Cron = cron;
        TimeZone = timeZone;
        _zone = zone;
        _everyHour = Fields(cron) is [.., "*", _, _, _];
    }

    /// <summary>Five fields, six with seconds, or a nickname such as <c>@daily</c>, as it was given.</summary>
    public string Cron { get; }

    /// <summary>IANA name, for example <c>Asia/Jerusalem</c>.</summary>
    public string TimeZone { get; }

    /// <summary>The first instant at which it may fire; null: it has no beginning.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>The last instant at which it may fire; null: it has no end.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>Days, by the clocks of <see cref="TimeZone"/>, on which it does not fire.</summary>
    public SkipDates SkipDates { get; init; } = SkipDates.None;

    /// <summary>Whether an <c>H</c> is in it: then each agent has fires of its own, see <see cref="For"/>.</summary>
    public bool IsSpread { get; private init; }

    // Null: spread, and nobody's.
    private CronExpression? Expression { get; init; }

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
        var fields = Fields(cron);
        if (fields.Length is not (5 or 6) && !IsNickname(cron))
        {
            error =
                $"'{cron}' is no cron expression: it has {fields.Length} {(fields.Length == 1 ? "field" : "fields")}, and needs 5 "
                + "(minute, hour, day of the month, month, day of the week), or 6 with seconds before them. "
                + "Example: '0 8 * * *' is every day at 8.";
            return null;
        }

        var spread = !IsNickname(cron) && CronSpread.IsIn(fields);
        if (Parse(cron, spread ? 0 : null, out var wrong) is not { } expression)
        {
            error = $"'{cron}' is no cron expression: {wrong} Example: '0 8 * * *' is every day at 8.";
            return null;
        }

        var schedule = new Schedule(cron, timeZone, zone) { IsSpread = spread, Expression = expression };
        if (schedule.NextAfter(now) is null)
        {
            error = $"'{cron}' never fires: no date is like that. Example: '0 8 * * *' is every day at 8.";
            return null;
        }

        error = null;
        return spread ? schedule with { Expression = null } : schedule;
    }

    /// <summary>The schedule as one agent has it: each <c>H</c> is a number of its own, the same on every node, for ever.</summary>
    public Schedule For(long agentId) =>
        IsSpread
            ? this with
            {
                Expression =
                    Parse(Cron, agentId, out var wrong)
                    ?? throw new InvalidOperationException($"'{Cron}' for agent {agentId}: {wrong}"),
            }
            : this;

    /// <summary>The first fire strictly after an instant, or null when there is none any more.</summary>
    /// <remarks>
    /// DST: a skipped 02:30 fires at 03:00, a repeated 01:30 fires once; what fires every hour goes on by real time.
    /// </remarks>
    /// <exception cref="InvalidOperationException">It is spread, and nobody's: see <see cref="For"/>.</exception>
    public DateTimeOffset? NextAfter(DateTimeOffset instant)
    {
        var after = NotBefore?.AddTicks(-1) is { } before && before > instant ? before : instant;
        var fire = NextOfCron(after.ToUniversalTime());
        for (var skipped = 0; fire is { } at && SkipDates.LeftOutUntil(DayOf(at)) is { } last; skipped++)
        {
            // From just before: what the clocks skip at midnight fires in the day's first instant, and is looked for before it.
            var again = ZonedTime.StartOf(last.AddDays(1), _zone).AddTicks(-1);
            fire = skipped < MostDaysLeftOut ? NextOfCron(again) : null;
        }
        return fire > NotAfter ? null : fire?.ToUniversalTime();
    }

    /// <summary>Why what narrows it leaves nothing; null when it leaves something. One that is over has had its fires.</summary>
    /// <param name="now">From when on it must fire, where it has no beginning.</param>
    internal string? WhyNever(DateTimeOffset now)
    {
        if (NotBefore > NotAfter)
        {
            return "'not_after' is before 'not_before'. Write the later one there.";
        }
        // On which day an 'H' falls, each agent has of its own.
        if (IsSpread)
        {
            return null;
        }
        var endless = this with { NotAfter = null };
        if (endless.NextAfter(NotBefore?.AddTicks(-1) ?? now) is not { } first)
        {
            return "'skip_dates' leaves out every day on which 'schedule' fires. Leave out fewer.";
        }
        return NotBefore is not null && first > NotAfter
            ? "'schedule' does not fire between 'not_before' and 'not_after'. Make the time between them longer."
            : null;
    }

    /// <summary>Reads a date or a time of <c>not_before</c> or <c>not_after</c>; see <see cref="ZonedTime.Read"/>.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="timeZone">One that <see cref="IsZone"/> knows.</param>
    /// <param name="end">Whether it is <c>not_after</c>.</param>
    internal static DateTimeOffset? ReadTime(string text, string timeZone, bool end) =>
        Zone(timeZone) is { } zone ? ZonedTime.Read(text, zone, end) : null;

    /// <inheritdoc/>
    public bool Equals(Schedule? other) =>
        other is not null
        && (Cron, TimeZone, NotBefore, NotAfter) == (other.Cron, other.TimeZone, other.NotBefore, other.NotAfter)
        && SkipDates == other.SkipDates;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Cron, TimeZone, NotBefore, NotAfter, SkipDates);

    /// <summary>Whether this machine knows a time zone by this IANA name.</summary>
    public static bool IsZone(string timeZone) => Zone(timeZone) is not null;

    /// <summary>What to say of one that it does not know.</summary>
    internal static string UnknownZone(string timeZone) =>
        $"Unknown time zone '{Shorten(timeZone)}'. Use an IANA name such as 'Asia/Jerusalem', or 'UTC'.";

    private DateTimeOffset? NextOfCron(DateTimeOffset after)
    {
        var expression = Expression ?? throw new InvalidOperationException($"'{Cron}' fires for an agent only.");
        var fire = expression.GetNextOccurrence(after, _zone);
        return fire is { } at && IsEcho(expression, at) ? expression.GetNextOccurrence(at, _zone) : fire;
    }

    // Cronos lets what the clocks skip fire right after. '15 * * * *' would fire at 3:00 for the 2:15 that is skipped, and at
    // 3:15 again. Where they skip half an hour that fire is wanted: the next one is an hour and a half away.
    private bool IsEcho(CronExpression expression, DateTimeOffset at)
    {
        if (!_everyHour || _zone.GetUtcOffset(at) - _zone.GetUtcOffset(at.AddTicks(-1)) < TimeSpan.FromHours(1))
        {
            return false;
        }
        var wall = new DateTimeOffset(TimeZoneInfo.ConvertTime(at, _zone).DateTime, TimeSpan.Zero);
        return expression.GetNextOccurrence(wall, TimeZoneInfo.Utc, inclusive: true) != wall;
    }

    private static CronExpression? Parse(string cron, long? spreadFor, out string? wrong)
    {
        wrong = null;
        var fields = Fields(cron);
        var plain = spreadFor is { } agentId ? CronSpread.Resolve(fields, agentId, out wrong) : cron;
        if (plain is null)
        {
            return null;
        }
        try
        {
            return CronExpression.Parse(plain, fields.Length == 6 ? CronFormat.IncludeSeconds : CronFormat.Standard);
        }
        catch (CronFormatException exception)
        {
            wrong = exception.Message;
            return null;
        }
    }

    private static string[] Fields(string cron) => cron.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static bool IsNickname(string cron) => cron.TrimStart().StartsWith('@');

    private DateOnly DayOf(DateTimeOffset instant) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, _zone).DateTime);

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
