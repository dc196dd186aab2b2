using System.Security.Cryptography;
using System.Text;

namespace Project38.Core.Secrets;

/// <summary>Encrypts a value so that it opens with its key, under its name and for its team alone: AES-256-GCM.</summary>
/// <remarks>
/// One byte of version, 12 of nonce, 16 of tag, then the text. The nonce is drawn anew for every value; name and team are
/// authenticated with it, so that a row that was copied under another name does not open there.
/// </remarks>
internal static class Sealing
{
    private const byte Version = 1;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int HeadBytes = 1 + NonceBytes + TagBytes;

    /// <summary>Encrypts.</summary>
    public static byte[] Seal(MasterKey key, string team, string name, string value)
    {
        var text = Encoding.UTF8.GetBytes(value);
        var box = new byte[HeadBytes + text.Length];
        box[0] = Version;
        var nonce = box.AsSpan(1, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key.Value, TagBytes);
        aes.Encrypt(
            nonce,
            text,
            box.AsSpan(HeadBytes),
            box.AsSpan(1 + NonceBytes, TagBytes),
            AssociatedData(team, name)
        );
        CryptographicOperations.ZeroMemory(text);
        return box;
    }

    /// <summary>Decrypts; null when it was not sealed with this key under this name for this team, or was changed since.</summary>
    public static string? Open(MasterKey key, string team, string name, byte[] box)
    {
        if (box.Length < HeadBytes || box[0] != Version)
        {
            return null;
        }

        var text = new byte[box.Length - HeadBytes];
        try
        {
            using var aes = new AesGcm(key.Value, TagBytes);
            aes.Decrypt(
                box.AsSpan(1, NonceBytes),
                box.AsSpan(HeadBytes),
                box.AsSpan(1 + NonceBytes, TagBytes),
                text,
                AssociatedData(team, name)
            );
            return Encoding.UTF8.GetString(text);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }

    // A zero cannot stand in a team or a name, so no two pairs make one text.
    private static byte[] AssociatedData(string team, string name) =>
        Encoding.UTF8.GetBytes($"p38 secret\0{team}\0{name}");
}
