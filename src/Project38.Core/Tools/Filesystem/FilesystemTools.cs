using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Project38.Core.Tools.Registry;

namespace Project38.Core.Tools.Filesystem;

/// <summary>The namespace <c>filesystem</c>: the workspace, and the granted folders of the host, which are read only.</summary>
internal sealed class FilesystemTools(Workspaces workspaces, IOptions<FilesystemOptions> options) : IToolSource
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly ToolParameter FilePath = new(
        "path",
        ToolParameterType.Text,
        "Relative to the workspace, or below a granted folder's name."
    );

    private static readonly ToolParameter FileText = new("text", ToolParameterType.Text, "Written as UTF-8.");

    // Names of files tell as much as files. Writing takes nothing out: nobody but the agent and its people reads a workspace.
    /// <inheritdoc/>
    public IEnumerable<ToolDefinition> Tools =>
        [
            Tool("read_text", ToolRisk.PrivateData, "Read a file of UTF-8 text.", ReadText, FilePath),
            Tool(
                "read_bytes",
                ToolRisk.PrivateData,
                "Read a file, as base64.",
                async (files, cancellationToken) =>
                    Convert.ToBase64String(await files.ReadAsync("path", cancellationToken)),
                FilePath
            ),
            Tool(
                "write_text",
                ToolRisk.None,
                "Write a file of UTF-8 text, with its folders.",
                files => Write(files, Encoded(files.Text("text"))),
                FilePath,
                FileText
            ) with
            {
                StandIn = Instead(files => Written(files, Encoded(files.Text("text")).Length)),
            },
            Tool(
                "write_bytes",
                ToolRisk.None,
                "Write a file, given as base64, with its folders.",
                files => Write(files, Decoded(files.Text("content"))),
                FilePath,
                new ToolParameter("content", ToolParameterType.Text, "Base64.")
            ) with
            {
                StandIn = Instead(files => Written(files, Decoded(files.Text("content")).Length)),
            },
            Tool("append_text", ToolRisk.None, "Add UTF-8 text to the end of a file.", Append, FilePath, FileText) with
            {
                StandIn = Instead(files =>
                    Written(files, (files.Find("path")?.Size ?? 0) + Encoded(files.Text("text")).Length)
                ),
            },
            Tool(
                "list",
                ToolRisk.PrivateData,
                "List a folder.",
                files => new JsonArray([.. files.List("path").Select(Shown)]),
                FilePath with
                {
                    Required = false,
                    Default = "\"\"",
                }
            ),
            Tool(
                "glob",
                ToolRisk.PrivateData,
                "Find files by a pattern such as reports/*.csv; ** stands for any folders.",
                Glob,
                new ToolParameter("pattern", ToolParameterType.Text, "A path with *, ? and **.")
            ),
            Tool(
                "info",
                ToolRisk.PrivateData,
                "Describe a file or folder; null where nothing is.",
                files => files.Find("path") is { } entry ? Shown(entry) : null,
                FilePath
            ),
            Tool(
                "make_folder",
                ToolRisk.None,
                "Make a folder, with those above it; it may exist.",
                MakeFolder,
                FilePath
            ) with
            {
                StandIn = Instead(files =>
                {
                    _ = files.Own("path").Find(files.Text("path"));
                    return null;
                }),
            },
            Tool(
                "move",
                ToolRisk.None,
                "Move or rename a file or folder; a file at the target is replaced.",
                Move,
                new ToolParameter("source", ToolParameterType.Text, "What is moved."),
                new ToolParameter("target", ToolParameterType.Text, "Its new path.")
            ) with
            {
                StandIn = Instead(files =>
                {
                    _ = files.Own("target").Find(files.Text("target"));
                    return files.Own("source").Find(files.Text("source")) is not null
                        ? null
                        : throw new FileRefusedException(
                            FileRefusal.Missing,
                            $"There is no file '{WorkspacePath.Shown(files.Text("source"))}'."
                        );
                }),
            },
            Tool(
                "delete",
                ToolRisk.None,
                "Delete a file, or a folder with all that is in it; true when something was there.",
                files => files.Own("path").Delete(files.Text("path")),
                FilePath
            ) with
            {
                StandIn = Instead(files => files.Own("path").Find(files.Text("path")) is not null),
            },
        ];

    private ToolDefinition Tool(
        string name,
        ToolRisk risks,
        string description,
        Func<AgentFiles, JsonNode?> handler,
        params ToolParameter[] parameters
    ) => Tool(name, risks, description, (files, _) => Task.FromResult(handler(files)), parameters);

    private ToolDefinition Tool(
        string name,
        ToolRisk risks,
        string description,
        Func<AgentFiles, CancellationToken, Task<JsonNode?>> handler,
        params ToolParameter[] parameters
    ) =>
        new()
        {
            Name = $"filesystem.{name}",
            Risks = risks,
            Description = description,
            Parameters = parameters,
            Handler = (call, cancellationToken) =>
                handler(new AgentFiles(call, workspaces.Of(call.Identity.AgentId), options.Value), cancellationToken),
        };

    // As the call would answer, from what is there: nothing is written.
    private Func<ToolCall, JsonNode?> Instead(Func<AgentFiles, JsonNode?> answer) =>
        call => answer(new AgentFiles(call, workspaces.Of(call.Identity.AgentId), options.Value));

    private static JsonObject Written(AgentFiles files, long size)
    {
        var there = files.Own("path").Find(files.Text("path"));
        if (there is { IsFolder: true })
        {
            throw new FileRefusedException(
                FileRefusal.IsFolder,
                $"'{WorkspacePath.Shown(files.Text("path"))}' is a folder."
            );
        }
        return new JsonObject { ["bytes"] = size };
    }

    private static async Task<JsonNode?> ReadText(AgentFiles files, CancellationToken cancellationToken)
    {
        try
        {
            return JsonValue.Create(Utf8.GetString(await files.ReadAsync("path", cancellationToken)));
        }
        catch (DecoderFallbackException)
        {
            throw new FileRefusedException(
                FileRefusal.Content,
                $"'{WorkspacePath.Shown(files.Text("path"))}' is not UTF-8 text. Use filesystem.read_bytes."
            );
        }
    }

    private static JsonObject Write(AgentFiles files, byte[] content)
    {
        files.Own("path").Write(files.Text("path"), content);
        return new JsonObject { ["bytes"] = content.Length };
    }

    private static JsonObject Append(AgentFiles files) =>
        new() { ["bytes"] = files.Own("path").Append(files.Text("path"), Encoded(files.Text("text"))) };

    private static JsonNode? MakeFolder(AgentFiles files)
    {
        files.Own("path").MakeFolder(files.Text("path"));
        return null;
    }

    private static JsonNode? Move(AgentFiles files)
    {
        _ = files.Own("target");
        files.Own("source").Move(files.Text("source"), files.Text("target"));
        return null;
    }

    private JsonArray Glob(AgentFiles files)
    {
        var pattern = new GlobPattern(files.Text("pattern"));
        var found = files.AllPaths().Where(pattern.Matches).Take(options.Value.Entries + 1).ToList();
        return found.Count <= options.Value.Entries
            ? new JsonArray([.. found.Order(StringComparer.Ordinal).Select(path => JsonValue.Create(path))])
            : throw new FileRefusedException(
                FileRefusal.TooLarge,
                $"More than {options.Value.Entries} files match; use a narrower pattern."
            );
    }

    private static JsonObject Shown(FileEntry entry) =>
        new()
        {
            ["name"] = entry.Name,
            ["kind"] = entry.IsFolder ? "folder" : "file",
            ["size"] = entry.Size,
            ["modified"] = entry.Modified.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'"),
        };

    private static byte[] Encoded(string text) => Utf8.GetBytes(text);

    private static byte[] Decoded(string content)
    {
        try
        {
            return Convert.FromBase64String(content);
        }
        catch (FormatException)
        {
            throw new ToolException("filesystem.write_bytes: 'content' must be base64.");
        }
    }
}
