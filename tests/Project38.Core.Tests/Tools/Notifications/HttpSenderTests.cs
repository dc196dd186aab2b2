using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Project38.Core.Secrets;
using Project38.Core.Tests.Harness.Deliveries;
using Project38.Core.Tools.Notifications.Channels;
using Project38.Core.Tools.Notifications.Sending;
using Project38.Testing;

namespace Project38.Core.Tests.Tools.Notifications;

/// <summary>What Telegram, SendGrid, n8n and webhooks are sent, and what their answers mean.</summary>
public sealed class HttpSenderTests(SqliteFixture fixture) : SenderSuite(fixture)
{
    private PeerStandIn _peer = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _peer = await PeerStandIn.StartAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await _peer.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Telegram_GetsPlainText()
    {
        var result = await SendAsync(ChannelKind.Telegram, Telegram(), ("Budget", "<b>שלום</b> *x* _y_"));

        result.ShouldBeOfType<SendResult.Delivered>();
        var arrived = _peer.All.ShouldHaveSingleItem();
        arrived.Path.ShouldBe($"/bot{Key}/sendMessage");
        arrived.Json.GetProperty("chat_id").GetString().ShouldBe("-100123");
        arrived.Json.GetProperty("text").GetString().ShouldBe("Budget\n\n<b>שלום</b> *x* _y_");
        arrived.Json.TryGetProperty("parse_mode", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Telegram_GetsAtMostWhatItTakes_AndNoHalfOfACharacter()
    {
        await SendAsync(ChannelKind.Telegram, Telegram(), ("Long", "x" + string.Concat(Enumerable.Repeat("😀", 4000))));

        var text = _peer.All.ShouldHaveSingleItem().Json.GetProperty("text").GetString()!;
        text.Length.ShouldBeInRange(4090, 4096);
        text.ShouldEndWith("(cut; the whole is in the inbox, message 1)");
        text.ShouldNotContain("\uFFFD");
    }

    [Fact]
    public async Task Telegram_IsWaitedFor_AsItsAnswerSays()
    {
        _peer.Replies(
            new Reply(429, """{"ok": false, "description": "Too Many Requests", "parameters": {"retry_after": 37}}"""),
            new Reply(400, """{"ok": false, "description": "Bad Request: chat not found"}""")
        );

        var busy = await SendAsync(ChannelKind.Telegram, Telegram(), ("a", "b"));
        var wrong = await SendAsync(ChannelKind.Telegram, Telegram(), ("a", "b"));

        busy.ShouldBe(new SendResult.Failed("HTTP 429: Too Many Requests", TimeSpan.FromSeconds(37)));
        wrong.ShouldBe(new SendResult.Refused("HTTP 400: Bad Request: chat not found"));
    }

    [Fact]
    public async Task SendGrid_GetsOneMailForEach_WithoutAnybodyElsesAddress()
    {
        _peer.Replies(new Reply(202), new Reply(401, """{"errors": [{"message": "wrong key"}]}"""));

        var sent = await SendAsync(ChannelKind.EmailSendgrid, SendGrid(), ("תקציב\r\nBcc: x@y.z", "שורה\nשורה"));
        var refused = await SendAsync(ChannelKind.EmailSendgrid, SendGrid(), ("a", "b"));

        sent.ShouldBeOfType<SendResult.Delivered>();
        refused.ShouldBe(new SendResult.Refused("HTTP 401: wrong key"));
        var arrived = _peer.All[0];
        arrived.Path.ShouldBe("/v3/mail/send");
        arrived.Headers["Authorization"].ShouldBe($"Bearer {Key}");
        arrived.Json.GetProperty("personalizations").GetArrayLength().ShouldBe(2);
        arrived.Json.GetProperty("subject").GetString().ShouldBe("תקציב  Bcc: x@y.z");
        arrived.Json.GetProperty("content")[0].GetProperty("value").GetString().ShouldBe("שורה\nשורה");
        arrived.Json.GetProperty("headers").GetProperty("Message-ID").GetString().ShouldBe("<msg_1@example.org>");
    }

    [Fact]
    public async Task N8n_GetsItsHeader()
    {
        var settings = Settings("url", $"{_peer.Url}/webhook/1");
        (settings["header"], settings["header_secret"]) = ("X-Api-Key", "KEY");

        await SendAsync(ChannelKind.N8n, settings, ("one", "first"), ("two", "second"));

        var arrived = _peer.All.ShouldHaveSingleItem();
        arrived.Headers["X-Api-Key"].ShouldBe(Key);
        arrived.Json.GetProperty("data").GetProperty("text").GetString().ShouldBe("— one\nfirst\n\n— two\nsecond");
    }

    // Whatever a peer answers, what came of it is known: else it would be sent again and again.
    [Theory]
    [InlineData(200, """{"a": 1, "a": 2}""")]
    [InlineData(200, """{"description": "\ud800"}""")]
    [InlineData(500, """{"description": "\ud800", "parameters": [1]}""")]
    [InlineData(400, """{"errors": [1], "parameters": {"retry_after": 1e99}}""")]
    [InlineData(400, """{"errors": [{"message": 1}], "errors": {}}""")]
    [InlineData(429, "[[[[")]
    public async Task Answer_ThatIsOdd_IsAnAnswer(int status, string body)
    {
        _peer.Replies(new Reply(status, body), new Reply(status, body));

        var telegram = await SendAsync(ChannelKind.Telegram, Telegram(), ("a", "b"));
        var sendGrid = await SendAsync(ChannelKind.EmailSendgrid, SendGrid(), ("a", "b"));

        foreach (var result in new[] { telegram, sendGrid })
        {
            (result is SendResult.Delivered).ShouldBe(status == 200);
            result.ToString().ShouldContain($"HTTP {status}");
        }
    }

    [Theory]
    [InlineData("whsec_")]
    [InlineData("whsec_!!!")]
    [InlineData("whsec_c2hvcnQ=")]
    public void Signature_IsNotMade_WithAKeyThatIsNone(string secret) =>
        Should
            .Throw<SecretException>(() => WebhookSignature.Headers(secret, "msg_1", DateTimeOffset.UnixEpoch, [1]))
            .Message.ShouldContain("whsec_");

    [Fact]
    public void Digest_FitsIntoWhatAHookTakes_AndSaysWhatIsLeftOut()
    {
        var text = string.Concat(Enumerable.Repeat("שלום \"x\"\n", 1000));
        var message = MessageOf([.. Enumerable.Range(0, 50).Select(n => ($"Title {n}", text))]);

        var json = MessageJson.Of(message);

        json.Length.ShouldBeLessThan(256 * 1024);
        var data = JsonElement.Parse(json).GetProperty("data");
        var carried = data.GetProperty("messages").GetArrayLength();
        carried.ShouldBeGreaterThan(1);
        data.GetProperty("left_out").GetInt32().ShouldBe(50 - carried);
        data.GetProperty("text").GetString()!.ShouldEndWith($"… and {50 - carried} more, in the inbox.");
    }

    [Theory]
    [InlineData("plain text of a secret", "plain text of a secret", false)]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", true)]
    public void Signature_IsThatOfStandardWebhooksAndOfOurHooks(string secret, string key, bool isBase64)
    {
        var body = """{"test": 2432232314}"""u8.ToArray();
        var bytes = isBase64 ? Convert.FromBase64String(key) : Encoding.UTF8.GetBytes(key);

        var headers = WebhookSignature.Headers(
            secret,
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            DateTimeOffset.FromUnixTimeSeconds(1614265330),
            body
        );

        byte[] content = [.. "msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330."u8, .. body];
        headers["webhook-signature"].ShouldBe($"v1,{Convert.ToBase64String(HMACSHA256.HashData(bytes, content))}");
        headers["webhook-timestamp"].ShouldBe("1614265330");
        headers["X-Signature-256"]
            .ShouldBe($"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body))}");
        headers["Idempotency-Key"].ShouldBe(headers["webhook-id"]);
    }

    [Fact]
    public async Task Answer_ThatRepeatsASecret_IsShownWithoutIt()
    {
        _peer.Replies(new Reply(400, $"you are\n{Key}\u202E"));

        var result = await SendAsync(ChannelKind.EmailSendgrid, SendGrid(), ("a", "b"));

        result.ShouldBe(new SendResult.Refused("HTTP 400: you are [secret KEY]"));
    }

    [Fact]
    public async Task Answer_ThatIsHuge_IsCut()
    {
        _peer.Replies(new Reply(500, new string('x', 1_000_000)));

        var result = await SendAsync(ChannelKind.EmailSendgrid, SendGrid(), ("a", "b"));

        result.ShouldBeOfType<SendResult.Failed>().Why.Length.ShouldBe(500);
    }

    [Fact]
    public async Task Redirect_IsNotFollowed()
    {
        _peer.Replies(new Reply(307, "", ("Location", $"{_peer.Url}/elsewhere")));

        var result = await SendAsync(ChannelKind.EmailSendgrid, SendGrid(), ("a", "b"));

        result.ShouldBeOfType<SendResult.Refused>().Why.ShouldContain("not followed");
        _peer.All.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("true", "http://169.254.169.254/latest")]
    [InlineData("true", "http://0.0.0.0:1/")]
    [InlineData("true", "http://[fe80::1]/")]
    [InlineData("true", "http://[fd00:ec2::254]/")]
    [InlineData("true", "http://100.100.100.200/")]
    [InlineData("false", "http://127.0.0.1:1/")]
    [InlineData("false", "http://looks-public.example/")]
    public async Task Address_IsRefused_ThatAChannelMayNotReach(string allowed, string url)
    {
        var settings = new Dictionary<string, string> { ["url"] = url, ["allow_private"] = allowed };

        var result = await SendAsync(ChannelKind.N8n, settings, ("a", "b"));

        result.ShouldBeOfType<SendResult.Refused>().Why.ShouldContain("is not public");
    }

    [Fact]
    public async Task Connection_OfAChannelThatMayBePrivate_IsNotGivenToAnother()
    {
        var settings = Settings("url", _peer.Url);
        await SendAsync(ChannelKind.N8n, settings, ("a", "b"));

        settings["allow_private"] = "false";
        var result = await SendAsync(ChannelKind.N8n, settings, ("a", "b"));

        result.ShouldBeOfType<SendResult.Refused>();
        _peer.All.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Secret_ThatIsGone_IsNamed()
    {
        var settings = SendGrid();
        settings["key_secret"] = "GONE";

        var result = await SendAsync(ChannelKind.EmailSendgrid, settings, ("a", "b"));

        result.ShouldBeOfType<SendResult.Failed>().Why.ShouldContain("p38 secrets set GONE");
    }

    private Dictionary<string, string> Telegram()
    {
        var settings = Settings("base_url", _peer.Url);
        (settings["token_secret"], settings["chat_id"]) = ("KEY", "-100123");
        return settings;
    }

    private Dictionary<string, string> SendGrid()
    {
        var settings = Settings("base_url", _peer.Url + "/");
        (settings["key_secret"], settings["from"]) = ("KEY", "agents@example.org");
        settings["to"] = "dana@example.org, noa@example.org";
        return settings;
    }

    private static Dictionary<string, string> Settings(string key, string url) =>
        new() { [key] = url, ["allow_private"] = "true" };
}
