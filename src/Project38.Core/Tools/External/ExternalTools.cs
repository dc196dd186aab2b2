using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Project38.Core.Secrets;
using Project38.Core.Storage;
using Project38.Core.Tools.External.Connecting;
using Project38.Core.Tools.Registry;

namespace Project38.Core.Tools.External;

/// <summary>The tools of tool servers, as tools of a session: each by its full name.</summary>
public sealed class ExternalTools
{
    private const string Arguments = "arguments";

    private readonly ToolServerBook _book;
    private readonly ServerConnector _connector;
    private readonly KnownSecrets _secrets;
    private readonly ExternalOptions _bounds;

    internal ExternalTools(
        ToolServerBook book,
        ServerConnector connector,
        KnownSecrets secrets,
        IOptions<ExternalOptions> options
    ) => (_book, _connector, _secrets, _bounds) = (book, connector, secrets, options.Value);

    /// <summary>Those that a grant names, as they are now. One that nobody knows is there, and refuses.</summary>
    internal async Task<IReadOnlyDictionary<string, ToolDefinition>> OfAsync(
        IEnumerable<string> granted,
        CancellationToken cancellationToken
    )
    {
        var tools = new Dictionary<string, ToolDefinition>(StringComparer.Ordinal);
        foreach (var tool in granted.Distinct(StringComparer.Ordinal))
        {
            if (ExternalName.TryParse(tool, out var name))
            {
                tools[tool] = Define(name, await _book.FindToolAsync(name, cancellationToken));
            }
        }

        return tools;
    }

    private ToolDefinition Define(ExternalName name, (ToolServer Server, ToolServerTool? Tool)? found) =>
        new()
        {
            Name = name.ToString(),
            Description = $"The tool {name.Tool} of the tool server {name.Server}.",
            Parameters =
            [
                new ToolParameter(
                    Arguments,
                    ToolParameterType.OptionalObject,
                    "As its server says.",
                    Required: false,
                    Default: "null"
                ),
            ],
            Risks = found?.Server.Risks ?? ToolRisk.All,
            // What a server says of its own tool decides nothing: a person does.
            ChangesWorld = _ => found?.Tool?.Reads != true,
            StandIn = call =>
            {
                Require(name, found);
                ArgumentsOf(name, call);
                return new JsonObject { ["text"] = "", ["data"] = null };
            },
            Handler = (call, cancellationToken) => CallAsync(name, call, cancellationToken),
        };

    private async Task<JsonNode?> CallAsync(ExternalName name, ToolCall call, CancellationToken cancellationToken)
    {
        // Looked up at each call: what a person takes back is taken back.
        var (server, tool) = Require(name, await _book.FindToolAsync(name, cancellationToken));
        // That it reads was so when the run began.
        if (call.IsDryRun && !tool.Reads)
        {
            throw new ToolRefusedException(
                $"{name} is not called in a dry run: a person agreed to it anew in the meantime, and not as a tool that only reads."
            );
        }

        var arguments = ArgumentsOf(name, call);
        await call.TakeRoom(_bounds.MessageBytes, cancellationToken);
        var connections = call.Parts.Of(() => new ServerConnections(_connector, _book, _bounds));
        var connection = await connections.OfAsync(server, cancellationToken);
        if (connection.Seen.GetValueOrDefault(name.Tool) is not { } seen)
        {
            tool.Gone = true;
        }
        else if (seen != tool.AgreedHash)
        {
            tool.Agreement = ToolAgreement.Changed;
        }

        if (tool.WhyNot(server.Name) is { } why)
        {
            throw new ToolRefusedException(why);
        }

        var result = await connection.CallAsync(name.Tool, arguments, cancellationToken);
        return ExternalAnswer.Read(name, result, _secrets, _bounds);
    }

    private static (ToolServer Server, ToolServerTool Tool) Require(
        ExternalName name,
        (ToolServer Server, ToolServerTool? Tool)? found
    ) =>
        ToolServerBook.WhyNot(name, found) is { } why
            ? throw new ToolRefusedException(why)
            : (found!.Value.Server, found.Value.Tool!);

    private Dictionary<string, JsonElement> ArgumentsOf(ExternalName name, ToolCall call)
    {
        if (call.Arguments.OptionalObject(Arguments) is not { } given)
        {
            return [];
        }

        return Encoding.UTF8.GetByteCount(given.GetRawText()) > _bounds.ArgumentBytes
                ? throw new ToolException($"{name}: its arguments have more than {_bounds.ArgumentBytes:N0} bytes.")
            : !StorableText.IsText(given)
                ? throw new ToolException($"{name}: its arguments hold something that is no text.")
            : JsonShape.WhyNot(given, _bounds.Depth) is { } why
                ? throw new ToolException($"{name}: what it is given {why}.")
            : given.EnumerateObject().ToDictionary(argument => argument.Name, argument => argument.Value);
    }
}
