using Project38.Testing;

[assembly: AssemblyFixture(typeof(SqliteFixture))]
[assembly: AssemblyFixture(typeof(PostgresFixture))]
