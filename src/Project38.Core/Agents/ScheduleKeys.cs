namespace Project38.Core.Agents;

/// <summary>Reads the keys of a config that say when its agent fires.</summary>
internal sealed class ScheduleKeys(AgentConfigReader config)
{
    /// <summary>Reads.</summary>
    /// <param name="now">From when on it must fire.</param>
    /// <returns>Null without a schedule, or when anything is wrong with these keys.</returns>
    public Schedule? Read(DateTimeOffset now)
    {
        var zone = config.Text("timezone", "an IANA name such as \"Asia/Jerusalem\"") ?? "UTC";
        var cron = config.Text("schedule", "a cron expression such as \"0 8 * * *\", every day at 8");
        // A zone alone does nothing, but one that is wrong would be found only when a schedule is added.
        if (!Schedule.IsZone(zone))
        {
            config.Wrong("timezone", $"'timezone' {Schedule.UnknownZone(zone)}");
            return null;
        }

        var (notBefore, notAfter, skipDates) = (Time("not_before", zone), Time("not_after", zone), ReadSkipDates());
        if (cron is null)
        {
            return null;
        }
        if (Schedule.TryParse(cron, zone, now, out var error) is not { } schedule)
        {
            config.Wrong("schedule", $"'schedule' {error}");
            return null;
        }
        var narrowed = schedule with { NotBefore = notBefore, NotAfter = notAfter, SkipDates = skipDates };
        if (narrowed.WhyNever(now) is { } why)
        {
            config.Wrong("schedule", why);
        }
        return narrowed;
    }

    private DateTimeOffset? Time(string key, string zone)
    {
        const string What =
            "a date such as \"2026-12-31\", or a time such as \"2026-12-31T18:00\" (of 'timezone') or \"2026-12-31T18:00Z\"";
        if (config.Text(key, What) is not { } text)
        {
            return null;
        }
        var time = Schedule.ReadTime(text, zone, end: key == "not_after");
        if (time is null)
        {
            config.Wrong(key, $"'{key}' is '{(text.Length <= 40 ? text : text[..40] + "…")}'. Write {What}.");
        }
        return time;
    }

    private SkipDates ReadSkipDates()
    {
        const string Key = "skip_dates";
        if (config.Texts(Key, SkipDates.Most, "days, such as [\"2026-12-25\", \"saturday\"]") is not { } entries)
        {
            return SkipDates.None;
        }
        if (SkipDates.TryParse(entries, out var error) is { } days)
        {
            return days;
        }
        config.Wrong(Key, $"'{Key}' {error}");
        return SkipDates.None;
    }
}
