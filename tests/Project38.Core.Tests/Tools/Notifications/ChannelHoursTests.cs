using CsCheck;
using Project38.Core.Tools.Notifications.Channels;

namespace Project38.Core.Tests.Tools.Notifications;

/// <summary>Quiet hours and digests by the clocks of real zones, over every change of them.</summary>
public sealed class ChannelHoursTests
{
    private static readonly string[] s_zones =
    [
        "UTC",
        "Asia/Jerusalem",
        "America/New_York",
        "Australia/Lord_Howe",
        "America/Sao_Paulo",
        "Pacific/Apia",
        "Asia/Kathmandu",
        "Africa/Cairo",
    ];

    private static readonly Gen<TimeOnly> s_times = Gen.Int[0, 1439]
        .Select(minute => TimeOnly.MinValue.AddMinutes(minute));

    private static readonly Gen<QuietHours> s_hours = Gen.Select(
            Gen.Int[0, s_zones.Length - 1],
            s_times,
            s_times,
            (zone, from, to) => new QuietHours(from, to, TimeZoneInfo.FindSystemTimeZoneById(s_zones[zone]))
        )
        .Where(hours => hours.From != hours.To);

    // Of years with changes of the clocks in all of these zones, to the second.
    private static readonly Gen<DateTimeOffset> s_instants = Gen.Long[1_262_304_000, 1_893_456_000]
        .Select(DateTimeOffset.FromUnixTimeSeconds);

    [Fact]
    public void End_IsTheFirstInstantThatIsNotQuiet() =>
        Gen.Select(s_hours, s_instants)
            .Sample(
                (hours, instant) =>
                {
                    var end = hours.EndFrom(instant);
                    var before = Enumerable
                        .Range(0, (int)Math.Ceiling((end - instant).TotalMinutes))
                        .Select(minute => instant.AddMinutes(minute));
                    return end >= instant
                        && end - instant <= TimeSpan.FromHours(26)
                        && !hours.Contains(end)
                        && (end == instant || hours.Contains(end.AddSeconds(-1)))
                        && before.All(hours.Contains);
                },
                iter: 2000
            );

    // Clocks in Jerusalem went from 2:00 to 3:00 on 27 March 2026, and went back from 2:00 to 1:00 on 25 October.
    [Theory]
    [InlineData("22:00-07:00", "2026-03-26T21:30:00Z", "2026-03-27T04:00:00Z")]
    [InlineData("22:00-02:30", "2026-03-26T21:30:00Z", "2026-03-27T00:00:00Z")]
    [InlineData("22:00-07:00", "2026-10-24T21:30:00Z", "2026-10-25T05:00:00Z")]
    [InlineData("22:00-01:30", "2026-10-24T21:30:00Z", "2026-10-24T22:30:00Z")]
    [InlineData("22:00-01:30", "2026-10-24T23:10:00Z", "2026-10-24T23:30:00Z")]
    [InlineData("13:00-14:00", "2026-06-01T10:00:00Z", "2026-06-01T11:00:00Z")]
    [InlineData("13:00-14:00", "2026-06-01T11:00:00Z", "2026-06-01T11:00:00Z")]
    [InlineData("00:00-23:59", "2026-06-01T20:58:59Z", "2026-06-01T20:59:00Z")]
    public void End_IsByTheClockOnTheWall(string hours, string instant, string end) =>
        QuietHours
            .TryParse(hours, TimeZoneInfo.FindSystemTimeZoneById("Asia/Jerusalem"))
            .ShouldNotBeNull()
            .EndFrom(DateTimeOffset.Parse(instant))
            .ShouldBe(DateTimeOffset.Parse(end));

    [Theory]
    [InlineData("")]
    [InlineData("22:00")]
    [InlineData("22-7")]
    [InlineData("24:00-07:00")]
    [InlineData("07:00-07:00")]
    [InlineData("22:00-07:00-08:00")]
    public void Hours_AreRefused_WhenTheyAreNone(string text) =>
        QuietHours.TryParse(text, TimeZoneInfo.Utc).ShouldBeNull();

    [Theory]
    [InlineData("30m", "2026-06-01T10:07:00Z", "2026-06-01T10:30:00Z")]
    [InlineData("30m", "2026-06-01T10:30:00Z", "2026-06-01T11:00:00Z")]
    [InlineData("2h", "2026-06-01T10:07:00Z", "2026-06-01T12:00:00Z")]
    [InlineData("08:00", "2026-06-01T10:07:00Z", "2026-06-02T05:00:00Z")]
    [InlineData("08:00", "2026-03-27T00:00:00Z", "2026-03-27T05:00:00Z")]
    [InlineData("02:30", "2026-03-26T22:00:00Z", "2026-03-27T00:00:00Z")]
    public void Digest_GoesOutAtTheNextTime(string digest, string instant, string next) =>
        Digest
            .TryParse(digest, "Asia/Jerusalem")
            .ShouldNotBeNull()
            .NextAfter(DateTimeOffset.Parse(instant))
            .ShouldBe(DateTimeOffset.Parse(next));

    [Theory]
    [InlineData("")]
    [InlineData("0m")]
    [InlineData("25h")]
    [InlineData("-5m")]
    [InlineData("1d")]
    [InlineData("99999999h")]
    [InlineData("8:00")]
    [InlineData("24:00")]
    public void Digest_IsRefused_WhenItIsNone(string text) => Digest.TryParse(text, "UTC").ShouldBeNull();

    [Fact]
    public void Digest_IsNeverLaterThanItsPeriod_AndNeverNow() =>
        Gen.Select(Gen.Int[1, 1440], s_instants)
            .Sample(
                (minutes, instant) =>
                {
                    var next = Digest.TryParse($"{minutes}m", "UTC")!.NextAfter(instant);
                    return next > instant && next - instant <= TimeSpan.FromMinutes(minutes);
                },
                iter: 1000
            );

    [Fact]
    public void Kinds_AreTheirWords() =>
        ChannelKindWords.All.ShouldBe(["telegram", "n8n", "webhook", "email-smtp", "email-sendgrid"]);
}
