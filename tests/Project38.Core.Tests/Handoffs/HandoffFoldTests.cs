using System.Text.Json;
using CsCheck;
using Project38.Core.Handoffs;

namespace Project38.Core.Tests.Handoffs;

public sealed class HandoffFoldTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    // Short and huge texts, of letters that JSON escapes, of two, three and four bytes, and of broken ones.
    private static readonly Gen<string> s_text = Gen.Select(
        Gen.OneOf("a", "\"", "\u0001", "א", "\u2028", "😀", "\ud800", "\\"),
        Gen.OneOf<int>(Gen.Int[0, 40], Gen.Int[0, 30_000]),
        (unit, count) => string.Concat(Enumerable.Repeat(unit, count))
    );

    private static readonly Gen<IReadOnlyList<NotedText>> s_notes = Gen.Select(
            s_text,
            Gen.Int[-5, 5],
            (text, minutes) => new NotedText(Noon.AddMinutes(minutes), text)
        )
        .List[0, 6]
        .Select(notes => (IReadOnlyList<NotedText>)notes);

    private static readonly Gen<
        List<(IReadOnlyList<NotedText> Saw, IReadOnlyList<NotedText> Did, bool Succeeded)>
    > s_runs = Gen.Select(s_notes, s_notes, Gen.Bool).List[1, 40];

    [Fact]
    public void View_FitsKeepsTheNewestAndTheState_WhateverRunsLeft() =>
        Gen.Select(s_runs, s_text, Gen.Int[0, HandoffLimits.StateBytes - 20])
            .Sample(
                (runs, summary, stateLength) =>
                {
                    var state = JsonElement.Parse($$"""{"s": "{{new string('s', stateLength)}}"}""");
                    var rows = Rows(runs);

                    var view = HandoffFold.View(runs.Count + 1, state, summary, rows, first: 1);

                    HandoffFold.SizeOf(view).ShouldBeLessThanOrEqualTo(HandoffLimits.ViewBytes);
                    view.State.GetRawText().ShouldBe(state.GetRawText());
                    var all = rows.Sum(row => row.Observations.Count + row.Actions.Count);
                    var kept = view.Observations.Count + view.Actions.Count;
                    view.Summary.Contains("are left out here", StringComparison.Ordinal).ShouldBe(kept < all);
                    (kept > 0 || all == 0).ShouldBeTrue();
                    // What is kept is the end of what there is, in its order.
                    IsTail(view.Observations, rows, row => row.Observations);
                    IsTail(view.Actions, rows, row => row.Actions);
                },
                iter: 200
            );

    private static void IsTail(
        IReadOnlyList<HandoffEntry> kept,
        List<HandoffRow> newestFirst,
        Func<HandoffRow, IReadOnlyList<NotedText>> notes
    )
    {
        var all = newestFirst
            .AsEnumerable()
            .Reverse()
            .SelectMany(row => notes(row).Select(note => (row.RunNumber, note.At, !row.Succeeded)));
        kept.Select(entry => (entry.Run, entry.At, entry.Failed)).ShouldBe(all.TakeLast(kept.Count));
    }

    private static List<HandoffRow> Rows(
        List<(IReadOnlyList<NotedText> Saw, IReadOnlyList<NotedText> Did, bool Succeeded)> runs
    )
    {
        List<HandoffRow> rows = [];
        long soFar = 0;
        foreach (var (saw, did, succeeded) in runs)
        {
            soFar += saw.Count + did.Count;
            rows.Insert(
                0,
                new HandoffRow
                {
                    TeamId = "default",
                    RunNumber = rows.Count + 1,
                    Succeeded = succeeded,
                    Observations = saw,
                    Actions = did,
                    EntriesSoFar = soFar,
                }
            );
        }
        return rows;
    }
}
