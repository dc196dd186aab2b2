using System.Globalization;

namespace Project38.Core.Storage;

/// <summary>Dates and times as people write them, as instants.</summary>
public static class ZonedTime
{
    private static readonly string[] s_local = ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss"];
    private static readonly string[] s_instant = ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK"];

    /// <summary>The first instant of a day, by the clocks of a zone.</summary>
    public static DateTimeOffset StartOf(DateOnly day, TimeZoneInfo zone) =>
        Instant(day.ToDateTime(TimeOnly.MinValue), zone, repeated: false);

    /// <summary>A date of the years 2000 to 2199; null when it is none.</summary>
    public static DateOnly? ReadDate(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
        && IsNear(date.Year)
            ? date
            : null;

    /// <summary>Reads <c>2026-12-31</c>, <c>2026-12-31T18:00</c>, or the same with <c>Z</c> or <c>+02:00</c>.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="zone">Of what has no offset.</param>
    /// <param name="end">Whether it ends something: then a date is the end of its day, and of a repeated hour the second counts.</param>
    /// <returns>Null when it is none of these, or not of the years 2000 to 2199.</returns>
    public static DateTimeOffset? Read(string text, TimeZoneInfo zone, bool end)
    {
        var culture = CultureInfo.InvariantCulture;
        if (ReadDate(text) is { } date)
        {
            return end ? StartOf(date.AddDays(1), zone).AddTicks(-1) : StartOf(date, zone);
        }
        if (DateTime.TryParseExact(text, s_local, culture, DateTimeStyles.None, out var local))
        {
            return IsNear(local.Year) ? Instant(local, zone, repeated: end) : null;
        }
        return
            DateTimeOffset.TryParseExact(text, s_instant, culture, DateTimeStyles.None, out var instant)
            && IsNear(instant.Year)
            ? instant.ToUniversalTime()
            : null;
    }

    private static bool IsNear(int year) => year is >= 2000 and <= 2199;

    // Of a time that the clocks skip, .NET gives the offset before: midnight, where it is skipped, is then the skip itself.
    private static DateTimeOffset Instant(DateTime local, TimeZoneInfo zone, bool repeated)
    {
        var offset = zone.GetUtcOffset(local);
        if (zone.IsAmbiguousTime(local))
        {
            var offsets = zone.GetAmbiguousTimeOffsets(local);
            offset = repeated ? offsets.Min() : offsets.Max();
        }
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}
