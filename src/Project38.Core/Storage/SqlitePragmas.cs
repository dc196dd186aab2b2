using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Project38.Core.Storage;

/// <summary>Prepares each SQLite connection.</summary>
/// <remarks>
/// WAL lets readers read while one writes. <c>synchronous=FULL</c> rather than the usual <c>NORMAL</c>: with
/// <c>NORMAL</c> a power cut may take back the last commits, and a result that was committed is one that an agent has
/// told somebody about already.
/// </remarks>
internal sealed class SqlitePragmas : DbConnectionInterceptor
{
    private const string Pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;";

    // One instance: EF keeps a set of services for each different list of interceptors.
    public static readonly SqlitePragmas Instance = new();

    private SqlitePragmas() { }

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(
        DbConnection connection,
        ConnectionEndEventData eventData,
        CancellationToken cancellationToken = default
    )
    {
        await using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
