using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Project38.Contracts;

/// <summary>An agent to make from a sentence. <c>POST /api/agents</c>.</summary>
public sealed record CreateAgentRequest
{
    /// <summary>The sentence, in any language.</summary>
    [Required(AllowEmptyStrings = true), Text(TextAttribute.MaxDescription, MinimumLength = 10)]
    public string? Description { get; init; }

    /// <summary>A name of the user's own; null: one is found.</summary>
    [Text(255, MinimumLength = 1)]
    public string? Name { get; init; }

    /// <summary>Who makes it; null: <c>user</c>.</summary>
    [Text(255, MinimumLength = 1)]
    public string? CreatedBy { get; init; }

    /// <summary>False: findings of style and docstrings only warn. Default: true.</summary>
    public bool? StrictValidation { get; init; }

    /// <summary>The user's IANA zone, for times in the sentence; null: UTC.</summary>
    [Text(64, MinimumLength = 1)]
    public string? Timezone { get; init; }

    /// <summary>Host folders to grant, read-only; absolute.</summary>
    [MaxItems(20)]
    public IReadOnlyList<string>? Folders { get; init; }

    /// <summary>Config keys that win over those found in the sentence; an object, or a string that holds one.</summary>
    public JsonElement? Config { get; init; }

    /// <summary><c>active</c> (default), or <c>paused</c> to put files before the first run.</summary>
    [AllowedValues(null, "active", "paused", ErrorMessage = "must be 'active' or 'paused'")]
    public string? Status { get; init; }

    /// <summary>
    /// Whether a person says yes to an agent that reads private data, reads what strangers wrote, and could send it out. Without it
    /// one that holds all three is made and stays paused. Default: false.
    /// </summary>
    public bool? AcceptRisks { get; init; }
}

/// <summary>A program that somebody wrote. <c>POST /api/agents/import</c>.</summary>
public sealed record ImportAgentRequest
{
    /// <summary>The program, with a class <c>Agent</c>.</summary>
    [Required(AllowEmptyStrings = true), Text(ProgramText.MaxLength, MinimumLength = 1)]
    public string? Code { get; init; }

    /// <summary>Its tests; null: a smoke trial.</summary>
    [Text(ProgramText.MaxLength)]
    public string? Tests { get; init; }

    /// <summary>Null: <c>Imported agent</c>.</summary>
    [Text(255, MinimumLength = 1)]
    public string? Name { get; init; }

    /// <summary>What it does; null: the name stands for it.</summary>
    [Text(TextAttribute.MaxDescription)]
    public string? Description { get; init; }

    /// <summary>Who makes it; null: <c>user</c>.</summary>
    [Text(255, MinimumLength = 1)]
    public string? CreatedBy { get; init; }

    /// <summary>Its config; an object, or a string that holds one.</summary>
    public JsonElement? Config { get; init; }

    /// <summary>False: findings of style and docstrings only warn. Default: true.</summary>
    public bool? StrictValidation { get; init; }

    /// <summary>Host folders to grant, read-only; absolute.</summary>
    [MaxItems(20)]
    public IReadOnlyList<string>? Folders { get; init; }

    /// <summary><c>active</c> (default), or <c>paused</c> to put files before the first run.</summary>
    [AllowedValues(null, "active", "paused", ErrorMessage = "must be 'active' or 'paused'")]
    public string? Status { get; init; }

    /// <summary>
    /// Whether a person says yes to an agent that reads private data, reads what strangers wrote, and could send it out. Without it
    /// one that holds all three is made and stays paused. Default: false.
    /// </summary>
    public bool? AcceptRisks { get; init; }
}

/// <summary>What to change of an agent; null leaves a thing as it is. <c>PUT /api/agents/{id}</c>.</summary>
/// <remarks>
/// The plan's contract has one shape for <c>GET</c> and <c>PUT</c>: its clients may send the whole agent back, with what
/// the platform alone writes.
/// </remarks>
[UnreadFields("id", "created_at", "updated_at", "created_by")]
public sealed record UpdateAgentRequest
{
    /// <summary>Shown to people.</summary>
    [Text(255, MinimumLength = 1)]
    public string? Name { get; init; }

    /// <summary>The text shown; the program does not change with it.</summary>
    [Text(TextAttribute.MaxDescription, MinimumLength = 1)]
    public string? Description { get; init; }

    /// <summary>The whole new config; an object, or a string that holds one.</summary>
    public JsonElement? Config { get; init; }

    /// <summary>A person's choice; <c>error</c> and <c>draft</c> are the platform's.</summary>
    [AllowedValues(null, "active", "paused", "stopped", ErrorMessage = "must be 'active', 'paused' or 'stopped'")]
    public string? Status { get; init; }

    /// <summary>A new program: checked and tried before it becomes current.</summary>
    [Text(ProgramText.MaxLength, MinimumLength = 1)]
    public string? Code { get; init; }

    /// <summary>Tests that come with the new program.</summary>
    [Text(ProgramText.MaxLength)]
    public string? Tests { get; init; }

    /// <summary>False: findings of style and docstrings of a new program only warn. Default: true.</summary>
    public bool? StrictValidation { get; init; }

    /// <summary>
    /// Whether a person says yes to an agent that reads private data, reads what strangers wrote, and could send it out. Without it
    /// one that holds all three does not become active. Default: false.
    /// </summary>
    public bool? AcceptRisks { get; init; }
}

/// <summary>What a manual run gets. <c>POST /api/agents/{id}/execute</c>; the body may be left out.</summary>
public record ExecuteAgentRequest
{
    /// <summary>Laid over the agent's config for this task; an object, or a string that holds one.</summary>
    public JsonElement? Config { get; init; }

