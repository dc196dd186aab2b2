using System.Text.Json;
using System.Text.Json.Nodes;
using Project38.Core.Agents;
using Project38.Core.Agents.Versions;
using Project38.Core.Execution.Pythons;
using Project38.Core.Storage;
using Project38.Server.Api;
using Project38.Server.Http;

namespace Project38.Server.Agents;

/// <summary>Checks what needs the machine or the engine's rules to be judged. One for each request.</summary>
internal sealed class RequestChecks(ServerOptions options, PythonImages images, TimeProvider time)
{
    private readonly FieldErrors _errors = new();

    /// <summary>A config and a zone.</summary>
    /// <returns>The config's JSON; null when none was given.</returns>
    public string? Config(JsonElement? given, string? timezone)
    {
        var config = ConfigOf.Request(given, _errors);
        var read = AgentConfig.Read(config ?? "{}", time.GetUtcNow(), out var wrong);
        foreach (var error in wrong)
        {
            _errors.Add(error.Field, error.Message);
        }
        if (read?.Python is { } python && images.Find(python) is null)
        {
            _errors.Add("config.python", $"'python' is '{python}'. {images.Missing(python)}");
        }

        if (timezone is not null)
        {
            var zone = new JsonObject { ["timezone"] = timezone };
            AgentConfig.Read(zone.ToJsonString(), time.GetUtcNow(), out var unknown);
            foreach (var error in unknown)
            {
                _errors.Add("timezone", error.Message);
            }
        }
        return config;
    }

    /// <summary>What an agent is called and who asks, before a program is written for it.</summary>
    public void Names(string? name, string? createdBy)
    {
        var wrong = (name is null ? [] : AgentFields.Name(name.Trim())).Concat(
            createdBy is null ? [] : AgentFields.CreatedBy(createdBy)
        );
        foreach (var error in wrong)
        {
            _errors.Add(error.Field, error.Message);
        }
    }

    /// <summary>A wish, with the brief that grows by it.</summary>
    public void Wish(string brief, string wish)
    {
        var length = GrownBrief.Of(brief, wish).EnumerateRunes().Count();
        if (length > Agent.MaxDescription)
        {
            _errors.Add(
                "wish",
                $"and the agent's brief have {length:N0} characters together, and at most {Agent.MaxDescription:N0} may be; shorten the "
                    + "brief first (the agent's 'description')"
            );
        }
    }

    /// <summary>Host folders to grant.</summary>
    public IReadOnlyList<FolderGrant> Folders(IReadOnlyList<string>? paths)
    {
        var grants = new List<FolderGrant>();
        foreach (var path in paths ?? [])
        {
            if (GrantableFolder.WhyNot(path, options.Home) is { } why)
            {
                _errors.Add("folders", why);
                continue;
            }

            // Without links, so that what is granted is what is read.
            var host = RealPath.Of(path);
            var name = Path.GetFileName(host);
            var taken = grants.Count(grant =>
                grant.Name == name || grant.Name.StartsWith(name + "-", StringComparison.Ordinal)
            );
            grants.Add(new FolderGrant(taken == 0 ? name : $"{name}-{taken + 1}", host));
        }
        return grants;
    }

    /// <summary>Refuses the request when anything is wrong.</summary>
    public void ThrowIfAny() => _errors.ThrowIfAny();
}
