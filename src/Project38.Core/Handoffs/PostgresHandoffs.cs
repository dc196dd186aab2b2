namespace Project38.Core.Handoffs;

/// <summary>What <see cref="HandoffStore.AppendAsync"/> does, for many runs at once in PostgreSQL's SQL.</summary>
internal static class PostgresHandoffs
{
    /// <summary>
    /// Appends what each row of <c>left_behind</c> left: <c>team_id, agent_id, run_number, succeeded, state, observations,
    /// actions, entries, summary</c>, and <c>now</c> and <c>time_to_live</c>. At most one row of an agent.
    /// </summary>
    public const string Append = """
        INSERT INTO handoffs (
            team_id, agent_id, run_number, generation, succeeded, state, observations, actions, entries_so_far, summary,
            created_at, expires_at
        )
        SELECT l.team_id, l.agent_id, l.run_number,
            COALESCE(newest.generation, 0) + CASE WHEN newest.expires_at > l.now THEN 0 ELSE 1 END,
            l.succeeded, l.state, l.observations, l.actions,
            CASE WHEN newest.expires_at > l.now THEN newest.entries_so_far ELSE 0 END + l.entries,
            l.summary, l.now, l.now + l.time_to_live
        FROM left_behind l LEFT JOIN LATERAL (
            SELECT generation, entries_so_far, expires_at FROM handoffs h
            WHERE h.agent_id = l.agent_id ORDER BY run_number DESC LIMIT 1
        ) newest ON true
        """;
}
