using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Project38.Core.Audit;
using Project38.Testing;

namespace Project38.Core.Tests.Audit;

public abstract class AuditTrailContract(DatabaseFixture fixture) : DatabaseContract(fixture)
{
    [Theory]
    [InlineData("UPDATE audit SET who = 'nobody'")]
    [InlineData("DELETE FROM audit")]
    [InlineData(
        "INSERT INTO audit (id, team_id, who, action, subject, at, details) "
            + "SELECT id, team_id, 'nobody', action, subject, at, details FROM audit WHERE true "
            + "ON CONFLICT (id) DO UPDATE SET who = 'nobody'"
    )]
    public async Task Audit_RefusesChange_WhateverTheProgram(string sql)
    {
        await using var db = CreateDb();
        AuditTrail.Append(db, "dana", "agent.create", "agent:1", await NowAsync());
        await db.SaveChangesAsync(Cancelled);

        var change = () => db.Database.ExecuteSqlRawAsync(sql, Cancelled);

        (await change.ShouldThrowAsync<DbException>()).Message.ShouldContain("append-only");
        (await db.Audit.AsNoTracking().SingleAsync(Cancelled)).Who.ShouldBe("dana");
    }
}

public sealed class AuditTrailOnSqlite(SqliteFixture fixture) : AuditTrailContract(fixture)
{
    // Its way to delete a row without asking the trigger for deletes.
    [Fact]
    public Task Audit_RefusesReplace() =>
        Audit_RefusesChange_WhateverTheProgram(
            "REPLACE INTO audit (id, team_id, who, action, subject, at, details) "
                + "SELECT id, team_id, 'nobody', action, subject, at, details FROM audit"
        );
}

public sealed class AuditTrailOnPostgres(PostgresFixture fixture) : AuditTrailContract(fixture);
