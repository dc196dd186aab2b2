using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MimeKit;
using Project38.Core.Tools.Http;
using Project38.Core.Tools.Notifications.Channels;
using Project38.Core.Tools.Notifications.Sending;
using Project38.Testing;

namespace Project38.Core.Tests.Tools.Notifications;

/// <summary>Mail, against a small real mail server.</summary>
public sealed class SmtpSenderTests(SqliteFixture fixture) : SenderSuite(fixture)
{
    [Fact]
    public async Task Mail_IsPlainTextInUtf8_WithOneSubject()
    {
        await using var server = new SmtpStandIn();
        var settings = Settings(server);
        (settings["user"], settings["password_secret"]) = ("dana", "KEY");

        var result = await TrustingAsync(settings, ("תקציב עבר\r\nBcc: evil@example.org", "שורה\n.\nשורה"));

        result.ShouldBeOfType<SendResult.Delivered>().Said.ShouldContain("queued as 7");
        var mail = Read(server.Mails.ShouldHaveSingleItem());
        mail.Subject.ShouldBe("תקציב עבר  Bcc: evil@example.org");
        mail.Bcc.ShouldBeEmpty();
        mail.To.Mailboxes.Select(one => one.Address).ShouldBe(["dana@example.org", "noa@example.org"]);
        mail.MessageId.ShouldBe("msg_1@example.org");
        mail.TextBody.ShouldNotBeNull().TrimEnd().ShouldBe("שורה\n.\nשורה");
        mail.HtmlBody.ShouldBeNull();
        mail.Headers["Auto-Submitted"].ShouldBe("auto-generated");
        server.Said.ShouldContain(line => line.StartsWith("STARTTLS"));
        server.Said.ShouldContain(line => line.StartsWith("AUTH PLAIN"));
    }

    [Fact]
    public async Task Mail_GoesOverTlsFromTheStart_WhenThatIsAskedFor()
    {
        await using var server = new SmtpStandIn { TlsFromTheStart = true };
        var settings = Settings(server);
        settings["tls"] = "implicit";

        var result = await TrustingAsync(settings, ("a", "b"));

        result.ShouldBeOfType<SendResult.Delivered>();
        server.Said.ShouldNotContain("STARTTLS");
    }

    [Fact]
    public async Task Mail_DoesNotGoInTheClear_WhenTheServerOffersNoTls()
    {
        await using var server = new SmtpStandIn { OffersTls = false };
        var settings = Settings(server);
        (settings["user"], settings["password_secret"]) = ("dana", "KEY");

        var result = await TrustingAsync(settings, ("a", "b"));

        result.ShouldBeOfType<SendResult.Refused>().Why.ShouldContain("STARTTLS");
        server.Said.ShouldNotContain(line => line.StartsWith("AUTH") || line.StartsWith("MAIL"));
        server.Mails.ShouldBeEmpty();
    }

    [Fact]
    public async Task Mail_DoesNotGo_WhenTheCertificateIsNobodys()
    {
        await using var server = new SmtpStandIn();

        var result = await SendAsync(ChannelKind.EmailSmtp, Settings(server), ("a", "b"));

        result.ShouldBeOfType<SendResult.Failed>().Why.ShouldContain("certificate");
        server.Mails.ShouldBeEmpty();
    }

    [Fact]
    public async Task Mail_GoesInTheClear_OnlyWhenAPersonSaysSo()
    {
        await using var server = new SmtpStandIn { OffersTls = false };
        var settings = Settings(server);
        settings["tls"] = "none";

        var result = await SendAsync(ChannelKind.EmailSmtp, settings, ("a", "b"));

        result.ShouldBeOfType<SendResult.Delivered>();
        server.Mails.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("450 later", true)]
    [InlineData("550 nobody here", false)]
    public async Task Refusal_IsFinal_AsItsNumberSays(string answer, bool again)
    {
        await using var server = new SmtpStandIn { ToRecipient = answer };

        var result = await TrustingAsync(Settings(server), ("a", "b"));

        if (again)
        {
            result.ShouldBeOfType<SendResult.Failed>().Why.ShouldBe("SMTP 450: later");
        }
        else
        {
            result.ShouldBeOfType<SendResult.Refused>().Why.ShouldBe("SMTP 550: nobody here");
        }
        server.Mails.ShouldBeEmpty();
    }

    [Fact]
    public async Task Login_ThatFails_IsFinal_AndItsPasswordStaysHere()
    {
        await using var server = new SmtpStandIn { ToLogin = $"535 not {Key}" };
        var settings = Settings(server);
        (settings["user"], settings["password_secret"]) = ("dana", "KEY");

        var result = await TrustingAsync(settings, ("a", "b"));

        var why = result.ShouldBeOfType<SendResult.Refused>().Why;
        why.ShouldContain("does not let the account in");
        why.ShouldNotContain("canary");
    }

