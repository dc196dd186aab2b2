using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Project38.Core.Factory.Generation.Blueprints;
using Project38.Core.Factory.Generation.Sentences;
using Project38.Core.Factory.Validation;
using Project38.Core.Tools;
using Project38.Core.Tools.Http;

namespace Project38.Core.Factory;

/// <summary>What came of asking an agent's sources once.</summary>
/// <param name="Text">In half a line, for a person.</param>
/// <param name="Took">How long it took.</param>
/// <param name="Warning">Why none gave anything, and what to do; null: one did.</param>
internal sealed record SourceReport(string Text, TimeSpan Took, Finding? Warning);

/// <summary>Asks the sources of a new agent once, as its runs will: in order, and no farther than it is granted.</summary>
/// <remarks>A look and no proof: a source may be down for the moment, so it never keeps an agent from being made.</remarks>
internal sealed class SourceProbe(WebClient web, IOptions<FactoryOptions> options, TimeProvider clock)
{
    /// <summary>The rule of what it finds.</summary>
    public const string SilentSource = "silent-source";

    private const int Shown = 60;

    /// <summary>Asks them until one answers or the time is over.</summary>
    /// <param name="blueprint">Knows the sources.</param>
    /// <param name="config">The agent's whole config; its hosts are where the look may go.</param>
    /// <param name="cancellationToken">Cancelled is not failed: it throws.</param>
    /// <returns>Null: the agent asks nobody.</returns>
    public async Task<SourceReport?> LookAsync(
        Blueprint blueprint,
        JsonObject config,
        CancellationToken cancellationToken
    )
    {
        var sources = blueprint.Sources(config);
        if (sources.Count == 0)
        {
            return null;
        }

        var started = clock.GetTimestamp();
        string[] hosts = [.. ConfigHosts.Of(config)];
        var language = config["language"]?.ToString() == "he" ? Language.Hebrew : Language.English;
        var faults = new List<string>();
        foreach (var (index, source) in sources.Index())
        {
            // One that hangs leaves the others their share of the time.
            var left = (options.Value.SourceTimeout - clock.GetElapsedTime(started)) / (sources.Count - index);
            if (left <= TimeSpan.Zero)
            {
                break;
            }

            var name = NameOf(source.Url);
            try
            {
                var given = await AskAsync(source, hosts, left, cancellationToken);
                var text = language.Say($"{name} answers: {given}", $"{name} עונה: {given}");
                return new SourceReport(text, clock.GetElapsedTime(started), Warning: null);
            }
            catch (ToolException fault)
            {
                faults.Add($"{name}: {fault.Message}");
            }
        }

        return new SourceReport(
            language.Say("no source gave anything just now", "שום מקור לא ענה כרגע"),
            clock.GetElapsedTime(started),
            new Finding(
                SilentSource,
                FindingSeverity.Warning,
                Line: null,
                Unanswered(faults, blueprint.OwnSource, language),
                File: "config"
            )
        );
    }

    private async Task<string> AskAsync(
        LiveSource source,
        IReadOnlyList<string> hosts,
        TimeSpan timeout,
        CancellationToken cancellationToken
    )
    {
        var request = new WebRequest("GET", source.Url, [new("Accept", "application/json, */*;q=0.5")], null, timeout);
        var answer = await web.SendAsync(request, hosts, (_, _) => ValueTask.CompletedTask, cancellationToken);
        if (answer.Status >= 400)
        {
            throw new ToolException($"It answered with status {answer.Status}.");
        }

        if (source.Path is { } path)
        {
            return ValueAt(answer.Body, path);
        }

        // A short answer in JSON says more than its size.
        var kind = answer.Headers.GetValueOrDefault("content-type", "").Split(';')[0].Trim();
        if (kind.EndsWith("json", StringComparison.OrdinalIgnoreCase) && answer.Body.Length <= Shown)
        {
            return Clip(Encoding.UTF8.GetString(answer.Body));
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"status {answer.Status}, {(kind.Length is 0 or > Shown ? "" : kind + ", ")}{answer.Body.Length:N0} bytes"
        );
    }

    private static string ValueAt(byte[] json, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var at = document.RootElement;
            foreach (var name in path.Split('.'))
            {
                at = at.ValueKind switch
                {
                    JsonValueKind.Object when at.TryGetProperty(name, out var member) => member,
                    JsonValueKind.Array when int.TryParse(name, out var n) && n >= 0 && n < at.GetArrayLength() => at[
                        n
                    ],
                    _ => throw new ToolException($"Its answer has no field {path}."),
                };
            }

            return at.ValueKind is JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Null
                ? throw new ToolException($"Its answer holds no value in the field {path}.")
                : Clip(at.ToString());
        }
        catch (JsonException)
        {
            throw new ToolException("It did not answer with JSON.");
        }
    }

    private static string Unanswered(IReadOnlyList<string> faults, string? ownSource, Language language)
    {
        var why = string.Join('\n', faults);
        var text = language.Say(
            "No source gave anything just now. Each run asks again.",
            "שום מקור לא ענה כרגע. כל ריצה תשאל שוב."
        );
        var advice = ownSource is null
            ? ""
            : language.Say(
                $" Where none answers, it fails; name an address of your own: --config {ownSource}=https://…",
                $" אם אף מקור לא יענה, היא תיכשל; אפשר לתת כתובת משלך: --config {ownSource}=https://…"
            );
        return $"{text}{advice}\n{why}";
    }

    // An address may hold a key, so only its host is said.
    private static string NameOf(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Host.Length > 0
            ? EgressPolicy.HostKey(uri)
            : Clip(url);

    // What a stranger's server wrote goes to a terminal.
    private static string Clip(string text)
    {
        var line = string.Concat(text.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? ' ' : c)).Trim();
        return line.Length <= Shown ? line : line[..Shown] + "…";
    }
}
