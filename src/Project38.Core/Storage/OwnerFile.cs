namespace Project38.Core.Storage;

/// <summary>Files that nobody but their owner may read: whatever the umask is, and whatever an older version left.</summary>
internal static class OwnerFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes a file where there is none, and closes one that is there to others.</summary>
    public static void Make(string path)
    {
        if (!File.Exists(path))
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = OwnerOnly,
            };
            using var made = new FileStream(path, options);
        }
        Close(path);
    }

    /// <summary>Closes a file to others, where it is there.</summary>
    public static void Close(string path)
    {
        if (File.Exists(path))
        {
            File.SetUnixFileMode(path, OwnerOnly);
        }
    }
}