    /// <summary>
    /// The time that the run takes for now, ISO 8601 with an offset, going on from there; null: real time. Only the
    /// program's own clock: what the platform writes down keeps the database's.
    /// </summary>
    public DateTimeOffset? Clock { get; init; }

    /// <summary>
    /// True: nothing is sent, written or handed on. Calls that would change the world are answered as if they were done, and
    /// recorded as steps. Default: false.
    /// </summary>
    public bool? DryRun { get; init; }

    /// <summary>
    /// Whether a person says yes to an agent that reads private data, reads what strangers wrote, and could send it out. Without it
    /// one that holds all three is not run, dry or not. Default: false.
    /// </summary>
    public bool? AcceptRisks { get; init; }
}

/// <summary>An agent.</summary>
public record AgentResponse
{
    /// <summary>Its number.</summary>
    public required long Id { get; init; }

    /// <summary>Shown to people; need not be unique.</summary>
    public required string Name { get; init; }

    /// <summary>The brief.</summary>
    public required string Description { get; init; }

    /// <summary>The current program; null while a draft has none.</summary>
    public required string? Code { get; init; }

    /// <summary><c>active</c>, <c>paused</c>, <c>stopped</c>, <c>error</c> or <c>draft</c>.</summary>
    public required string Status { get; init; }

    /// <summary>By the database's clock.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>By the database's clock.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Who made it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>The config: a string that holds a JSON object.</summary>
    public required string Config { get; init; }

    /// <summary>Number of the current version; null while a draft has none.</summary>
    public required int? Version { get; init; }

    /// <summary>Where the current version came from, for example <c>blueprint:table-total</c>.</summary>
    public required string? Origin { get; init; }

    /// <summary>Tests of the current version; null when it came without.</summary>
    public required string? Tests { get; init; }

    /// <summary>Cron; null: only by hand.</summary>
    public required string? Schedule { get; init; }

    /// <summary>IANA zone of the schedule.</summary>
    public required string Timezone { get; init; }

    /// <summary>When it is due next; null: it is not.</summary>
    public required DateTimeOffset? NextFire { get; init; }

    /// <summary>What it may do, in plain words.</summary>
    public required IReadOnlyList<string> Grants { get; init; }

    /// <summary>What it may do, as granted.</summary>
    public required GrantResponse Grant { get; init; }

    /// <summary>Which of the three risks it holds by what it may use now; with all three it runs only with a person's yes.</summary>
    public required IReadOnlyList<RiskResponse> Risks { get; init; }

    /// <summary>The yes to all three; null: nobody has said it, or there is nothing to say it to.</summary>
    public required AcceptedRisksResponse? RisksAccepted { get; init; }
}

/// <summary>The manifest somebody agreed to.</summary>
public sealed record GrantResponse
{
    /// <summary>Full names, for example <c>filesystem.read_text</c>.</summary>
    public required IReadOnlyList<string> Tools { get; init; }

    /// <summary>Hosts it may reach.</summary>
    public required IReadOnlyList<string> Hosts { get; init; }

    /// <summary>Channels it may send to.</summary>
    public required IReadOnlyList<string> Channels { get; init; }

    /// <summary>Host folders it may read.</summary>
    public required IReadOnlyList<FolderResponse> Folders { get; init; }
}

/// <summary>A host folder an agent may read.</summary>
/// <param name="Name">First part of the agent's path.</param>
/// <param name="Path">On the host.</param>
public sealed record FolderResponse(string Name, string Path);

/// <summary>An agent that was just made, and how.</summary>
public sealed record CreatedAgentResponse : AgentResponse
{
    /// <summary>For JSON.</summary>
    [JsonConstructor]
    public CreatedAgentResponse() { }

    /// <summary>An agent as it was stored; how it was made is to be added.</summary>
    [SetsRequiredMembers]
    public CreatedAgentResponse(AgentResponse agent)
        : base(agent)
    {
        Understood = "";
        Findings = [];
    }

    /// <summary>USD spent on models; 0 for a blueprint.</summary>
    public required decimal GenerationCost { get; init; }

    /// <summary>Programs written until one passed.</summary>
    public required int Iterations { get; init; }

    /// <summary>Tokens of models; 0 for a blueprint.</summary>
    public required long TokensUsed { get; init; }

    /// <summary>What was understood, in the brief's language.</summary>
    public required string Understood { get; init; }

    /// <summary>What the checks have to say; none is an error.</summary>
    public required IReadOnlyList<FindingResponse> Findings { get; init; }

    /// <summary>Tests that passed in the trial.</summary>
    public required int TestsPassed { get; init; }

    /// <summary>Why it is paused though it was to be active, and what a person has to do; null: it is as it was to be.</summary>
    public required string? PausedBecause { get; init; }
}

/// <summary>How a manual run ended. <c>POST /api/agents/{id}/execute</c>.</summary>
public sealed record ExecutionResponse
{
    /// <summary>The agent.</summary>
    public required long AgentId { get; init; }

    /// <summary>The task's status, for example <c>completed</c>, <c>failed</c> or <c>timeout</c>.</summary>
    public required string Status { get; init; }

    /// <summary>What the agent returned; null when it did not succeed.</summary>
    public required JsonElement? Result { get; init; }

    /// <summary>Why it failed; null when it did not.</summary>
    public required string? Error { get; init; }

    /// <summary>When its last run started.</summary>
    public required DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the task ended.</summary>
    public required DateTimeOffset? CompletedAt { get; init; }

    /// <summary>The task.</summary>
    public required long TaskId { get; init; }

    /// <summary>The task's last run; null when none was recorded.</summary>
    public required RunResponse? Run { get; init; }

    /// <summary>What was said to the inbox in this task.</summary>
    public required IReadOnlyList<InboxMessageResponse> Messages { get; init; }
}
