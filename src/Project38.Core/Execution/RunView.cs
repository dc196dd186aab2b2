using Project38.Core.Tools;

namespace Project38.Core.Execution;

/// <summary>A run that goes on, to look at. Whoever looks takes what is there, and holds nothing up.</summary>
/// <param name="Printed">What was printed after the first so many bytes, at most so many of them; empty: nothing yet.</param>
/// <param name="Steps">The tool calls that have ended, by number.</param>
public sealed record RunView(Func<long, int, byte[]> Printed, Func<IReadOnlyList<RunStep>> Steps);

/// <summary>Looks at a run while it goes on.</summary>
/// <param name="view">The run.</param>
/// <param name="ended">Cancelled when the run has ended; its result waits until this returns.</param>
public delegate Task WatchRun(RunView view, CancellationToken ended);
