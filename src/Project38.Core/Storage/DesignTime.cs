using Microsoft.EntityFrameworkCore.Design;

namespace Project38.Core.Storage;

/// <summary>For <c>dotnet ef</c> only, see <c>build/regenerate-migrations</c>; opens nothing.</summary>
internal sealed class SqliteDesignTime : IDesignTimeDbContextFactory<SqliteProductDb>
{
    public SqliteProductDb CreateDbContext(string[] args) => new(ProductDbFactory.Sqlite("Data Source=:memory:"));
}

/// <inheritdoc cref="SqliteDesignTime"/>
internal sealed class PostgresDesignTime : IDesignTimeDbContextFactory<PostgresProductDb>
{
    public PostgresProductDb CreateDbContext(string[] args) => new(ProductDbFactory.Postgres("Host=localhost"));
}
