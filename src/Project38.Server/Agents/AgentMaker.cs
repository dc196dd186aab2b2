using System.Text.Json.Nodes;
using Project38.Contracts;
using Project38.Core.Agents;
using Project38.Core.Factory;
using Project38.Core.Factory.Generation;
using Project38.Core.Factory.History;
using Project38.Server.Http;

namespace Project38.Server.Agents;

/// <summary>Makes an agent or a version, telling of each step.</summary>
internal delegate Task<Made> MakeAgent(Action<ProgressResponse> progress, CancellationToken cancellationToken);

/// <summary>What was made: one of the two.</summary>
/// <param name="Agent">An agent.</param>
/// <param name="Edit">A version of one.</param>
internal sealed record Made(CreatedAgentResponse? Agent, EditResponse? Edit);

/// <summary>Makes agents by the factory, of a sentence or of a program, and new versions of those there are.</summary>
internal sealed class AgentMaker(AgentFactory factory, AgentKeeper keeper, RequestChecks checks)
{
    /// <summary>Who asks, when nobody is named.</summary>
    public const string Somebody = "user";

    /// <summary>Checks a request at once, and gives what makes an agent of its sentence.</summary>
    /// <exception cref="ProblemException">A field is wrong; all are named.</exception>
    public MakeAgent OfSentence(CreateAgentRequest request)
    {
        var config = checks.Config(request.Config, request.Timezone);
        var folders = checks.Folders(request.Folders);
        checks.Names(request.Name, request.CreatedBy);
        checks.ThrowIfAny();

        var brief = new AgentBrief(
            request.Description!.Trim(),
            request.Name?.Trim(),
            request.Timezone ?? "UTC",
            request.CreatedBy ?? Somebody,
            config is null ? null : AsObject(config)
        );
        var wish = new AgentWish(
            brief.Name,
            brief.Description,
            brief.CreatedBy,
            folders,
            request.Status,
            request.AcceptRisks ?? false
        );
        return async (progress, cancellationToken) =>
        {
            var result = await factory.FromBriefAsync(
                brief,
                request.StrictValidation ?? true,
                new Steps(progress),
                cancellationToken
            );
            return new Made(await keeper.KeepAsync(result, wish, MakingKind.Create, cancellationToken), Edit: null);
        };
    }

    /// <summary>Checks a request at once, and gives what makes an agent of the program in it.</summary>
    /// <exception cref="ProblemException">A field is wrong; all are named.</exception>
    public MakeAgent OfProgram(ImportAgentRequest request)
    {
        var config = checks.Config(request.Config, timezone: null);
        var folders = checks.Folders(request.Folders);
        checks.Names(request.Name, request.CreatedBy);
        checks.ThrowIfAny();

        var wish = new AgentWish(
            request.Name?.Trim(),
            string.IsNullOrWhiteSpace(request.Description) ? "A program somebody wrote." : request.Description.Trim(),
            request.CreatedBy ?? Somebody,
            folders,
            request.Status,
            request.AcceptRisks ?? false
        );
        return async (progress, cancellationToken) =>
        {
            var result = await factory.FromProgramAsync(
                request.Code!,
                request.Tests,
                wish.Name,
                AsObject(config ?? "{}"),
                request.StrictValidation ?? true,
                new Steps(progress),
                cancellationToken
            );
            return new Made(await keeper.KeepAsync(result, wish, MakingKind.Import, cancellationToken), Edit: null);
        };
    }

    /// <summary>Gives an agent a new program, once it is proved; until then nothing changes.</summary>
    /// <exception cref="ProblemException">The config is wrong, or the program was not proved.</exception>
    public async Task<VersionedAgent> ReplaceAsync(
        VersionedAgent current,
        UpdateAgentRequest request,
        Editor editor,
        CancellationToken cancellationToken
    )
    {
        // Before the program is stored, or a config that is refused would leave half of the change behind.
        var config = checks.Config(request.Config, timezone: null);
        checks.ThrowIfAny();

        var result = await factory.FromProgramAsync(
            request.Code!,
            request.Tests,
            current.Agent.Name,
            AsObject(config ?? current.Agent.Config),
            request.StrictValidation ?? true,
            new Steps(_ => { }),
            cancellationToken
        );
        return await keeper.AddVersionAsync(current, result, editor, cancellationToken);
    }

    /// <summary>Whether a config gives a program other packages than it was proved with.</summary>
    /// <param name="current">The agent as it is.</param>
    /// <param name="config">Its whole config to be; null: it stays.</param>
    public static bool ChangesPython(VersionedAgent current, string? config) =>
        config is not null
        && current.Version is not null
        && PythonName.In(AsObject(config)) != PythonName.In(AsObject(current.Agent.Config));

    private static JsonObject AsObject(string config) => JsonNode.Parse(config)!.AsObject();

    // Not Progress<T>, which posts to the pool and may turn the order round.
    internal sealed class Steps(Action<ProgressResponse> tell) : IProgress<FactoryProgress>
    {
        public void Report(FactoryProgress value) =>
            tell(new ProgressResponse(value.Step, value.Text, value.Took.TotalSeconds));
    }
}
