namespace Project38.Sandbox.Landlock;

/// <summary>Where the paths of a spec are when the program shares the machine's root: below the run's own folder.</summary>
/// <param name="root">The run's folder.</param>
/// <param name="spec">The program.</param>
internal sealed class InnerPaths(string root, SandboxSpec spec)
{
    private readonly string[] _trees = ["/work", "/tmp", .. Of(spec).Select(FolderOf)];

    /// <summary>The paths at which a spec puts something.</summary>
    public static IEnumerable<string> Of(SandboxSpec spec) =>
        spec.Mounts.Select(mount => mount.InnerPath.TrimEnd('/')).Concat(spec.Files.Select(file => file.InnerPath));

    /// <summary>The place of a path that the spec has, or that the sandbox always has.</summary>
    public string Place(string path) => root + path;

    /// <summary>A text as the program finds it: a path that is one of the run's is its place, and all else stays.</summary>
    public string Map(string text) =>
        _trees.Any(tree => text == tree || text.StartsWith(tree + "/", StringComparison.Ordinal)) ? Place(text) : text;

    /// <summary>The same for a variable, which may be a list of paths.</summary>
    public string MapList(string text) => string.Join(':', text.Split(':').Select(Map));

    // What is in the root is named by itself: everything is below its folder.
    private static string FolderOf(string path) => path.LastIndexOf('/') is > 0 and var end ? path[..end] : path;
}
