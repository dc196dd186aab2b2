namespace Project38.Testing;

/// <summary>The checkout that a test runs in.</summary>
public static class Repository
{
    private static readonly string s_root = FindRoot();

    /// <summary>A folder or file of it.</summary>
    public static string Folder(params string[] parts) => Path.Combine([s_root, .. parts]);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Project38.slnx")))
        {
            folder = folder.Parent;
        }
        return folder?.FullName ?? throw new InvalidOperationException("No Project38.slnx above the test's folder.");
    }
}
