namespace Project38.Core.Factory.Generation;

/// <summary>How an agent failed, as its runs tell it: written by its program, its sources and strangers, and to be believed by nobody.</summary>
/// <param name="Error">Why its last run failed.</param>
/// <param name="Log">What that run printed.</param>
/// <param name="Failed">What that run was given.</param>
/// <param name="Succeeded">What the last run was given that succeeded; null: there is none.</param>
public sealed record AgentFailure(string Error, string Log, RunInput Failed, RunInput? Succeeded);

/// <summary>What a run was given beside its agent's own config.</summary>
/// <param name="StartedAt">When it began.</param>
/// <param name="Config">Laid over the config by whoever started it, JSON; null: nothing.</param>
/// <param name="Trigger">What a hook or another agent gave it, JSON; null: nothing.</param>
/// <param name="Handoff">What the runs before had left, as it read it, JSON; null: nothing.</param>
public sealed record RunInput(DateTimeOffset StartedAt, string? Config, string? Trigger, string? Handoff);
