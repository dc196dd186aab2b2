using System.Text.Json;
using System.Text.RegularExpressions;
using Project38.Testing;

namespace Project38.Client.Tests;

/// <summary>The client knows the routes of the server's document, and no others.</summary>
public sealed partial class RouteTests
{
    // What another route says too, or what is for supervisors, and for senders.
    private static readonly string[] s_left =
    [
        "/",
        "/api",
        "/health",
        "/health/live",
        "/health/ready",
        "/api/tasks/execute",
        "/api/tasks/agents/{}/tasks",
        "/api/tasks/agent/{}",
        "/api/hooks/{}",
    ];

    [Fact]
    public void Client_HasEveryRoute()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Repository.Folder("docs", "openapi.json")));
        var documented = document.RootElement.GetProperty("paths").EnumerateObject().Select(path => Plain(path.Name));

        var used = Directory
            .EnumerateFiles(Repository.Folder("src", "Project38.Client"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Route().Matches(File.ReadAllText(file)))
            .Select(match => Plain(match.Groups["path"].Value))
            .Distinct();

        used.ShouldBe(documented.Except(s_left), ignoreOrder: true);
    }

    private static string Plain(string path) => Parameter().Replace(path, "{}");

    [GeneratedRegex("\"(?<path>/api/[^\"]*)\"", RegexOptions.None, 1000)]
    private static partial Regex Route();

    [GeneratedRegex(@"\{[^}]*\}", RegexOptions.None, 1000)]
    private static partial Regex Parameter();
}
