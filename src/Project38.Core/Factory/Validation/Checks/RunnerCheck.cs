using System.Text.Json;
using System.Text.Json.Nodes;
using Project38.Core.Agents;
using Project38.Sandbox;

namespace Project38.Core.Factory.Validation.Checks;

/// <summary>Syntax, imports, contract, security and uses of tools, by Python's own <c>ast</c> in the sandbox.</summary>
internal sealed class RunnerCheck(WarmChecker checker)
{
    private const string What = "The check of syntax, imports, contract and security";

    /// <summary>Reads a program without executing any of it.</summary>
    public async Task<ReadResult> ReadAsync(Candidate candidate, CancellationToken cancellationToken)
    {
        var files = new JsonArray([
            .. candidate.Files.Select(file => new JsonObject { ["name"] = file.Name, ["text"] = file.Text }),
        ]);
        try
        {
            var question = JsonSerializer.SerializeToElement(new JsonObject { ["files"] = files });
            return Read(await checker.AskAsync(question, cancellationToken));
        }
        // No answer, or one of another shape, which is none.
        catch (Exception exception)
            when (exception
                    is SandboxUnavailableException
                        or CheckerException
                        or InvalidOperationException
                        or KeyNotFoundException
                        or FormatException
                        or ArgumentException
                        or JsonException
            )
        {
            return CouldNotRun(exception.Message);
        }
    }

    private static ReadResult CouldNotRun(string why) => new([CheckFindings.CouldNotRun(What, why)], Manifest.Empty);

    private static ReadResult Read(JsonElement said) =>
        new(
            [.. said.GetProperty("findings").EnumerateArray().Select(ReadFinding)],
            new Manifest
            {
                Tools = Strings(said, "tools"),
                Hosts = Strings(said, "hosts"),
                Channels = Strings(said, "channels"),
            }
        );

    private static Finding ReadFinding(JsonElement finding) =>
        new(
            finding.GetProperty("rule").GetString()!,
            finding.GetProperty("severity").GetString() == "warning" ? FindingSeverity.Warning : FindingSeverity.Error,
            finding.GetProperty("line") is { ValueKind: JsonValueKind.Number } line ? line.GetInt32() : null,
            finding.GetProperty("message").GetString()!,
            finding.GetProperty("file").GetString()!
        );

    private static string[] Strings(JsonElement said, string name) =>
        [
            .. said.GetProperty(name)
                .EnumerateArray()
                .Select(item => item.GetString()!)
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];
}

/// <summary>What reading a program showed.</summary>
/// <param name="Findings">All that is wrong with it.</param>
/// <param name="Manifest">What it needs; empty where it could not be read.</param>
internal sealed record ReadResult(IReadOnlyList<Finding> Findings, Manifest Manifest);
