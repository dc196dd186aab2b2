using Microsoft.EntityFrameworkCore;
using Project38.Core.Agents;
using Project38.Core.Storage;
using Project38.Core.Tools;
using Project38.Core.Tools.Notifications;
using Project38.Core.Tools.Notifications.Deliveries;
using Project38.Testing;

namespace Project38.Core.Tests.Tools.Notifications;

public abstract class InboxContract(DatabaseFixture fixture) : DatabaseContract(fixture)
{
    private Inbox Inbox => new(Database.Factory, new NewDeliveries());

    [Fact]
    public async Task Send_StoresOnce_WhenTheKeyIsTheSame()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Inbox.SendAsync(Message(), Cancelled)));

        ids.Distinct().Count().ShouldBe(1);
        await using var db = CreateDb();
        (await db.Inbox.CountAsync(Cancelled)).ShouldBe(1);
    }

    [Fact]
    public async Task Send_TakesTheAgentsNameAsTitle_WhenThereIsNone()
    {
        await using var db = CreateDb();
        var agent = new Agent
        {
            Name = new string('נ', 255),
            Description = "Tells something every day.",
            CreatedBy = "test",
        };
        _ = db.Add(agent);
        _ = await db.SaveChangesAsync(Cancelled);

        var id = await Inbox.SendAsync(Message() with { AgentId = agent.Id, Title = null }, Cancelled);

        var title = (await db.Inbox.SingleAsync(row => row.Id == id, Cancelled)).Title;
        title.ShouldBe(new string('נ', 199) + "…");
    }

    [Fact]
    public async Task Send_LeavesNothingThatTurnsTextAround_WhenTheAgentPutsItThere()
    {
        var message = Message() with { Text = "a\u202Eb\u2066c\u001b[2J\0d\r\nשורה\u200F 5", Title = "one\ntwo\u202D" };

        var id = await Inbox.SendAsync(message, Cancelled);

        await using var db = CreateDb();
        var row = await db.Inbox.SingleAsync(row => row.Id == id, Cancelled);
        row.Text.ShouldBe("abc\uFFFD[2J\uFFFDd\nשורה\u200F 5");
        row.Title.ShouldBe("one two");
    }

    [Theory]
    [InlineData("", null, "needs a text")]
    [InlineData(" \u202E\n", null, "needs a text")]
    [InlineData("x", "title", "title")]
    public async Task Send_IsRefusedInWords_WhenTheMessageIsWrong(string text, string? title, string expected)
    {
        var message = Message() with { Text = text, Title = title is null ? null : new string('t', 201) };

        var fault = await Should.ThrowAsync<ToolException>(() => Inbox.SendAsync(message, Cancelled));

        fault.Message.ShouldContain(expected);
    }

    [Fact]
    public async Task Send_IsRefused_WhenTheTextIsTooLarge()
    {
        var message = Message() with { Text = new string('ש', 9000) };

        var fault = await Should.ThrowAsync<ToolException>(() => Inbox.SendAsync(message, Cancelled));

        fault.Message.ShouldContain("16 KB");
    }

    private static NewInboxMessage Message() =>
        new()
        {
            TeamId = Team.Default,
            AgentId = null,
            TaskId = null,
            Title = "Title",
            Text = "Text",
            Source = "platform",
            IdempotencyKey = "42:1:abc",
        };
}

public sealed class InboxOnSqlite(SqliteFixture fixture) : InboxContract(fixture);

public sealed class InboxOnPostgres(PostgresFixture fixture) : InboxContract(fixture);
