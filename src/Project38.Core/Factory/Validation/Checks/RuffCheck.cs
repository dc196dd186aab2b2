using System.Text.Json;
using System.Text.Json.Nodes;
using Project38.Sandbox.Sidecars;

namespace Project38.Core.Factory.Validation.Checks;

/// <summary>Lint and format by ruff, in a warm sidecar. What can be fixed safely is fixed and not complained about.</summary>
internal sealed class RuffCheck(Sidecar sidecar)
{
    // Tests assert; that is what they are for.
    private static readonly string[] _ignoredInTests = ["S101"];

    /// <summary>Applies safe fixes and formatting, and says what is left.</summary>
    public async Task<TidyResult> TidyAsync(Candidate candidate, CancellationToken cancellationToken)
    {
        try
        {
            return Read(await sidecar.AskAsync(Question(candidate), cancellationToken), candidate);
        }
        catch (SidecarException exception)
        {
            return CouldNotRun(candidate, exception.Message);
        }
        catch (Exception exception)
            when (exception is InvalidOperationException or KeyNotFoundException or FormatException)
        {
            // An answer of another shape is no answer.
            return CouldNotRun(candidate, $"ruff answered in a shape we do not know ({exception.Message}).");
        }
    }

    private static JsonElement Question(Candidate candidate) =>
        JsonSerializer.SerializeToElement(
            new JsonObject
            {
                ["id"] = 1,
                ["files"] = new JsonArray([
                    .. candidate.Files.Select(file => new JsonObject
                    {
                        ["name"] = file.Name,
                        ["text"] = file.Text,
                        ["ignore"] = new JsonArray([
                            .. (file.Name == CheckFindings.Tests ? _ignoredInTests : []).Select(rule =>
                                JsonValue.Create(rule)
                            ),
                        ]),
                    }),
                ]),
            }
        );

    private static TidyResult Read(JsonElement answer, Candidate candidate)
    {
        if (answer.GetProperty("error") is { ValueKind: JsonValueKind.String } error)
        {
            return CouldNotRun(candidate, error.GetString()!);
        }

        var files = answer
            .GetProperty("files")
            .EnumerateArray()
            .ToDictionary(file => file.GetProperty("name").GetString()!);
        var left = candidate.Files.SelectMany(file => Findings(files[file.Name], "diagnostics", file.Name)).ToArray();
        var given = candidate.Files.SelectMany(file => Findings(files[file.Name], "given", file.Name)).ToArray();
        var tidied = new Candidate(
            files[CheckFindings.Program].GetProperty("text").GetString()!,
            candidate.Tests is null ? null : files[CheckFindings.Tests].GetProperty("text").GetString()!
        );
        return new TidyResult(tidied, GivenLines.Restore(left, given));
    }

    private static TidyResult CouldNotRun(Candidate candidate, string why) =>
        new(candidate, [CheckFindings.CouldNotRun("Lint and format", why)]);

    private static IEnumerable<Finding> Findings(JsonElement file, string list, string name) =>
        file.GetProperty(list)
            .EnumerateArray()
            .Select(diagnostic => new Finding(
                diagnostic.GetProperty("code").GetString()!,
                FindingSeverity.Error,
                diagnostic.GetProperty("line").GetInt32(),
                diagnostic.GetProperty("message").GetString()!,
                name
            ));
}

/// <summary>What ruff made of a program.</summary>
/// <param name="Candidate">It, after safe fixes and formatting.</param>
/// <param name="Findings">What is left in it, at the lines of the text as given.</param>
internal sealed record TidyResult(Candidate Candidate, IReadOnlyList<Finding> Findings);
