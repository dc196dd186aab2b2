using System.Text.Json;
using System.Text.Json.Nodes;
using Project38.Core.Agents;
using Project38.Sandbox;

namespace Project38.Core.Factory.Validation.Checks;

/// <summary>Syntax, imports, contract, security and uses of tools, by Python's own <c>ast</c> in the sandbox.</summary>
internal sealed class RunnerCheck(WarmChecker checker) : ICheck
{
    private const string What = "The check of syntax, imports, contract and security";

    /// <inheritdoc/>
    public async Task<CheckResult> CheckAsync(Candidate candidate, CancellationToken cancellationToken)
    {
        try
        {
            var result = await AskAsync(candidate, cancellationToken);
            if (result.Findings.Count == 0 || candidate.Given is not { } given)
            {
                return result;
            }

            // Asked a second time only when there is something to say, and somebody to say it to.
            var asGiven = await AskAsync(given, cancellationToken);
            return result with { Findings = GivenLines.Restore(result.Findings, asGiven.Findings) };
        }
        catch (Exception exception) when (exception is SandboxUnavailableException or CheckerException)
        {
            return new CheckResult([CheckFindings.CouldNotRun(What, exception.Message)]);
        }
        catch (Exception exception)
            when (exception
                    is InvalidOperationException
                        or KeyNotFoundException
                        or FormatException
                        or ArgumentException
                        or JsonException
            )
        {
            return new CheckResult([CheckFindings.CouldNotRun(What, exception.Message)]);
        }
    }

    private async Task<CheckResult> AskAsync(Candidate candidate, CancellationToken cancellationToken)
    {
        var files = new JsonArray([
            .. candidate.Files.Select(file => new JsonObject { ["name"] = file.Name, ["text"] = file.Text }),
        ]);
        var question = JsonSerializer.SerializeToElement(new JsonObject { ["files"] = files });
        return Read(await checker.AskAsync(question, cancellationToken));
    }

    private static CheckResult Read(JsonElement said) =>
        new([.. said.GetProperty("findings").EnumerateArray().Select(ReadFinding)])
        {
            Manifest = new Manifest
            {
                Tools = Strings(said, "tools"),
                Hosts = Strings(said, "hosts"),
                Channels = Strings(said, "channels"),
            },
        };

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
