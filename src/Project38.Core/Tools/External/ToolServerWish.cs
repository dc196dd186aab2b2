using System.Text.Json.Nodes;
using Project38.Core.Storage;
using Project38.Core.Tools.External.Connecting;
using Project38.Core.Tools.Http;

namespace Project38.Core.Tools.External;

/// <summary>What is wrong with a tool server as a person wants it; all of it at once.</summary>
internal static class ToolServerWish
{
    private const int MostArguments = 64;
    private const int MostSecrets = 20;

    private static readonly HashSet<string> s_ownVariables = ["PATH", "HOME", "LANG"];

    // What makes a request one of MCP, and no other server's.
    private static readonly string[] s_ownHeaders =
    [
        "accept",
        "connection",
        "content-",
        "host",
        "last-event-id",
        "mcp-",
        "origin",
        "transfer-encoding",
    ];

    /// <summary>By field.</summary>
    /// <param name="wish">What is wanted.</param>
    /// <param name="secrets">Names of those there are.</param>
    /// <param name="home">The platform's own folder.</param>
    public static IEnumerable<(string Field, string Complaint)> WhyNot(
        NewToolServer wish,
        IReadOnlySet<string> secrets,
        string home
    )
    {
        if (ExternalName.WhyNotServer(wish.Name) is { } wrongName)
        {
            yield return ("name", wrongName);
        }

        if (wish.Url is null == (wish.Command.Count == 0))
        {
            yield return ("url", "must be given, or 'command'; one of them");
        }

        if (wish.Url is { } url && WhyNotUrl(url, wish.AllowPrivate) is { } wrongUrl)
        {
            yield return ("url", wrongUrl);
        }

        if (wish.Command.Count > 0 && WhyNotCommand(wish.Command) is { } wrongCommand)
        {
            yield return ("command", wrongCommand);
        }

        if (
            wish.Folder is { } folder
            && (wish.Url is not null ? "is for a program" : ToolServerFolder.WhyNot(folder, home)) is { } no
        )
        {
            yield return ("folder", no);
        }

        foreach (var wrong in wish.Secrets.SelectMany(one => WhyNotSecret(wish, one.Key, one.Value, secrets)))
        {
            yield return wrong;
        }

        if (wish.Secrets.Count > MostSecrets)
        {
            yield return ("secrets", $"are at most {MostSecrets}");
        }
    }

    /// <summary>What the audit keeps of a registration: where its secrets can go is on record.</summary>
    public static JsonObject Facts(ToolServer server) =>
        new()
        {
            ["destination"] = server.Url ?? string.Join(' ', server.Command),
            ["folder"] = server.Folder,
            ["allow_private"] = server.AllowPrivate,
            ["secrets"] = new JsonArray([.. server.Secrets.Values.Select(secret => JsonValue.Create(secret))]),
            ["risks"] = server.Risks.ToString(),
            ["tools"] = server.Tools.Count,
        };

    private static string? WhyNotUrl(string url, bool allowPrivate)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || url.Length > NewToolServer.MaxText)
        {
            return "must be an address such as https://example.org/mcp";
        }

        try
        {
            EgressPolicy.CheckUrl(url, [EgressPolicy.HostKey(uri)]);
        }
        catch (ToolRefusedException refusal)
        {
            return refusal.Message;
        }

        return uri.Fragment.Length > 0 ? "has a fragment (#…), which no server sees; leave it out"
            : uri.Scheme != Uri.UriSchemeHttps && !allowPrivate
                ? "must begin with https://, or 'allow_private' say that it is a server of your own network"
            : null;
    }

    private static string? WhyNotCommand(IReadOnlyList<string> command) =>
        command.Count > MostArguments + 1 ? $"has at most {MostArguments} arguments"
        : command.Any(part => part.Length > NewToolServer.MaxText || part.Contains('\0'))
            ? $"has parts of more than {NewToolServer.MaxText} characters, or with a null in them"
        : ToolServerFolder.IsPlain(command[0]) ? null
        : "begins with the absolute path of a program, such as /usr/bin/node";

    private static IEnumerable<(string, string)> WhyNotSecret(
        NewToolServer wish,
        string key,
        string reference,
        IReadOnlySet<string> secrets
    )
    {
        var field = $"secrets.{StorableText.Cut(key, 60)}";
        if (wish.Url is not null ? !IsHeader(key) : !IsVariable(key))
        {
            yield return (
                field,
                wish.Url is not null
                    ? "is no header that can be given"
                    : "is no variable of the environment that can be given"
            );
        }

        if (ServerSecrets.WhyNot(reference) is { } wrong)
        {
            yield return (field, wrong);
        }
        else if (!secrets.Contains(ServerSecrets.NameIn(reference)))
        {
            yield return (
                field,
                $"names a secret that is not there. Put it: p38 secrets set {ServerSecrets.NameIn(reference)}"
            );
        }
    }

    private static bool IsHeader(string name) =>
        name.Length is > 0 and <= 100
        && name.All(one => char.IsAsciiLetterOrDigit(one) || one is '-' or '_')
        && !s_ownHeaders.Any(own => name.StartsWith(own, StringComparison.OrdinalIgnoreCase));

    private static bool IsVariable(string name) =>
        name.Length is > 0 and <= 100
        && !char.IsAsciiDigit(name[0])
        && name.All(one => char.IsAsciiLetterOrDigit(one) || one == '_')
        && !s_ownVariables.Contains(name);
}
