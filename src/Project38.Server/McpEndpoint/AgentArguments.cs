using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Project38.Server.McpEndpoint;

/// <summary>Arguments of <c>create_agent</c>.</summary>
internal sealed record CreateAgentArguments
{
    [Required, Description("What the agent shall do and when, in the person's own words and language.")]
    public string? Description { get; init; }

    [Description("A name of the person's own. Default: one is found.")]
    public string? Name { get; init; }

    [Description("The person's IANA time zone, for times in the sentence, as 'Asia/Jerusalem'. Default: UTC.")]
    public string? Timezone { get; init; }

    [Description("Settings that win over those found in the sentence.")]
    public JsonElement? Config { get; init; }

    [Description("Folders of the server's host that it may read; absolute paths that the person named.")]
    public IReadOnlyList<string>? Folders { get; init; }

    [AllowedValues(null, "active", "paused", ErrorMessage = "must be 'active' or 'paused'")]
    [Description("'paused': its schedule starts when the person resumes it. Default: 'active'.")]
    public string? Status { get; init; }
}

/// <summary>Arguments of <c>import_agent</c>.</summary>
internal sealed record ImportAgentArguments
{
    [Required, Description("The program: one Python file with a class 'Agent'.")]
    public string? Code { get; init; }

    [Description("Its tests for pytest. Default: it is tried once.")]
    public string? Tests { get; init; }

    [Description("Its name.")]
    public string? Name { get; init; }

    [Description("What it does.")]
    public string? Description { get; init; }

    [Description("Its settings, as 'schedule' and 'timezone'.")]
    public JsonElement? Config { get; init; }

    [AllowedValues(null, "active", "paused", ErrorMessage = "must be 'active' or 'paused'")]
    [Description("'paused': its schedule starts when the person resumes it. Default: 'active'.")]
    public string? Status { get; init; }
}

/// <summary>Arguments of <c>list_agents</c>.</summary>
internal sealed record ListAgentsArguments : PageArguments
{
    [AllowedValues(
        null,
        "active",
        "paused",
        "stopped",
        "error",
        "draft",
        ErrorMessage = "must be 'active', 'paused', 'stopped', 'error' or 'draft'"
    )]
    [Description("Only those of this status.")]
    public string? Status { get; init; }
}

/// <summary>Names an agent.</summary>
internal sealed record AgentArguments
{
    [Required, Description("The agent's number.")]
    public long? AgentId { get; init; }
}

/// <summary>Arguments of <c>edit_agent</c>.</summary>
internal sealed record EditAgentArguments
{
    [Required, Description("The agent's number.")]
    public long? AgentId { get; init; }

    [Required, Description("What shall be different, in the person's own words and language.")]
    public string? Wish { get; init; }

    [Description("The person's IANA time zone. Default: the agent's.")]
    public string? Timezone { get; init; }

    [Description("True: the new version runs from now on. Default: false; the person sees the difference first.")]
    public bool? Activate { get; init; }
}

/// <summary>Arguments of <c>activate_version</c>.</summary>
internal sealed record ActivateVersionArguments
{
    [Required, Description("The agent's number.")]
    public long? AgentId { get; init; }

    [Required, Description("Number of the proposed version, as edit_agent or get_agent gave it.")]
    public int? Version { get; init; }
}

/// <summary>Arguments of <c>set_agent_status</c>.</summary>
internal sealed record SetAgentStatusArguments
{
    [Required, Description("The agent's number.")]
    public long? AgentId { get; init; }

    [Required, AllowedValues("active", "paused", "stopped", ErrorMessage = "must be 'active', 'paused' or 'stopped'")]
    [Description("'active' starts its schedule, 'paused' holds it, 'stopped' ends it until it is active again.")]
    public string? Status { get; init; }
}
