using System.Text.Json;
using CsCheck;
using Project38.Core.Execution;
using Project38.Core.Handoffs;

namespace Project38.Core.Tests.Execution;

/// <summary>The result of a run, as one would forge it to break whoever reads it. See <see cref="Fuzz"/>.</summary>
public sealed class FinishMessageFuzzTests
{
    private static readonly string[] Values =
        "null true false 0 -0 1e999 -1e-999 18446744073709551616 [] {} \"\" \"success\" \"error\"".Split(' ');

    private static readonly string[] Texts = ["\"\"", @"""\u0000""", @"""\ud83d\ude00""", "\"שלום\""];

    private static readonly string LongText = $"\"{new string('x', 20_000)}\"";

    // The last two are no moments any more once they are in UTC.
    private static readonly string[] Times =
    [
        "\"2026-01-01\"",
        "\"2026-01-01T00:00:00Z\"",
        "\"2026-02-28T23:59:59+02:00\"",
        "\"1970-01-01T00:00:00.123Z\"",
        "\"9999-12-31T23:59:59-13:59\"",
        "\"0001-01-01T00:00:00+14:00\"",
    ];

    private static readonly string TooManyNotes =
        $"[{string.Join(',', Enumerable.Repeat("""{"text":"x","at":"2026-01-01"}""", 10_001))}]";

    // Right for the most part, so that what is wrong is met deep inside.
    private static readonly Gen<string> Anything = Json(depth: 3);
    private static readonly Gen<string> Text = Mostly(Gen.Frequency((20, Gen.OneOf(Texts)), (1, Gen.Const(LongText))));
    private static readonly Gen<string> Note = Entries(("text", Text), ("at", Mostly(Gen.OneOf(Times))));
    private static readonly Gen<string> Notes = Mostly(
        Gen.Frequency(
            (50, Note.Array[0, 3].Select(notes => $"[{string.Join(',', notes)}]")),
            (1, Gen.Const(TooManyNotes))
        )
    );
    private static readonly Gen<string> Handoff = Entries(
        ("state", Mostly(Entries(("x", Anything), ("text", Text)))),
        ("observations", Notes),
        ("actions", Notes),
        ("summary", Text)
    );
    private static readonly Gen<string> Finish = Entries(
        ("outcome", Mostly(Gen.OneOf("\"success\"", "\"error\""))),
        ("result", Anything),
        ("error", Text),
        ("traceback", Text),
        ("retry", Anything),
        ("handoff", Mostly(Handoff))
    );

    [Fact]
    public void Read_GivesWhatCanBeStored_WhateverTheRunSends() =>
        Gen.Frequency((9, Finish), (1, Anything)).Sample(text => CanBeStored(Read(text)), time: Fuzz.Seconds);

    [Fact]
    public void Fuzz_GetsPastTheFirstLook_OftenEnoughToSayMore()
    {
        var noted = 0;

        Finish.Sample(
            text =>
            {
                if (Read(text) is FinishMessage.Success { Handoff.Observations.Count: > 0 })
                {
                    Interlocked.Increment(ref noted);
                }
            },
            iter: 1_000
        );

        noted.ShouldBeGreaterThan(10);
    }

    private static FinishMessage Read(string text) => FinishMessage.Read(JsonElement.Parse(text));

    private static Gen<string> Json(int depth)
    {
        var value = Gen.OneOf(Values);
        if (depth == 0)
        {
            return value;
        }

        var inner = Json(depth - 1);
        var entry = Gen.Select(Gen.OneOf(Values), inner, (name, value) => $"\"{name.Trim('"')}\":{value}");
        return Gen.Frequency(
            (2, value),
            (1, inner.Array[0, 3].Select(items => $"[{string.Join(',', items)}]")),
            (3, entry.Array[0, 4].Select(entries => $"{{{string.Join(',', entries)}}}"))
        );
    }

    /// <summary>An object that has these entries, or has not: each is left out now and then.</summary>
    private static Gen<string> Entries(params (string Name, Gen<string> Value)[] entries) =>
        entries
            .Select(entry =>
                Gen.Frequency((12, entry.Value.Select(value => $"\"{entry.Name}\":{value}")), (1, Gen.Const("")))
            )
            .Aggregate((one, other) => Gen.Select(one, other, (a, b) => a.Length * b.Length == 0 ? a + b : $"{a},{b}"))
            .Select(inner => $"{{{inner}}}");

    private static Gen<string> Mostly(Gen<string> right) =>
        Gen.Frequency((38, right), (1, Gen.OneOf(Values)), (1, Gen.Const(@"""\ud800""")));

    private static bool CanBeStored(FinishMessage message) =>
        message switch
        {
            FinishMessage.Error error => IsShown(error.Message, 16 * 1024)
                && (error.Handoff is not { } handoff || CanBeStored(handoff)),
            FinishMessage.Success success => CanBeStored(success.Handoff),
            _ => false,
        };

    private static bool CanBeStored(HandoffDraft handoff) =>
        handoff.State.ValueKind == JsonValueKind.Object
        && handoff.Observations.Concat(handoff.Actions).All(note => IsShown(note.Text, 4_000))
        && (handoff.Summary is null || IsShown(handoff.Summary, 4_000));

    private static bool IsShown(string text, int most) => text.Length <= most && !text.Contains('\0');
}
