using System.Security.Cryptography;

namespace Project38.Core.Secrets;

/// <summary>The key that seals all secrets.</summary>
internal sealed class MasterKey
{
    private const int Bytes = 32;
    private readonly byte[] _key;

    private MasterKey(byte[] key)
    {
        _key = key;
        Id = Convert.ToHexStringLower(SHA256.HashData([.. "p38 master key"u8, .. key]))[..16];
    }

    /// <summary>Tells keys apart and says nothing of them: 16 hexadecimal digits.</summary>
    public string Id { get; }

    /// <summary>The key.</summary>
    public ReadOnlySpan<byte> Value => _key;

    /// <summary>A new one.</summary>
    public static MasterKey Create() => new(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>Reads a key as it is written; blanks around it do not matter.</summary>
    /// <param name="text">Base64 of 32 bytes.</param>
    /// <param name="place">Where it stands, for the message.</param>
    /// <exception cref="SecretException">It is no key.</exception>
    public static MasterKey Parse(string text, string place)
    {
        var key = new byte[Bytes + 3];
        return Convert.TryFromBase64String(text.Trim(), key, out var length) && length == Bytes
            ? new MasterKey(key[..Bytes])
            : throw new SecretException(
                $"{place} holds no master key: 32 bytes in base64. Put back the key that was there; every secret needs it."
            );
    }

    /// <summary>As it is written.</summary>
    public string ToText() => Convert.ToBase64String(_key);
}
