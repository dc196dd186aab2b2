using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Project38.Core.Storage;

namespace Project38.Core.Tools.Filesystem;

/// <summary>The workspaces of all agents, in <c>P38_HOME/workspaces</c>.</summary>
public sealed class Workspaces(HomeFolder home, IOptions<FilesystemOptions> options)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    // One object for each, because it holds the lock and the count of the workspace.
    private readonly ConcurrentDictionary<long, Lazy<Workspace>> _open = new();

    /// <summary>The workspace of an agent, made when it is not there.</summary>
    public Workspace Of(long agentId) =>
        _open.GetOrAdd(agentId, id => new Lazy<Workspace>(() => new Workspace(Made(id), options.Value))).Value;

    private string Made(long agentId)
    {
        var path = Path.Join(home.Path, "workspaces", agentId.ToString());
        _ = Directory.CreateDirectory(path, OwnerOnly);
        return path;
    }
}
