using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Approvals;
using Project38.Core.Audit;
using Project38.Core.Harness.Approvals.Buttons;
using Project38.Core.Harness.Deliveries;
using Project38.Core.Secrets;
using Project38.Core.Tests.Harness.Deliveries;
using Project38.Core.Tools;
using Project38.Core.Tools.Notifications.Channels;
using Project38.Core.Tools.Notifications.Deliveries;
using Project38.Testing;

namespace Project38.Core.Tests.Harness.Approvals;

/// <inheritdoc/>
public sealed class SqliteButtonTests(SqliteFixture fixture) : ButtonContract(fixture);

/// <inheritdoc/>
public sealed class PostgresButtonTests(PostgresFixture fixture) : ButtonContract(fixture);

/// <summary>Questions that are answered by buttons in a chat; the peer is Telegram's Bot API over real HTTP.</summary>
public abstract class ButtonContract(DatabaseFixture fixture) : ApprovalSuite(fixture)
{
    private const string BotToken = "123456:canary-of-the-bot";
    private const long Chat = -1001234567890;
    private const long User = 5551234;

    private PeerStandIn _peer = null!;
    private ServiceProvider _node = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _peer = await PeerStandIn.StartAsync();
        _node = NewNode(services => services.AddTools().AddChannels().AddDeliveries());
        await _node.GetRequiredService<SecretStore>().PutAsync("BOT", BotToken, "dana", Cancelled);
        Execute = (request, _) => Task.FromResult(Answered(request).Count == 0 ? Ask(request) : Succeeded());
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _peer.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("yes", ApprovalStatus.Approved, "approval.approve", "Approved.")]
    [InlineData("no", ApprovalStatus.Rejected, "approval.reject", "Rejected.")]
    public async Task Press_AnswersTheQuestion_AndTheTaskGoesOn(
        string button,
        ApprovalStatus status,
        string action,
        string said
    )
    {
        var (task, approval, token) = await GivenAskedAsync();

        var again = await ListenAsync(Press($"p38:{button}:{token}"));
        await WorkOnceAsync(_node);

        again.ShouldBeTrue();
        var answered = (await AllAsync<Approval>()).ShouldHaveSingleItem();
        (answered.Id, answered.Status).ShouldBe((approval.Id, status));
        answered.DecidedBy.ShouldBe("chat: Telegram user 5551234 @dana");
        (await ReadAsync(task)).Status.ShouldBe(Core.Harness.Queue.AgentTaskStatus.Completed);
        (await AllAsync<AuditEntry>()).ShouldContain(row =>
            row.Action == action && row.Subject == $"approval:{approval.Id}"
        );
        var calls = _peer.All.TakeLast(4).ToList();
        calls
            .Select(call => call.Path[(call.Path.LastIndexOf('/') + 1)..])
            .ShouldBe(["getUpdates", "editMessageReplyMarkup", "answerCallbackQuery", "getUpdates"]);
        calls[0].Json.TryGetProperty("offset", out _).ShouldBeFalse("numbers of Telegram do not only go up");
        calls[3].Json.GetProperty("offset").GetInt64().ShouldBe(6);
        calls[0].Json.GetProperty("allowed_updates")[0].GetString().ShouldBe("callback_query");
        calls[1].Json.GetProperty("message_id").GetInt64().ShouldBe(77);
        calls[1].Json.TryGetProperty("reply_markup", out _).ShouldBeFalse();
        calls[2].Json.GetProperty("text").GetString().ShouldBe(said);
    }

    [Fact]
    public async Task Question_HasButtons_OnlyWhereTheChannelSaysSo()
    {
        await GivenChatAsync("quiet", buttons: false);
        await GivenChatAsync("chat");
        await GivenWaitingAsync(_node, await GivenAskingAgentAsync(channels: ["quiet", "chat"]));
        await PumpAsync();

        var sent = _peer.All.Select(one => one.Json).ToList();

        sent.Count.ShouldBe(2);
        sent.Count(message => message.TryGetProperty("reply_markup", out _)).ShouldBe(1);
        var rows = await AllAsync<Delivery>();
        rows.Single(row => row.Channel == "quiet").AnswerToken.ShouldBeNull();
        foreach (var button in Buttons(sent.Single(message => message.TryGetProperty("reply_markup", out _))))
        {
            System.Text.Encoding.UTF8.GetByteCount(button).ShouldBeLessThanOrEqualTo(64);
        }
    }

    public static TheoryData<string, string> PressesThatDoNotCount =>
        new()
        {
            { "a token that nobody gave out", Press($"p38:yes:{new string('A', 32)}") },
            { "no token", Press("p38:yes:") },
            { "another program's button", Press("buy:7") },
            { "another chat", Press("p38:yes:TOKEN", chat: -100999) },
            { "a private chat with the bot", Press("p38:yes:TOKEN", chat: User) },
            {
                "no message",
                """{"update_id": 5, "callback_query": {"id": "q", "from": {"id": 1}, "data": "p38:yes:TOKEN"}}"""
            },
            {
                "a message that says it",
                """{"update_id": 5, "message": {"text": "p38:yes:TOKEN", "chat": {"id": -1001234567890}}}"""
            },
            {
                "texts in place of numbers",
                Press("p38:yes:TOKEN").Replace("-1001234567890", "\"-1001234567890\"", StringComparison.Ordinal)
            },
            { "no object", "7" },
            { "nothing", "{}" },
        };

    [Theory]
    [MemberData(nameof(PressesThatDoNotCount))]
    public async Task Press_ChangesNothing_WhenItIs(string what, string update)
    {
        var (_, _, token) = await GivenAskedAsync();

        await ListenAsync(update.Replace("TOKEN", token, StringComparison.Ordinal));

        (await AllAsync<Approval>()).ShouldHaveSingleItem().Status.ShouldBe(ApprovalStatus.Open, what);
    }

    [Theory]
    [InlineData("5551234", ApprovalStatus.Approved)]
    [InlineData("7, 5551234", ApprovalStatus.Approved)]
    [InlineData("7", ApprovalStatus.Open)]
    public async Task Press_CountsOfThoseWhomTheChannelNames(string answerers, ApprovalStatus status)
    {
        var (_, _, token) = await GivenAskedAsync(answerers);

        await ListenAsync(Press($"p38:yes:{token}"));

        (await AllAsync<Approval>()).ShouldHaveSingleItem().Status.ShouldBe(status);
    }

    [Fact]
    public async Task Press_IsTold_WhenTheQuestionWasAnsweredBefore()
    {
        var (_, approval, token) = await GivenAskedAsync();

        await ListenAsync(Press($"p38:no:{token}"), Press($"p38:yes:{token}", update: 6));

        (await AllAsync<Approval>()).ShouldHaveSingleItem().Status.ShouldBe(ApprovalStatus.Rejected);
        _peer.All[^2].Json.GetProperty("text").GetString().ShouldBe($"Approval {approval.Id} was rejected already.");
    }

    [Theory]
    [InlineData(-100777, true)]
    [InlineData(Chat, false)]
    public async Task Press_DoesNotCount_WhenTheChannelIsAnothersNow_OrOff(long chat, bool enabled)
    {
        var (_, _, token) = await GivenAskedAsync();
        var channel = (await BotsAsync(_node)).ShouldHaveSingleItem();
        await GivenChatAsync("chat", chat: chat, enabled: enabled);
        _peer.Replies(Updates(Press($"p38:yes:{token}")));

        await _node.GetRequiredService<BotListener>().ListenAsync(channel, Cancelled);

        (await AllAsync<Approval>()).ShouldHaveSingleItem().Status.ShouldBe(ApprovalStatus.Open);
    }

    [Fact]
    public async Task Bot_IsListenedToByOneNode_UntilThatHasHeard()
    {
        await GivenAskedAsync();
        var other = NewNode(services => services.AddTools().AddChannels().AddDeliveries());
        var channel = (await BotsAsync(_node)).ShouldHaveSingleItem();
        var gate = new TaskCompletionSource();
        _peer.Gate = gate.Task;
        _peer.Replies(Updates(Press("buy:7", update: 41)));
        var before = _peer.All.Count;

        var first = _node.GetRequiredService<BotListener>().ListenAsync(channel, Cancelled);
        while (_peer.All.Count == before)
        {
            await _peer.NextAsync();
        }
        var second = await other.GetRequiredService<BotListener>().ListenAsync(channel, Cancelled);
        gate.SetResult();
        await first;
        _peer.All[^1].Json.GetProperty("offset").GetInt64().ShouldBe(42);
        var heard = _peer.All.Count;
        _peer.Replies(Updates());
        await other.GetRequiredService<BotListener>().ListenAsync(channel, Cancelled);

        second.ShouldBeFalse();
        _peer.All.Count.ShouldBe(heard + 1);
    }

    [Theory]
    [InlineData(409, "")]
    [InlineData(401, "")]
    [InlineData(200, "no JSON")]
    [InlineData(200, """{"ok": true}""")]
    [InlineData(429, """{"ok": false, "parameters": {"retry_after": 300}}""")]
    public async Task Bot_IsLeftAlone_WhenItCannotBeListenedTo(int status, string body)
    {
        await GivenAskedAsync();
        var channel = (await BotsAsync(_node)).ShouldHaveSingleItem();
        var listener = _node.GetRequiredService<BotListener>();
        _peer.Replies(new Reply(status, body));

        (await listener.ListenAsync(channel, Cancelled)).ShouldBeFalse();
        var asked = _peer.All.Count;
        await ShiftAsync(status == 429 ? 290 : 50);
        await listener.ListenAsync(channel, Cancelled);
        _peer.All.Count.ShouldBe(asked);
        await ShiftAsync(20);
        _peer.Replies(Updates());
        await listener.ListenAsync(channel, Cancelled);

        _peer.All.Count.ShouldBe(asked + 1);
    }

    [Fact]
    public async Task Bot_IsFreeAtOnce_WhenItsListenerIsStopped()
    {
        await GivenAskedAsync();
        var channel = (await BotsAsync(_node)).ShouldHaveSingleItem();
        var listener = _node.GetRequiredService<BotListener>();
        _peer.Gate = new TaskCompletionSource().Task;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var before = _peer.All.Count;
        var listening = listener.ListenAsync(channel, stop.Token);
        while (_peer.All.Count == before)
        {
            await _peer.NextAsync();
        }

        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(listening);
        _peer.Gate = Task.CompletedTask;
        _peer.Replies(Updates());
        await listener.ListenAsync(channel, Cancelled);

        _peer.All.Count.ShouldBe(before + 2);
    }

    [Theory]
    [InlineData(200, "no JSON")]
    [InlineData(200, """{"ok": true, "result": [{"update_id": "5"}]}""")]
    public async Task Bot_DropsWhatCannotBeRead_ButForTheLast(int status, string body)
    {
        await GivenAskedAsync();
        _peer.Replies(new Reply(status, body));

        await _node.GetRequiredService<BotListener>().ListenAsync((await BotsAsync(_node))[0], Cancelled);

        _peer.All[^1].Json.GetProperty("offset").GetInt64().ShouldBe(-1);
    }

    [Theory]
    [InlineData("-100123", null, "settings.answerers")]
    [InlineData("@news", "7", "settings.buttons")]
    [InlineData("+555", "7", "settings.chat_id")]
    [InlineData("555", "7, x", "settings.answerers")]
    [InlineData("555", "-7", "settings.answerers")]
    [InlineData("555", "", "settings.answerers")]
    public async Task Channel_IsRefused_WhereWhoeverReadsAlongCouldAnswer(string chat, string? answerers, string field)
    {
        var settings = new Dictionary<string, string>
        {
            ["token_secret"] = "BOT",
            ["chat_id"] = chat,
            ["buttons"] = "true",
        };
        if (answerers is not null)
        {
            settings["answerers"] = answerers;
        }
        var wish = new NewChannel
        {
            Name = "chat",
            Kind = "telegram",
            Settings = settings,
        };

        var answer = await _node.GetRequiredService<ChannelBook>().PutAsync(wish, "dana", Cancelled);

        answer.ShouldBeOfType<ChannelAnswer.Wrong>().Complaints.Select(one => one.Field).ShouldContain(field);
    }

    [Fact]
    public async Task Bot_IsListenedTo_OnlyWhileAQuestionIsOpen()
    {
        await GivenChatAsync("chat");
        var before = await BotsAsync(_node);
        var (_, _, token) = await GivenAskedAsync();
        var during = await BotsAsync(_node);
        await ListenAsync(Press($"p38:yes:{token}"));

        before.ShouldBeEmpty();
        during.ShouldHaveSingleItem();
        (await BotsAsync(_node)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Service_HearsThePress()
    {
        await GivenChatAsync("chat");
        var pressed = new TaskCompletionSource<Reply>();
        _peer.Answers = async (arrived, cancellationToken) =>
        {
            if (!arrived.Path.EndsWith("getUpdates", StringComparison.Ordinal))
            {
                return new Reply(200, "{}");
            }
            if (arrived.Json.TryGetProperty("offset", out _))
            {
                return Updates();
            }
            var reply = await pressed.Task.WaitAsync(cancellationToken);
            pressed = new TaskCompletionSource<Reply>();
            return reply;
        };
        var node = NewNode(services => services.AddTools().AddChannels().AddDeliveries());
        var agent = await GivenAskingAgentAsync(channels: ["chat"]);
        await StartAsync(node);
        var task = await GivenTaskAsync(agent, maxAttempts: 1);
        JsonElement sent;
        do
        {
            sent = (await _peer.NextAsync()).Json;
        } while (!sent.TryGetProperty("reply_markup", out _));

        pressed.SetResult(Updates(Press(Buttons(sent)[0])));
        while (!(await _peer.NextAsync()).Path.EndsWith("answerCallbackQuery", StringComparison.Ordinal)) { }
        await StopAsync(node);

        (await AllAsync<Approval>()).ShouldHaveSingleItem().Status.ShouldBe(ApprovalStatus.Approved);
    }

    private async Task<(long TaskId, Approval Approval, string Token)> GivenAskedAsync(string answerers = "5551234")
    {
        await GivenChatAsync("chat", answerers: answerers);
        var (task, approval) = await GivenWaitingAsync(_node, await GivenAskingAgentAsync(channels: ["chat"]));
        await PumpAsync();
        var sent = _peer.All.ShouldHaveSingleItem();
        sent.Path.ShouldBe($"/bot{BotToken}/sendMessage");
        return (task.Id, approval, Buttons(sent.Json)[0]["p38:yes:".Length..]);
    }

    private async Task GivenChatAsync(
        string name,
        bool buttons = true,
        long chat = Chat,
        string answerers = "5551234",
        bool enabled = true
    )
    {
        var settings = new Dictionary<string, string>
        {
            ["token_secret"] = "BOT",
            ["chat_id"] = $"{chat}",
            ["base_url"] = _peer.Url,
            ["allow_private"] = "true",
        };
        if (buttons)
        {
            (settings["buttons"], settings["answerers"]) = ("true", answerers);
        }
        var wish = new NewChannel
        {
            Name = name,
            Kind = "telegram",
            Settings = settings,
            Enabled = enabled,
        };
        (
            await _node.GetRequiredService<ChannelBook>().PutAsync(wish, "dana", Cancelled)
        ).ShouldBeOfType<ChannelAnswer.Kept>();
    }

    private async Task PumpAsync()
    {
        var pump = _node.GetRequiredService<DeliveryPump>();
        await pump.TurnAsync(Cancelled);
        await pump.IdleAsync();
    }

    private async Task<bool> ListenAsync(params string[] updates)
    {
        _peer.Replies(Updates(updates));
        var channel = (await BotsAsync(_node)).ShouldHaveSingleItem();
        return await _node.GetRequiredService<BotListener>().ListenAsync(channel, Cancelled);
    }

    private static Task<IReadOnlyList<Channel>> BotsAsync(ServiceProvider node) =>
        node.GetRequiredService<AskedBots>().ListAsync(Cancelled);

    private static Reply Updates(params string[] updates) =>
        new(200, $$"""{"ok": true, "result": [{{string.Join(',', updates)}}]}""");

    private static string Press(string data, long chat = Chat, int update = 5) =>
        $$"""
            {
                "update_id": {{update}},
                "callback_query": {
                    "id": "q{{update}}", "from": {"id": {{User}}, "is_bot": false, "username": "dana"}, "data": "{{data}}",
                    "message": {"message_id": 77, "chat": {"id": {{chat}}, "type": "supergroup"}, "text": "Buy?"}
                }
            }
            """;

    private static List<string> Buttons(JsonElement sent) =>
        [
            .. sent.GetProperty("reply_markup")
                .GetProperty("inline_keyboard")[0]
                .EnumerateArray()
                .Select(button => button.GetProperty("callback_data").GetString()!),
        ];
}
