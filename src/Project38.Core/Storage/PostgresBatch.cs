using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Project38.Core.Storage;

/// <summary>Statements by hand, where a round trip or a commit more is what counts.</summary>
internal static class PostgresBatch
{
    extension(ProductDb db)
    {
        /// <summary>Begins a batch of statements: one round trip, and outside of a transaction one commit. PostgreSQL only.</summary>
        /// <remarks>Each statement has its parameters by place, <c>$1</c>. The connection is the context's, and goes with it.</remarks>
        public async Task<NpgsqlBatch> OpenBatchAsync(CancellationToken cancellationToken)
        {
            await db.Database.OpenConnectionAsync(cancellationToken);
            return new NpgsqlBatch((NpgsqlConnection)db.Database.GetDbConnection());
        }
    }
}
