using System.ComponentModel.DataAnnotations;

namespace Project38.Contracts;

/// <summary>A value to keep. <c>PUT /api/secrets/{name}</c>.</summary>
public sealed record PutSecretRequest
{
    /// <summary>At most 16 KB of text; it never comes back out.</summary>
    [Required(AllowEmptyStrings = true)]
    public string? Value { get; init; }

    /// <summary>Never the value: records print themselves.</summary>
    public override string ToString() => nameof(PutSecretRequest);
}

/// <summary>A secret, without its value. <c>GET /api/secrets</c>.</summary>
public sealed record SecretResponse
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>When the name came to be.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the value was put last.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Who put it.</summary>
    public required string UpdatedBy { get; init; }
}
