using System.Text.Json.Nodes;
using Project38.Core.Agents;
using Project38.Core.Factory.Validation.Checks;
using Project38.Core.Tools.Http;

namespace Project38.Core.Factory.Validation;

/// <summary>Compares what a program uses with what its author declared. The program is the truth; each difference is a finding.</summary>
/// <remarks>What weighs how much, and why, is in docs/checks.md.</remarks>
internal static class DeclarationCheck
{
    /// <summary>Rule of what is used and not declared.</summary>
    public const string Undeclared = "undeclared";

    /// <summary>Rule of what is declared and not found.</summary>
    public const string DeclaredOnly = "declared-only";

    /// <summary>Rule of what is used, and taken away by the author's own <c>config.tools</c>.</summary>
    public const string Narrowed = "narrowed";

    private const string Http = "http.request";
    private const string Notify = "notifications.send";
    private const string Inbox = "inbox";

    /// <summary>What the library adds to a tool, by the names that programs write; see <c>p38/_tool_names.py</c>.</summary>
    public static IReadOnlyDictionary<string, string> Conveniences { get; } =
        new Dictionary<string, string>
        {
            ["http.get"] = Http,
            ["http.get_json"] = Http,
            ["http.get_text"] = Http,
            ["http.post"] = Http,
            ["http.post_json"] = Http,
        };

    /// <summary>Compares.</summary>
    /// <param name="declared">What the author declared, as he wrote it.</param>
    /// <param name="config">The config that he wrote.</param>
    /// <param name="report">What the program uses, with the manifest that it needs with the config it will have.</param>
    public static IReadOnlyList<Finding> Compare(Manifest declared, JsonObject config, ValidationReport report)
    {
        var uses = report.Uses;
        if (!report.Passed && uses.Tools.Count == 0)
        {
            return []; // as good as unread: what is wrong with it has been said
        }

        var tools = declared.Tools.Select(tool => Conveniences.GetValueOrDefault(tool, tool)).ToHashSet();
        var hosts = declared.Hosts.Select(Host).ToHashSet();
        // Without the tool no host is asked: the address is there to be shown.
        var asks = WebTools.Among(uses.Tools.Keys);
        string[] ofConfig = asks ? [.. ConfigHosts.Of(config).Distinct().Except(uses.Hosts.Keys)] : [];
        return
        [
            .. Missing(uses.Tools, tools, "tool", "tools"),
            .. Missing(asks ? uses.Hosts : ProgramUses.None.Hosts, hosts, "host", "hosts"),
            .. ofConfig
                .Except(hosts)
                .Select(host => NotDeclared("host", host, "hosts", line: null, CheckFindings.Config)),
            // Who declares to tell declares the person's own inbox with it.
            .. Missing(uses.Channels, [.. declared.Channels, Inbox], "channel", "channels"),
            .. TakenAway(uses, config),
            .. tools.Except(uses.Tools.Keys).Select(tool => NotFound("tool", tool, Has(report, "tool-unclear"))),
            .. hosts
                .Except(uses.Hosts.Keys)
                .Except(ofConfig)
                .Except(report.Manifest.Hosts)
                .Select(host => NotFound("host", host, needed: asks)),
            .. declared
                .Channels.Distinct()
                .Except(uses.Channels.Keys)
                .Select(channel => NotFound("channel", channel, Has(report, "channel-unclear"))),
        ];
    }

    private static IEnumerable<Finding> Missing(
        IReadOnlyDictionary<string, int> uses,
        IReadOnlyCollection<string> declared,
        string kind,
        string list
    ) =>
        uses.Where(use => !declared.Contains(use.Key))
            .OrderBy(use => use.Value)
            .Select(use => NotDeclared(kind, use.Key, list, use.Value, CheckFindings.Program));

    private static Finding NotDeclared(string kind, string name, string list, int? line, string file) =>
        new(
            Undeclared,
            FindingSeverity.Error,
            line,
            $"The {kind} {name} is used, and `{list}` does not name it. Name it there if the request needs it; else "
                + "take it out.",
            file
        );

    private static IEnumerable<Finding> TakenAway(ProgramUses uses, JsonObject config) =>
        config["tools"] is not JsonArray kept
            ? []
            : uses
                .Tools.Where(use => !kept.Any(tool => tool?.ToString() == use.Key))
                .Select(use => new Finding(
                    Narrowed,
                    FindingSeverity.Error,
                    Line: null,
                    $"`tools` of the config leaves {use.Key} out, which line {use.Value} uses, so it would be refused in "
                        + "each run. Add it there, or leave `tools` out of the config.",
                    CheckFindings.Config
                ));

    // What is granted is what is found. Where something could not be read, what is declared and not found would be missing
    // in the run; else it is only said too much.
    private static Finding NotFound(string kind, string name, bool needed) =>
        needed
            ? new Finding(
                DeclaredOnly,
                FindingSeverity.Error,
                Line: null,
                $"The {kind} {name} is declared and stands nowhere as it has to, so it would be refused in the run. "
                    + kind switch
                    {
                        "host" => "Write its whole address (https://…) in the program or the config",
                        "channel" => "Write its name into the call, as channel=\"…\"",
                        _ => "Write the call in full, as tools.namespace.name(…)",
                    }
                    + ", or do not declare it."
            )
            : new Finding(
                DeclaredOnly,
                FindingSeverity.Warning,
                Line: null,
                $"The {kind} {name} is declared and not used, so it is not granted."
            );

    private static bool Has(ValidationReport report, string rule) =>
        report.Findings.Any(finding => finding.Rule == rule);

    // People and models write a host with or without what stands around it.
    private static string Host(string text)
    {
        var scheme = text.EndsWith(":80", StringComparison.Ordinal) ? "http" : "https";
        var address = text.Contains("://", StringComparison.Ordinal) ? text : $"{scheme}://{text}";
        return Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Host.Length > 0
            ? EgressPolicy.HostKey(uri)
            : text;
    }
}