    [Fact]
    public async Task Login_ThatIsRepeated_IsShownWithoutThePassword()
    {
        await using var server = new SmtpStandIn { ToLogin = "500 what is {line}?" };
        var settings = Settings(server);
        (settings["user"], settings["password_secret"]) = ("dana", "KEY");

        var result = await TrustingAsync(settings, ("a", "b"));

        var repeated = server.Said.Single(line => line.StartsWith("AUTH PLAIN", StringComparison.Ordinal));
        result.ToString().ShouldNotContain(repeated.Split(' ')[^1]);
        result.ToString().ShouldContain("***");
    }

    [Fact]
    public async Task Server_ThatWantsALogin_IsSaidToWantOne()
    {
        await using var server = new SmtpStandIn { ToSender = "530 5.7.0 Authentication required" };

        var result = await TrustingAsync(Settings(server), ("a", "b"));

        result.ShouldBeOfType<SendResult.Refused>().Why.ShouldContain("wants a login: set user and password_secret");
    }

    [Fact]
    public async Task Server_ThatNeverEnds_IsNotListenedTo()
    {
        await using var server = new SmtpStandIn { NeverEnds = true };

        var result = await TrustingAsync(Settings(server), ("a", "b"));

        result.ShouldBeOfType<SendResult.Failed>().Why.ShouldContain("broke off");
    }

    [Fact]
    public async Task Recipient_WhoIsRefused_KeepsNobodyElseFromTheMail()
    {
        await using var server = new SmtpStandIn { ToOne = ("noa@", "550 nobody here") };

        var result = await TrustingAsync(Settings(server), ("a", "b"));

        result
            .ShouldBeOfType<SendResult.Delivered>()
            .Said.ShouldEndWith("(not to noa@example.org: SMTP 550 nobody here)");
        server.Mails.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Login_ThatFailsForNow_IsTriedAgain()
    {
        await using var server = new SmtpStandIn { ToLogin = "454 try later" };
        var settings = Settings(server);
        (settings["user"], settings["password_secret"]) = ("dana", "KEY");

        var result = await TrustingAsync(settings, ("a", "b"));

        result.ShouldBeOfType<SendResult.Failed>().Why.ShouldContain("try later");
    }

    [Fact]
    public async Task Peer_ThatDoesNotAnswer_IsTriedAgain()
    {
        await using var server = new SmtpStandIn();
        var settings = Settings(server);
        settings["port"] = "1";

        var result = await SendAsync(ChannelKind.EmailSmtp, settings, ("a", "b"));

        result.ShouldBeOfType<SendResult.Failed>().Why.ShouldContain("cannot be reached");
    }

    [Fact]
    public async Task Server_InsideTheNetwork_IsRefused_UnlessAPersonSaysSo()
    {
        await using var server = new SmtpStandIn();
        var settings = Settings(server);
        settings["allow_private"] = "false";

        var result = await SendAsync(ChannelKind.EmailSmtp, settings, ("a", "b"));

        result.ShouldBeOfType<SendResult.Refused>().Why.ShouldContain("allow_private=true");
        server.Said.ShouldBeEmpty();
    }

    // As a machine does that knows the server's authority.
    private Task<SendResult> TrustingAsync(Dictionary<string, string> settings, params (string, string)[] messages) =>
        new ChannelSender(
            [
                new SmtpSender(
                    Services.GetRequiredService<EgressPolicy>(),
                    Services.GetRequiredService<ChannelSecrets>(),
                    TimeProvider.System
                )
                {
                    Trust = (_, certificate, _, _) => certificate?.Subject == "CN=localhost",
                },
            ],
            Services.GetRequiredService<Project38.Core.Secrets.KnownSecrets>(),
            TimeProvider.System,
            NullLogger<ChannelSender>.Instance
        ).SendAsync(ChannelOf(ChannelKind.EmailSmtp, settings), MessageOf(messages), Cancelled);

    private static MimeMessage Read(string mail) =>
        MimeMessage.Load(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(mail)), Cancelled);

    private static Dictionary<string, string> Settings(SmtpStandIn server) =>
        new()
        {
            ["host"] = "127.0.0.1",
            ["port"] = server.Port.ToString(CultureInfo.InvariantCulture),
            ["from"] = "agents@example.org",
            ["to"] = "dana@example.org, noa@example.org",
            ["allow_private"] = "true",
        };
}
