using System.Text.Json;
using System.Text.Json.Nodes;
using Project38.Core.Execution.Pythons;
using Project38.Sandbox;

namespace Project38.Core.Factory.Validation.Checks;

/// <summary>Syntax, imports, contract, security and uses of tools, by Python's own <c>ast</c> in the sandbox.</summary>
internal sealed class RunnerCheck(WarmChecker checker, PythonImages images)
{
    private const string What = "The check of syntax, imports, contract and security";

    /// <summary>Reads a program without executing any of it.</summary>
    /// <param name="candidate">The program.</param>
    /// <param name="python">The Python image it has; null: none.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<ReadResult> ReadAsync(Candidate candidate, string? python, CancellationToken cancellationToken)
    {
        var files = new JsonArray([
            .. candidate.Files.Select(file => new JsonObject { ["name"] = file.Name, ["text"] = file.Text }),
        ]);
        try
        {
            var modules = images
                .All()
                .Select(image => KeyValuePair.Create(image.Name, JsonSerializer.SerializeToNode(image.Modules)));
            var question = JsonSerializer.SerializeToElement(
                new JsonObject
                {
                    ["files"] = files,
                    ["python"] = python,
                    ["pythons"] = new JsonObject(modules),
                }
            );
            return Read(await checker.AskAsync(question, cancellationToken));
        }
        catch (CheckerException exception) when (exception.IsOfTheProgram)
        {
            return new ReadResult([TooTangled], ProgramUses.None);
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

    private static Finding TooTangled =>
        new(
            CheckFindings.TooTangled,
            FindingSeverity.Error,
            Line: null,
            "Python comes to no end over reading the program. Write it shorter and more directly."
        );

    private static ReadResult CouldNotRun(string why) => new([CheckFindings.CouldNotRun(What, why)], ProgramUses.None);

    private static ReadResult Read(JsonElement said) =>
        new(
            [.. said.GetProperty("findings").EnumerateArray().Select(ReadFinding)],
            new ProgramUses(Lines(said, "tools"), Lines(said, "hosts"), Lines(said, "channels"))
        );

    private static Finding ReadFinding(JsonElement finding) =>
        new(
            finding.GetProperty("rule").GetString()!,
            finding.GetProperty("severity").GetString() == "warning" ? FindingSeverity.Warning : FindingSeverity.Error,
            finding.GetProperty("line") is { ValueKind: JsonValueKind.Number } line ? line.GetInt32() : null,
            finding.GetProperty("message").GetString()!,
            finding.GetProperty("file").GetString()!
        );

    private static Dictionary<string, int> Lines(JsonElement said, string name) =>
        said.GetProperty(name).EnumerateObject().ToDictionary(use => use.Name, use => use.Value.GetInt32());
}

/// <summary>What reading a program showed.</summary>
/// <param name="Findings">All that is wrong with it.</param>
/// <param name="Uses">What it uses; nothing where it could not be read.</param>
internal sealed record ReadResult(IReadOnlyList<Finding> Findings, ProgramUses Uses);
