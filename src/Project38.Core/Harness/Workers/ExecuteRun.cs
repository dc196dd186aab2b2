using Project38.Core.Execution;

namespace Project38.Core.Harness.Workers;

/// <summary>Carries out one run. Cancellation ends it, and the result says so or it throws.</summary>
/// <remarks>A function, so that the queue knows nothing of sandboxes.</remarks>
public delegate Task<RunResult> ExecuteRun(RunRequest request, CancellationToken cancellationToken);
