using Project38.Core.Factory.Generation.Sentences;

namespace Project38.Core.Factory.Generation.Times;

/// <summary>Several times of day in one phrase: 8 and 20; 8, 12 and 20; noon and in the evening at 8.</summary>
/// <remarks>All of them are read, or what is read is an impossible time that quotes them: none is dropped.</remarks>
internal static class Moments
{
    /// <summary>8; 8 and 20; 8 and in the evening: a <see cref="ClockTime"/> array.</summary>
    public static (object Value, int Length)? Read(IReadOnlyList<Token> tokens, int at) =>
        All(tokens, at, Clock(Clocks.ReadOne(tokens, at, ""), null));

    /// <summary>The same with "at" attached, as בשמונה: a <see cref="ClockTime"/> array.</summary>
    public static (object Value, int Length)? ReadAttached(IReadOnlyList<Token> tokens, int at) =>
        All(tokens, at, Clock(Clocks.ReadOne(tokens, at, "ב"), null));

    /// <summary>Times of day that can be nothing else, as 20:30, 8pm, noon: a <see cref="ClockTime"/> array.</summary>
    public static (object Value, int Length)? ReadSure(IReadOnlyList<Token> tokens, int at) =>
        Clocks.IsSure(tokens, at) ? Read(tokens, at) : null;

    /// <summary>In the morning; in the evening at 8; in the morning and in the evening: a <see cref="ClockTime"/> array.</summary>
    public static (object Value, int Length)? ReadParts(IReadOnlyList<Token> tokens, int at) =>
        All(tokens, at, Part(tokens, at, DayParts.At(tokens, at)));

    /// <summary>The same behind "every", as morning and evening: a <see cref="ClockTime"/> array.</summary>
    public static (object Value, int Length)? ReadNames(IReadOnlyList<Token> tokens, int at) =>
        All(tokens, at, Part(tokens, at, DayParts.NameAt(tokens, at)));

    // A time of the list. Of: the part of the day that still holds for what follows, as in "in the evening at 8 and 9".
    // Sure: whether it belongs to the list for certain; a number behind a comma does once an "and" closes the list,
    // for "at 8, 2 apples" is one time.
    private readonly record struct Moment(ClockTime Time, int Length, DayPart? Of, bool Sure);

    private static (object Value, int Length)? All(IReadOnlyList<Token> tokens, int at, Moment? first)
    {
        if (first is not { } moment)
        {
            return null;
        }
        var moments = new List<Moment> { moment };
        var end = at + moment.Length;
        var (sure, length) = (1, moment.Length);
        while (Next(tokens, end, moment) is { } next)
        {
            moments.Add(next);
            end += next.Length;
            moment = next;
            if (next.Sure)
            {
                (sure, length) = (moments.Count, end - at);
            }
        }
        moments.RemoveRange(sure, moments.Count - sure);
        ClockTime[] times = IsOpen(moments)
            ? [new ClockTime(-1, 0, Words.Quote(tokens.Skip(at).Take(length)))]
            : [.. moments.Select(one => one.Time)];
        return (times, length);
    }

    // "8 and 10 pm" may be 8 in the morning or in the evening; "noon and 8" and "every evening and at 8" too, for an
    // agent that must not guess, and 9 may be meant twice in "in the morning and evening at 9". "At 8 and in the
    // evening" is sure.
    private static bool IsOpen(IReadOnlyList<Moment> moments)
    {
        for (var at = 0; at < moments.Count; at++)
        {
            var before = moments.Take(at);
            if (
                moments[at].Time.Bare
                    && (
                        before.Any(other => other.Time.Said)
                        || moments.Skip(at).Any(other => other.Time is { Said: true, Usual: null })
                    )
                || (moments[at].Of is not null && before.Any(other => other.Time.Usual is not null))
            )
            {
                return true;
            }
        }
        return false;
    }

    private static Moment? Next(IReadOnlyList<Token> tokens, int at, Moment before)
    {
        if (at >= tokens.Count)
        {
            return null;
        }
        var and = tokens[at].Is("and") || tokens[at].Text is "ו";
        var attached = Clocks.IsJoined(tokens[at]) && !and;
        if (!and && !attached && tokens[at].Gap != ",")
        {
            return null;
        }
        var next = and ? at + 1 : at;
        var skipped = next - at;
        var every =
            next < tokens.Count && (tokens[next].Is("every") || tokens[next].Is("each") || IsHebrewEvery(tokens[next]));
        var part = every ? null : DayParts.At(tokens, next);
        if (part is null && (and || attached))
        {
            skipped += every ? 1 : 0;
            part = DayParts.NameAt(tokens, at + skipped);
        }
        if (Part(tokens, at + skipped, part) is { } named)
        {
            return named with { Length = skipped + named.Length, Sure = and || attached };
        }
        var lead = next < tokens.Count && IsLead(tokens[next]) ? 1 : 0;
        var read =
            Clocks.ReadOne(tokens, next + lead, "")
            ?? (
                lead > 0 ? null
                : attached ? Clocks.ReadOne(tokens, next, "וב") ?? Clocks.ReadOne(tokens, next, "ו")
                : Clocks.ReadOne(tokens, next, "ב")
            );
        return Clock(read, before.Of) is { } clock
            ? clock with
            {
                Length = next - at + lead + clock.Length,
                // "In the morning, at 8" is one time.
                Sure = and || attached || (lead > 0 && before.Time.Usual is null),
            }
            : null;
    }

    private static bool IsHebrewEvery(Token token) => token.Text is "כל" or "וכל" or "בכל" or "ובכל" or "מדי" or "ומדי";

    private static bool IsLead(Token token) =>
        token.Is("at") || token.Text is "@" or "ב" or "וב" or "בשעה" or "ובשעה" or "בשעות" or "ובשעות";

    private static Moment? Clock((ClockTime Time, int Length)? read, DayPart? of) =>
        read is not (var time, var length) ? null
        : of is { } part ? new Moment(DayParts.Settle(time, part, time.Written), length, of, Sure: true)
        : new Moment(time, length, null, Sure: true);

    // "In the evening" alone, or with an hour behind it.
    private static Moment? Part(IReadOnlyList<Token> tokens, int at, (DayPart Part, int Length)? named)
    {
        if (named is not (var part, var length))
        {
            return null;
        }
        var behind = at + length;
        var touches = behind < tokens.Count && tokens[behind].Gap.Length == 0 && !Clocks.IsJoined(tokens[behind]);
        var lead = touches && IsLead(tokens[behind]) ? 1 : 0;
        var read =
            !touches ? null
            : lead > 0 ? Clocks.ReadOne(tokens, behind + 1, "")
            : Clocks.ReadOne(tokens, behind, "ב");
        length += read is (_, var more) ? lead + more : 0;
        var written = Words.Quote(tokens.Skip(at).Take(length));
        return read is (var time, _)
            ? new Moment(DayParts.Settle(time, part, written), length, part, Sure: true)
            : new Moment(DayParts.Usual(part, written), length, null, Sure: true);
    }
}
