using System.ComponentModel.DataAnnotations;

namespace Project38.Contracts;

/// <summary>A tool server as it is to be registered. <c>POST /api/tool-servers</c>.</summary>
public sealed record AddToolServerRequest
{
    /// <summary>As programs name it: a small letter, then small letters, digits, <c>_</c> and <c>-</c>.</summary>
    [Required, Text(32)]
    public string? Name { get; init; }

    /// <summary>Its address, of streamable HTTP. Null: it is a program.</summary>
    [Text(2000)]
    public string? Url { get; init; }

    /// <summary>The program on the server's machine, absolute, and its arguments. Null: it has an address.</summary>
    [MaxItems(65)]
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>A folder of the server's machine that the program may read. Null: none.</summary>
    [Text(2000)]
    public string? Folder { get; init; }

    /// <summary>Whether its address may be one of this machine or its network. Null: no.</summary>
    public bool? AllowPrivate { get; init; }

    /// <summary>
    /// Headers, or variables of the program's environment, with the names of secrets: <c>GITHUB_TOKEN</c>, or
    /// <c>Bearer GITHUB_TOKEN</c>. Null: none.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Secrets { get; init; }

    /// <summary>
    /// What its tools bring into an agent: <c>private_data</c>, <c>untrusted_content</c>, <c>way_out</c>. Null: all three.
    /// </summary>
    [MaxItems(3)]
    public IReadOnlyList<string>? Risks { get; init; }
}

/// <summary>A yes to tools of a tool server. <c>POST /api/tool-servers/{name}/agree</c>.</summary>
public sealed record AgreeToToolsRequest
{
    /// <summary>Which, each as it was seen.</summary>
    [Required, MaxItems(200)]
    public IReadOnlyList<ToolConsentRequest>? Tools { get; init; }
}

/// <summary>A yes to one tool.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Hash">Of what was seen: a yes to something else is refused.</param>
/// <param name="Reads">Whether it changes nothing, so that it is called in a dry run, too. Null: no.</param>
public sealed record ToolConsentRequest(string? Name, string? Hash, bool? Reads);

/// <summary>An MCP server whose tools agents can be granted. <c>GET /api/tool-servers</c>.</summary>
public sealed record ToolServerResponse
{
    /// <summary>As programs name it.</summary>
    public required string Name { get; init; }

    /// <summary><c>stdio</c> or <c>http</c>.</summary>
    public required string Transport { get; init; }

    /// <summary>Its address; null: it is a program.</summary>
    public required string? Url { get; init; }

    /// <summary>The program and its arguments; null: it has an address.</summary>
    public required IReadOnlyList<string>? Command { get; init; }

    /// <summary>The folder that the program may read; null: none.</summary>
    public required string? Folder { get; init; }

    /// <summary>Whether its address may be private.</summary>
    public required bool AllowPrivate { get; init; }

    /// <summary>Headers or variables, with the names of secrets.</summary>
    public required IReadOnlyDictionary<string, string> Secrets { get; init; }

    /// <summary>What its tools bring into an agent.</summary>
    public required IReadOnlyList<string> Risks { get; init; }

    /// <summary>Who registered it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its tools were looked at last.</summary>
    public required DateTimeOffset CheckedAt { get; init; }

    /// <summary>Its tools, by name.</summary>
    public required IReadOnlyList<ToolServerToolResponse> Tools { get; init; }

    /// <summary>Why some of its tools cannot be called; said when it is looked at, else empty.</summary>
    public required IReadOnlyList<string> LeftOut { get; init; }
}

/// <summary>A tool of a tool server. What it says of itself was written by its server.</summary>
public sealed record ToolServerToolResponse
{
    /// <summary>As its server names it.</summary>
    public required string Name { get; init; }

    /// <summary>As it stands in manifests and grants.</summary>
    public required string FullName { get; init; }

    /// <summary>What it says of itself now.</summary>
    public required string Description { get; init; }

    /// <summary>What it said when somebody agreed to it; null: nobody has.</summary>
    public required string? AgreedDescription { get; init; }

    /// <summary>JSON schema of its arguments, as text.</summary>
    public required string InputSchema { get; init; }

    /// <summary>Of all that it says of itself now.</summary>
    public required string Hash { get; init; }

    /// <summary><c>new</c>, <c>agreed</c>, <c>changed</c> (since it was agreed to, so that it is not called) or <c>gone</c>.</summary>
    public required string State { get; init; }

    /// <summary>Whether somebody said that it changes nothing.</summary>
    public required bool Reads { get; init; }

    /// <summary>Who agreed last; null: nobody has.</summary>
    public required string? AgreedBy { get; init; }

    /// <summary>When; null: nobody has.</summary>
    public required DateTimeOffset? AgreedAt { get; init; }
}
