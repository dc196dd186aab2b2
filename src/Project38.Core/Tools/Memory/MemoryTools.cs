using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Project38.Core.Handoffs;
using Project38.Core.Storage;
using Project38.Core.Tools.Filesystem;
using Project38.Core.Tools.Registry;

namespace Project38.Core.Tools.Memory;

/// <summary>The namespace <c>memory</c>: what an agent's own runs noted, and its own files, also what is no longer handed on.</summary>
internal sealed class MemoryTools(IDbContextFactory<ProductDb> databases, Workspaces workspaces) : IToolSource
{
    private const int MaxQuery = 500;
    private const int MostFound = 50;
    private const int RunsAtATime = 20;
    private const long MostNoted = 8 * 1024 * 1024;
    private const long MostOfAFile = 1024 * 1024;
    private const long MostOfFiles = 16 * 1024 * 1024;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <inheritdoc/>
    public IEnumerable<ToolDefinition> Tools =>
        [
            new ToolDefinition
            {
                Name = "memory.search",
                Risks = ToolRisk.PrivateData,
                Description = "Search what this agent's runs noted and its files for words, the best first.",
                Parameters =
                [
                    new ToolParameter("query", ToolParameterType.Text, "Words; at most 500 characters."),
                    new ToolParameter(
                        "limit",
                        ToolParameterType.Number,
                        $"At most {MostFound}.",
                        Required: false,
                        Default: "10"
                    ),
                ],
                Handler = SearchAsync,
            },
        ];

    private async Task<JsonNode?> SearchAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var query = call.Arguments.Text("query");
        var limit = call.Arguments.Number("limit");
        if (query.Length > MaxQuery)
        {
            throw new ToolException($"memory.search: 'query' has more than {MaxQuery} characters.");
        }
        if (limit < 1 || limit > MostFound || limit != Math.Floor(limit))
        {
            throw new ToolException($"memory.search: 'limit' must be a whole number from 1 to {MostFound}.");
        }

        var search = new MemorySearch(query, (int)limit);
        await AddNotesAsync(search, call.Identity.AgentId, cancellationToken);
        AddFiles(search, call.Identity.AgentId, cancellationToken);
        return new JsonArray([
            .. search
                .Best()
                .Select(entry => new JsonObject
                {
                    ["source"] = entry.Source,
                    ["run"] = entry.Run,
                    ["at"] = entry.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
                    ["path"] = entry.Path,
                    ["text"] = entry.Text,
                }),
        ]);
    }

    // The newest runs, as far back as there is room.
    private async Task AddNotesAsync(MemorySearch search, long agentId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var read = 0L;
        var before = int.MaxValue;
        while (read < MostNoted)
        {
            var rows = await db
                .Handoffs.AsNoTracking()
                .Where(row => row.AgentId == agentId && row.RunNumber < before)
                .OrderByDescending(row => row.RunNumber)
                .Take(RunsAtATime)
                .ToListAsync(cancellationToken);
            if (rows.Count == 0)
            {
                return;
            }

            foreach (var entry in rows.SelectMany(Entries))
            {
                read += entry.Text.Length;
                search.Add(entry);
            }
            before = rows[^1].RunNumber;
        }
    }

    private static IEnumerable<MemoryEntry> Entries(HandoffRow row) =>
        [
            .. row.Observations.Select(noted => new MemoryEntry(
                "observation",
                row.RunNumber,
                noted.At,
                null,
                noted.Text
            )),
            .. row.Actions.Select(noted => new MemoryEntry("action", row.RunNumber, noted.At, null, noted.Text)),
            .. row.Summary is { } summary
                ? [new MemoryEntry("summary", row.RunNumber, row.CreatedAt, null, summary)]
                : Array.Empty<MemoryEntry>(),
        ];

    // The newest files; what is too large or no text is not for reading.
    private void AddFiles(MemorySearch search, long agentId, CancellationToken cancellationToken)
    {
        var workspace = workspaces.Of(agentId);
        var left = MostOfFiles;
        foreach (
            var file in workspace
                .AllFiles()
                .Where(file => file.Size <= MostOfAFile)
                .OrderByDescending(file => file.Modified)
        )
        {
            cancellationToken.ThrowIfCancellationRequested();
            left -= file.Size;
            if (left < 0)
            {
                return;
            }

            if (TryRead(workspace, file.Name) is { } text)
            {
                search.Add(new MemoryEntry("file", Run: null, file.Modified, file.Name, text));
            }
        }
    }

    private static string? TryRead(Workspace workspace, string path)
    {
        try
        {
            return Utf8.GetString(workspace.Read(path));
        }
        catch (Exception exception) when (exception is DecoderFallbackException or FileRefusedException)
        {
            // No text, or gone meanwhile.
            return null;
        }
    }
}
