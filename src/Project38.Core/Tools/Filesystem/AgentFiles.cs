using Project38.Core.Agents;

namespace Project38.Core.Tools.Filesystem;

/// <summary>The files that one call may see: the workspace, and beside it the granted folders by their names.</summary>
internal sealed class AgentFiles(ToolCall call, Workspace workspace, FilesystemOptions options)
{
    /// <summary>An argument.</summary>
    public string Text(string argument) => call.Arguments.Text(argument);

    /// <summary>The workspace, unless the argument leads into a granted folder.</summary>
    public Workspace Own(string argument) =>
        Granted(Text(argument)) is null
            ? workspace
            : throw new FileRefusedException(
                FileRefusal.ReadOnly,
                $"'{WorkspacePath.Shown(Text(argument))}' is in a granted folder, which may only be read."
            );

    /// <summary>Reads a file, as soon as there is memory for it.</summary>
    public async Task<byte[]> ReadAsync(string argument, CancellationToken cancellationToken)
    {
        var path = Text(argument);
        using var file = Granted(path) is { } granted
            ? Tree(granted).OpenFile(Below(path), path)
            : workspace.OpenFile(path);
        await call.TakeRoom(file.Size, cancellationToken);
        return file.Read();
    }

    /// <summary>What is at a path; null where nothing is.</summary>
    public FileEntry? Find(string argument)
    {
        var path = Text(argument);
        if (Granted(path) is not { } granted)
        {
            return workspace.Find(path);
        }

        var found = Tree(granted).Find(Below(path), path);
        return found?.Name.Length == 0 ? found with { Name = granted.Name } : found;
    }

    /// <summary>The entries of a folder. At the top, granted folders stand beside the workspace's own.</summary>
    public IReadOnlyList<FileEntry> List(string argument)
    {
        var path = Text(argument);
        if (Granted(path) is { } granted)
        {
            return Tree(granted).List(Below(path), path);
        }

        var own = workspace.List(path);
        return WorkspacePath.Parse(path).Length > 0
            ? own
            :
            [
                .. own.Where(entry => Folders.All(folder => folder.Name != entry.Name))
                    .Concat(Folders.Select(folder => new FileEntry(folder.Name, true, 0, DateTimeOffset.UnixEpoch)))
                    .OrderBy(entry => entry.Name, StringComparer.Ordinal),
            ];
    }

    /// <summary>The paths of all files there are.</summary>
    public IEnumerable<string> AllPaths() =>
        workspace
            .AllFiles()
            .Select(entry => entry.Name)
            .Where(path => Granted(path) is null)
            .Concat(
                Folders.SelectMany(folder =>
                    Tree(folder).Walk().Where(entry => !entry.IsFolder).Select(entry => $"{folder.Name}/{entry.Name}")
                )
            );

    private IReadOnlyList<FolderGrant> Folders => call.Grant.Folders;

    private FolderGrant? Granted(string path) =>
        WorkspacePath.Parse(path) is [var first, ..] ? Folders.FirstOrDefault(folder => folder.Name == first) : null;

    private static string[] Below(string path) => WorkspacePath.Parse(path)[1..];

    private FileTree Tree(FolderGrant folder) => new(folder.HostPath, ownFiles: false, options);
}
