using System.ComponentModel.DataAnnotations;

namespace Project38.Contracts;

/// <summary>A channel as it is to be. <c>PUT /api/channels/{name}</c>.</summary>
public sealed record PutChannelRequest
{
    /// <summary><c>telegram</c>, <c>n8n</c>, <c>webhook</c>, <c>email-smtp</c> or <c>email-sendgrid</c>.</summary>
    [Required]
    [AllowedValues(
        "telegram",
        "n8n",
        "webhook",
        "email-smtp",
        "email-sendgrid",
        ErrorMessage = "must be 'telegram', 'n8n', 'webhook', 'email-smtp' or 'email-sendgrid'"
    )]
    public string? Kind { get; init; }

    /// <summary>Where and how, by the kind; texts all. A secret stands there by its name, never by its value. Null: none.</summary>
    public IReadOnlyDictionary<string, string>? Settings { get; init; }

    /// <summary>When it keeps still, as <c>22:00-07:00</c>. Null: never.</summary>
    [Text(16)]
    public string? QuietHours { get; init; }

    /// <summary>How it gathers messages: every <c>30m</c> or <c>2h</c>, or each day at <c>08:00</c>. Null: each goes by itself.</summary>
    [Text(16)]
    public string? Digest { get; init; }

    /// <summary>IANA zone of both. Null: <c>UTC</c>.</summary>
    [Text(64)]
    public string? Timezone { get; init; }

    /// <summary>False: messages to it wait. Null: true.</summary>
    public bool? Enabled { get; init; }
}

/// <summary>A named destination of notifications. <c>GET /api/channels</c>.</summary>
public sealed record ChannelResponse
{
    /// <summary>As agents name it.</summary>
    public required string Name { get; init; }

    /// <summary>What becomes of what is sent there.</summary>
    public required string Does { get; init; }

    /// <summary><c>inbox</c>, <c>telegram</c>, <c>n8n</c>, <c>webhook</c>, <c>email-smtp</c> or <c>email-sendgrid</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Where and how; of secrets only the names.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>When it keeps still; null: never.</summary>
    public required string? QuietHours { get; init; }

    /// <summary>How it gathers messages; null: each goes by itself.</summary>
    public required string? Digest { get; init; }

    /// <summary>IANA zone of both.</summary>
    public required string Timezone { get; init; }

    /// <summary>False: messages to it wait.</summary>
    public required bool Enabled { get; init; }

    /// <summary>Since when nothing got through; null: it works, or nothing was sent yet.</summary>
    public required DateTimeOffset? FailingSince { get; init; }

    /// <summary>Why nothing got through; null with <see cref="FailingSince"/>.</summary>
    public required string? LastError { get; init; }

    /// <summary>Who set it up, or changed it last; null for the inbox, which is always there.</summary>
    public required string? ChangedBy { get; init; }

    /// <summary>When; null for the inbox.</summary>
    public required DateTimeOffset? ChangedAt { get; init; }
}

/// <summary>What came of a test. <c>POST /api/channels/{name}/test</c>.</summary>
/// <param name="Delivered">Whether the peer took it.</param>
/// <param name="Said">What the peer said, or why it did not get there.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record ChannelTestResponse(bool Delivered, string Said, double Seconds);

/// <summary>How far a message is on its way to its channel.</summary>
/// <param name="Status"><c>pending</c>, <c>held</c>, <c>sent</c> or <c>failed</c>.</param>
/// <param name="Attempts">How often it was begun.</param>
/// <param name="NextAttemptAt">When it is due, or due again; null: it has ended.</param>
/// <param name="LastError">Why the last attempt failed; null: none did.</param>
/// <param name="SentAt">When the peer had it; null: not yet.</param>
public sealed record DeliveryStateResponse(
    string Status,
    int Attempts,
    DateTimeOffset? NextAttemptAt,
    string? LastError,
    DateTimeOffset? SentAt
);
