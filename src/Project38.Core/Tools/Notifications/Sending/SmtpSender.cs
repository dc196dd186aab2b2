using System.Globalization;
using System.Net.Security;
using System.Text;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Project38.Core.Tools.Http;
using Project38.Core.Tools.Notifications.Channels;

namespace Project38.Core.Tools.Notifications.Sending;

/// <summary>Mail by a mail server: plain text in UTF-8, TLS unless somebody said otherwise.</summary>
internal sealed class SmtpSender(EgressPolicy policy, ChannelSecrets secrets, TimeProvider time) : IChannelSender
{
    private const int Submission = 587;
    private const int OverTls = 465;
    private const SmtpStatusCode Final = (SmtpStatusCode)500;

    // Of a whole conversation, the certificates of TLS among it.
    private const long MostRead = 256 * 1024;

    /// <summary>Whom to trust beside the machine's own authorities; for tests. Default: nobody.</summary>
    public RemoteCertificateValidationCallback? Trust { get; init; }

    /// <inheritdoc/>
    public ChannelKind Kind => ChannelKind.EmailSmtp;

    /// <inheritdoc/>
    public async Task<SendResult> SendAsync(
        ChannelSettings settings,
        OutgoingMessage message,
        CancellationToken cancellationToken
    )
    {
        // Looking for revoked certificates would dial addresses that a certificate names.
        using var client = new MailClient { CheckCertificateRevocation = false };
        client.ServerCertificateValidationCallback = Trust;
        List<string> secret = [];
        try
        {
            await ConnectAsync(client, settings, cancellationToken);
            if (settings["user"] is { } user)
            {
                var password = await secrets.GetAsync(settings.Required("password_secret"), cancellationToken);
                secret.AddRange(Forms(user, password));
                await client.AuthenticateAsync(user, password, cancellationToken);
            }
            using var mail = MailOf(settings, message);
            var said = await client.SendAsync(mail, cancellationToken);

            // It is sent: a server that does not take leave takes nothing away from it.
            var missed = client.Refused;
            return new SendResult.Delivered(Without(secret, missed.Length == 0 ? said : $"{said} (not to {missed})"));
        }
        catch (SmtpCommandException fault)
        {
            var words = Without(secret, $"SMTP {(int)fault.StatusCode}: {fault.Message}");
            return fault.StatusCode >= Final ? new SendResult.Refused(words) : new SendResult.Failed(words);
        }
        catch (AuthenticationException fault)
            when (fault.InnerException is SmtpCommandException { StatusCode: < Final })
        {
            return new SendResult.Failed(Without(secret, $"The mail server lets nobody in just now: {fault.Message}"));
        }
        catch (ServiceNotAuthenticatedException)
        {
            return new SendResult.Refused("The mail server wants a login: set user and password_secret.");
        }
        catch (Exception fault) when (fault is AuthenticationException or NotSupportedException or ParseException)
        {
            return new SendResult.Refused(
                fault is NotSupportedException
                    ? "The mail server does not offer what the channel asks for (STARTTLS, or a way to log in)."
                    : Without(secret, $"The mail server does not let the account in: {fault.Message}")
            );
        }
        catch (SslHandshakeException)
        {
            return new SendResult.Failed(
                "No secure connection to the mail server: its certificate is not valid for this host, or TLS failed."
            );
        }
        catch (Exception fault) when (fault is ProtocolException or ServiceNotConnectedException)
        {
            return new SendResult.Failed("The mail server broke off, or does not speak SMTP.");
        }
    }

    private async Task ConnectAsync(SmtpClient client, ChannelSettings settings, CancellationToken cancellationToken)
    {
        var tls = settings["tls"] ?? "starttls";
        var host = settings.Required("host");
        var port =
            settings["port"] is { } given ? int.Parse(given, CultureInfo.InvariantCulture)
            : tls == "implicit" ? OverTls
            : Submission;
        var stream = await policy.DialAsync(host, port, settings.MayBePrivate, cancellationToken);
        var options = tls switch
        {
            "implicit" => SecureSocketOptions.SslOnConnect,
            "none" => SecureSocketOptions.None,
            _ => SecureSocketOptions.StartTls,
        };
        await client.ConnectAsync(new BoundedReadStream(stream, MostRead), host, port, options, cancellationToken);
    }

    // As logins send them, which a server may repeat in what it answers: AUTH PLAIN, and AUTH LOGIN.
    private static IEnumerable<string> Forms(string user, string password) =>
        new[] { $"\0{user}\0{password}", password }
            .Select(form => Convert.ToBase64String(Encoding.UTF8.GetBytes(form)))
            .Append(password);

    private static string Without(IEnumerable<string> secret, string said) =>
        secret.Aggregate(said, (text, form) => text.Replace(form, "***", StringComparison.Ordinal));

    private MimeMessage MailOf(ChannelSettings settings, OutgoingMessage message)
    {
        var from = settings.Required("from");
        var mail = new MimeMessage
        {
            Subject = message.Title,
            Date = time.GetUtcNow(),
            MessageId = $"{message.SendId}@{MailAddress.DomainOf(from)}",
            Body = new TextPart("plain") { Text = message.Text },
        };
        mail.From.Add(MailboxAddress.Parse(from));
        mail.To.AddRange(settings.Recipients.Select(MailboxAddress.Parse));

        // A machine wrote it: no "out of office" comes back (RFC 3834).
        mail.Headers.Add("Auto-Submitted", "auto-generated");
        return mail;
    }
}
