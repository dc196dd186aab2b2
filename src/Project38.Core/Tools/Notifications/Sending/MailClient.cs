using MailKit.Net.Smtp;
using MimeKit;

namespace Project38.Core.Tools.Notifications.Sending;

/// <summary>A client to whom one wrong recipient among others is no reason to send to none.</summary>
internal sealed class MailClient : SmtpClient
{
    private readonly List<(MailboxAddress Mailbox, SmtpResponse Response)> _refused = [];

    /// <summary>Who did not get the mail, and why; for people.</summary>
    public string Refused =>
        string.Join(
            "; ",
            _refused.Select(one =>
                $"{one.Mailbox.Address}: SMTP {(int)one.Response.StatusCode} {one.Response.Response}"
            )
        );

    /// <inheritdoc/>
    protected override void OnRecipientNotAccepted(
        MimeMessage message,
        MailboxAddress mailbox,
        SmtpResponse response
    ) => _refused.Add((mailbox, response));

    /// <inheritdoc/>
    protected override void OnNoRecipientsAccepted(MimeMessage message)
    {
        // One that may be accepted later is worth another go for all of them.
        var (mailbox, response) = _refused.MinBy(one => one.Response.StatusCode);
        throw new SmtpCommandException(
            SmtpErrorCode.RecipientNotAccepted,
            response.StatusCode,
            mailbox,
            response.Response
        );
    }
}
