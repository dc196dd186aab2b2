namespace Project38.Core.Storage;

/// <summary>Where the platform keeps what it knows.</summary>
public sealed class StorageOptions
{
    /// <summary>
    /// Folder of the platform, <c>P38_HOME</c>; readable by its owner only. Holds the SQLite file, workspaces and keys.
    /// Default: <c>~/.p38</c>.
    /// </summary>
    public string Home { get; set; } =
        Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".p38");

    /// <summary>
    /// PostgreSQL, <c>DATABASE_URL</c>: <c>postgres://user:password@host:5432/name?sslmode=require</c>, or
    /// <c>Host=…;Database=…</c>. Default: null, an SQLite file in <see cref="Home"/>.
    /// </summary>
    public string? DatabaseUrl { get; set; }

    /// <summary>How long a statement waits for SQLite's one writer before it gives up. Default: 5 s.</summary>
    public TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The SQLite file, when <see cref="DatabaseUrl"/> is null.</summary>
    public string SqliteFile => Path.Join(Home, "p38.db");
}
