using System.Text.Json;
using CsCheck;
using Project38.Core.Execution;
using Project38.Core.Handoffs;

namespace Project38.Core.Tests.Execution;

/// <summary>The result of a run, as one would forge it to break whoever reads it. See <see cref="Fuzz"/>.</summary>
public sealed class FinishMessageFuzzTests
{
    private static readonly string[] Values =
    [
        .. "null true false 0 -0 1e999 -1e-999 18446744073709551616 [] {}".Split(' '),
        .. (string[])
            ["\"success\"", "\"error\"", "\"\"", @"""\u0000""", @"""\ud800""", @"""\ud83d\ude00""", "\"שלום\""],
        .. (string[])["\"2026-01-01T00:00:00Z\"", "\"9999-12-31T23:59:59-23:59\"", "\"0001-01-01T00:00:00+14:00\""],
        $"\"{new string('x', 20_000)}\"",
    ];

    // Right for the most part, so that what is wrong is met deep inside.
    private static readonly Gen<string> Anything = Json(depth: 3);
    private static readonly Gen<string> Note = Entries(("text", Gen.OneOf(Values)), ("at", Gen.OneOf(Values)));
    private static readonly Gen<string> Notes = Gen.Frequency(
        (50, Note.Array[0, 3].Select(notes => $"[{string.Join(',', notes)}]")),
        (1, Gen.Const($"[{string.Join(',', Enumerable.Repeat("""{"text":"x","at":"2026-01-01"}""", 10_001))}]")),
        (5, Anything)
    );
    private static readonly Gen<string> Handoff = Entries(
        ("state", Anything),
        ("observations", Notes),
        ("actions", Notes),
        ("summary", Gen.OneOf(Values))
    );
    private static readonly Gen<string> Finish = Entries(
        ("outcome", Gen.Frequency((5, Gen.OneOf("\"success\"", "\"error\"")), (1, Anything))),
        ("result", Anything),
        ("error", Anything),
        ("traceback", Gen.OneOf(Values)),
        ("retry", Gen.OneOf(Values)),
        ("handoff", Gen.Frequency((5, Handoff), (1, Anything)))
    );

    [Fact]
    public void Read_GivesWhatCanBeStored_WhateverTheRunSends() =>
        Gen.Frequency((9, Finish), (1, Anything))
            .Sample(
                text =>
                    FinishMessage.Read(JsonElement.Parse(text)) switch
                    {
                        FinishMessage.Error error => IsShown(error.Message, 16 * 1024)
                            && (error.Handoff is not { } handoff || CanBeStored(handoff)),
                        FinishMessage.Success success => success.Output.GetRawText().Length > 0
                            && CanBeStored(success.Handoff),
                        _ => false,
                    },
                time: Fuzz.Seconds
            );

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
                Gen.Frequency((5, entry.Value.Select(value => $"\"{entry.Name}\":{value}")), (1, Gen.Const("")))
            )
            .Aggregate((one, other) => Gen.Select(one, other, (a, b) => a.Length * b.Length == 0 ? a + b : $"{a},{b}"))
            .Select(inner => $"{{{inner}}}");

    private static bool CanBeStored(HandoffDraft handoff) =>
        handoff.State.ValueKind == JsonValueKind.Object
        && handoff.Observations.Concat(handoff.Actions).All(note => IsShown(note.Text, 4_000))
        && (handoff.Summary is null || IsShown(handoff.Summary, 4_000));

    private static bool IsShown(string text, int most) => text.Length <= most && !text.Contains('\0');
}
