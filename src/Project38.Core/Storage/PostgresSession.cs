using Npgsql;

namespace Project38.Core.Storage;

/// <summary>What stands behind a connection to PostgreSQL.</summary>
internal static class PostgresSession
{
    /// <summary>Whether the session is the connection's own, or a transaction pooler's, which lends it from one to the next.</summary>
    /// <remarks>
    /// A server says by which process a session is served. A pooler answers for many, and cannot say it: what it introduced
    /// itself with is not what the server says.
    /// </remarks>
    public static async Task<bool> IsOwnAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var ask = new NpgsqlCommand("SELECT pg_backend_pid()", connection);
        return (int)(await ask.ExecuteScalarAsync(cancellationToken))! == connection.ProcessID;
    }
}
