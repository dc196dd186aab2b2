namespace Project38.Contracts;

/// <summary>Whether the server can do its work. <c>GET /health</c>.</summary>
public sealed record HealthResponse
{
    /// <summary><c>healthy</c> or <c>degraded</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Now.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>Of the program.</summary>
    public required string Version { get; init; }

    /// <summary><c>connected</c> or <c>disconnected</c>.</summary>
    public required string Database { get; init; }

    /// <summary><c>kept</c>, or <c>overdue</c>: fires should have come and nothing took notice; <c>unknown</c> without a database.</summary>
    public required string Schedules { get; init; }

    /// <summary>The commit it was built from, or <c>dev</c>.</summary>
    public required string Build { get; init; }

    /// <summary>How strongly runs are contained: <c>full</c>, <c>no-cgroup</c>…</summary>
    public required string Sandbox { get; init; }
}

/// <summary>For a supervisor. <c>GET /health/live</c>, <c>GET /health/ready</c>; not so: 503.</summary>
/// <param name="Status"><c>live</c> or <c>ready</c>.</param>
public sealed record StateResponse(string Status);

/// <summary>What this is. <c>GET /</c>.</summary>
public sealed record RootResponse(string Name, string Version, string Docs, string Health);

/// <summary>The server, for <c>doctor</c> and <c>up</c>. <c>GET /api/system</c>.</summary>
public sealed record SystemResponse
{
    /// <summary>Name of the node.</summary>
    public required string Node { get; init; }

    /// <summary><c>up</c> or <c>embedded</c>.</summary>
    public required string Mode { get; init; }

    /// <summary>Of the program.</summary>
    public required string Version { get; init; }

    /// <summary>Of .NET.</summary>
    public required string Runtime { get; init; }

    /// <summary>When it started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Where its data lives.</summary>
    public required string Home { get; init; }

    /// <summary><c>SQLite</c> or <c>PostgreSQL</c>.</summary>
    public required string Database { get; init; }

    /// <summary>Whether schedules fire here.</summary>
    public required bool Scheduler { get; init; }

    /// <summary>Runs at one time.</summary>
    public required int Workers { get; init; }

    /// <summary>How runs are contained.</summary>
    public required SandboxResponse Sandbox { get; init; }

    /// <summary>The model that writes agents, and where its key is; or what to do to have one.</summary>
    public required FactResponse Model { get; init; }

    /// <summary>The browser of agents on this node, or what to install to have one.</summary>
    public required FactResponse Browser { get; init; }

    /// <summary>
    /// The nodes that serve this database and live, oldest first, at most 100; on SQLite there is one. One that starts comes
    /// in once it has looked at its sandbox.
    /// </summary>
    public required IReadOnlyList<NodeResponse> Nodes { get; init; }

    /// <summary>What is due next, soonest first, at most 10.</summary>
    public required IReadOnlyList<NextFireResponse> NextFires { get; init; }
}

/// <summary>A process that serves the database. One not heard of for two minutes is not listed any more.</summary>
/// <param name="Id">Host, process, and a random part; never the same twice.</param>
/// <param name="Roles"><c>api</c>, <c>worker</c>, <c>scheduler</c>.</param>
/// <param name="StartedAt">By the database's clock.</param>
/// <param name="SeenAt">When it was heard of last, by the database's clock.</param>
/// <param name="Version">Of its program.</param>
/// <param name="SandboxLevel">How its runs are contained: <c>full</c>, <c>no-cgroup</c>…</param>
public sealed record NodeResponse(
    string Id,
    IReadOnlyList<string> Roles,
    DateTimeOffset StartedAt,
    DateTimeOffset SeenAt,
    string Version,
    string SandboxLevel
);

/// <summary>How runs are contained, and what that was found from.</summary>
/// <param name="Level"><c>full</c>, <c>no-cgroup</c>…</param>
/// <param name="Facts">What was tried, in order.</param>
public sealed record SandboxResponse(string Level, IReadOnlyList<FactResponse> Facts);

/// <summary>One thing that was tried on this machine.</summary>
/// <param name="Name">Short name.</param>
/// <param name="Works">Whether it worked.</param>
/// <param name="Detail">What was seen.</param>
/// <param name="Advice">What to do; null when it works.</param>
public sealed record FactResponse(string Name, bool Works, string Detail, string? Advice);

/// <summary>When an agent is due.</summary>
public sealed record NextFireResponse(long AgentId, string Name, DateTimeOffset At, string Timezone);

/// <summary>What works on this machine, as <c>p38 doctor</c> found it.</summary>
/// <param name="Works">Whether nothing essential is missing.</param>
/// <param name="SandboxLevel"><c>full</c>, <c>no-cgroup</c>…; null when no server could be asked.</param>
/// <param name="Facts">What was looked at, in order.</param>
public sealed record DoctorResponse(bool Works, string? SandboxLevel, IReadOnlyList<FactResponse> Facts);

/// <summary>The unit that keeps the service running under systemd, as <c>p38 up --install</c> writes it.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Text">The whole file.</param>
public sealed record UnitResponse(string Path, string Text);
