using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Project38.Core.Tests.Tools.Notifications;

/// <summary>A small real mail server over TCP, with or without TLS. Takes every mail, unless told otherwise.</summary>
internal sealed class SmtpStandIn : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly X509Certificate2 _certificate = NewCertificate();
    private readonly Task _serving;

    public SmtpStandIn()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    public bool OffersTls { get; init; } = true;

    public bool TlsFromTheStart { get; init; }

    /// <summary>What it says to a recipient.</summary>
    public string ToRecipient { get; set; } = "250 fine";

    /// <summary>What it says to one recipient, in place of that; by a part of the address.</summary>
    public (string Part, string Answer)? ToOne { get; set; }

    /// <summary>What it says to a sender.</summary>
    public string ToSender { get; set; } = "250 fine";

    /// <summary>Whether its first words never end.</summary>
    public bool NeverEnds { get; init; }

    /// <summary>What it says to a login.</summary>
    public string ToLogin { get; set; } = "235 welcome";

    /// <summary>All that clients said, without the mails.</summary>
    public List<string> Said { get; } = [];

    public List<string> Mails { get; } = [];

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _certificate.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
            try
            {
                Stream stream = client.GetStream();
                if (TlsFromTheStart)
                {
                    stream = await SecureAsync(stream);
                }
                await TalkAsync(stream);
            }
            catch (Exception fault)
                when (fault is IOException or System.Security.Authentication.AuthenticationException)
            {
                // The client did not like it, and left.
            }
        }
    }

    private async Task TalkAsync(Stream stream)
    {
        var secure = stream is SslStream;
        while (NeverEnds)
        {
            await SayAsync(stream, "220-" + new string('x', 1000));
        }
        await SayAsync(stream, "220 stand-in");
        while (await LineAsync(stream) is { } line)
        {
            Said.Add(line);
            var verb = line.Split(' ')[0].ToUpperInvariant();
            if (verb == "STARTTLS")
            {
                await SayAsync(stream, "220 go");
                stream = await SecureAsync(stream);
                secure = true;
                continue;
            }
            if (verb == "DATA")
            {
                await SayAsync(stream, "354 go");
                Mails.Add(await MailAsync(stream));
                await SayAsync(stream, "250 queued as 7");
                continue;
            }
            await SayAsync(
                stream,
                verb switch
                {
                    "EHLO" => "250-stand-in\r\n250-AUTH PLAIN"
                        + (OffersTls && !secure ? "\r\n250-STARTTLS" : "")
                        + "\r\n250 8BITMIME",
                    "MAIL" => ToSender,
                    "RCPT" => ToOne is var (part, answer) && line.Contains(part) ? answer : ToRecipient,
                    "AUTH" => ToLogin.Replace("{line}", line),
                    "QUIT" => "221 bye",
                    _ => "250 fine",
                }
            );
        }
    }

    private async Task<SslStream> SecureAsync(Stream stream)
    {
        var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync(_certificate);
        return tls;
    }

    private Task SayAsync(Stream stream, string line) =>
        stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), _stop.Token).AsTask();

    private async Task<string> MailAsync(Stream stream)
    {
        var mail = new StringBuilder();
        while (await LineAsync(stream) is { } line && line != ".")
        {
            mail.Append(line.StartsWith('.') ? line[1..] : line).Append('\n');
        }
        return mail.ToString();
    }

    // Byte by byte: what comes after STARTTLS is not text.
    private async Task<string?> LineAsync(Stream stream)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one, _stop.Token) == 1)
        {
            if (one[0] == '\n')
            {
                return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            }
            line.Add(one[0]);
        }
        return null;
    }

    private static X509Certificate2 NewCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
