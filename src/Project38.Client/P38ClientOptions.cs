namespace Project38.Client;

/// <summary>How a client waits.</summary>
public sealed class P38ClientOptions
{
    /// <summary>How long an answer may take to begin; a run answers at its end. Default: 10 minutes, as long as following goes on.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Told of each wait that a call makes on its own, for who watches. Default: nobody is.</summary>
    public Action<ClientNotice>? Notice { get; init; }

    /// <summary>What waits are measured by. Default: the system's clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}

/// <summary>A wait within a call, which goes on by itself.</summary>
public abstract record ClientNotice
{
    private ClientNotice() { }

    /// <summary>The server asked to come again later, for example after too many requests.</summary>
    /// <param name="Wait">For how long.</param>
    /// <param name="Reason">In the server's words.</param>
    public sealed record AskedToWait(TimeSpan Wait, string Reason) : ClientNotice;

    /// <summary>The server went away while it was followed; it is looked for.</summary>
    /// <param name="Patience">For how long at most.</param>
    public sealed record ServerLost(TimeSpan Patience) : ClientNotice;

    /// <summary>The server that was lost answers again, and following goes on where it broke off.</summary>
    /// <param name="Url">Where it is now.</param>
    public sealed record ServerBack(Uri Url) : ClientNotice;
}
