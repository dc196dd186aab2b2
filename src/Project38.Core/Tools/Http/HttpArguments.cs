using Microsoft.Extensions.Options;
using Project38.Core.Agents;
using Project38.Core.Tools.Registry;

namespace Project38.Core.Tools.Http;

/// <summary>What all tools of <c>http</c> take, and how it becomes a request.</summary>
internal sealed class HttpArguments(IOptions<EgressOptions> options)
{
    /// <summary>Where to.</summary>
    public static ToolParameter Url { get; } = new("url", ToolParameterType.Text, "https or http.");

    /// <summary>Sent with it.</summary>
    public static ToolParameter Headers { get; } =
        new("headers", ToolParameterType.TextMap, "Sent as they are.", Required: false, Default: "{}");

    /// <summary>How long it may take.</summary>
    public static ToolParameter Timeout { get; } =
        new("timeout", ToolParameterType.Number, "In seconds, at most 60.", Required: false, Default: "30");

    /// <summary>
    /// What everything brings that goes to the web, reading as well as sending: what comes back is a stranger's, and an address alone
    /// can carry out what was read. Private data it brings none: no secret and no sign-in of a person's is ever in a request.
    /// </summary>
    public const ToolRisk Risks = ToolRisk.UntrustedContent | ToolRisk.WayOut;

    /// <summary>It brings them where a host is granted: without one it reaches none.</summary>
    public static bool BringsRisks(Manifest grant) => grant.Hosts.Count > 0;

    /// <summary>The egress policy of each of them.</summary>
    public static void CheckUrl(ToolCall call) => EgressPolicy.CheckUrl(call.Arguments.Text("url"), call.Grant.Hosts);

    /// <summary>The request that a call asks for.</summary>
    /// <exception cref="ToolException">Its timeout or its headers are not allowed.</exception>
    public WebRequest Request(ToolCall call, string method, string? body)
    {
        var seconds = call.Arguments.Number("timeout");
        if (seconds <= 0 || seconds > options.Value.MaxTimeout.TotalSeconds)
        {
            throw new ToolException(
                $"'timeout' must be more than 0 and at most {options.Value.MaxTimeout.TotalSeconds} seconds."
            );
        }

        var headers = call.Arguments.TextMap("headers");
        RequestHeaders.Check(headers);
        return new WebRequest(method, call.Arguments.Text("url"), headers, body, TimeSpan.FromSeconds(seconds))
        {
            Agent = call.Identity.AgentId > 0 ? call.Identity.AgentId : null,
        };
    }
}
