namespace Project38.Core.Secrets;

/// <summary>Where the master key comes from. Default: a file of the home, made when the first secret is put.</summary>
public sealed class SecretOptions
{
    /// <summary><c>P38_MASTER_KEY</c>: the key itself, 32 bytes in base64. Default: null.</summary>
    public string? MasterKey { get; set; }

    /// <summary><c>P38_MASTER_KEY_FILE</c>: a file that holds it, for several nodes on one database. Default: null.</summary>
    public string? MasterKeyFile { get; set; }
}
