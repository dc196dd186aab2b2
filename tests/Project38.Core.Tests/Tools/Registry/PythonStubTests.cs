using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Storage;
using Project38.Core.Tools;
using Project38.Core.Tools.Registry;

namespace Project38.Core.Tests.Tools.Registry;

/// <summary>The C# definitions are the source: what the Python library sends must be what they take.</summary>
public sealed partial class PythonStubTests
{
    [Fact]
    public void Stubs_SendWhatTheDefinitionsTake_ForEveryTool()
    {
        using var services = new ServiceCollection().AddLogging().AddStorage().AddTools().BuildServiceProvider();
        var folder = Path.Join(AppContext.BaseDirectory, "runtime", "python", "p38", "tools");

        var sent = Directory
            .GetFiles(folder, "*.py")
            .SelectMany(file => Call.Matches(File.ReadAllText(file)))
            .Select(call =>
                $"{call.Groups["tool"].Value}({string.Join(", ", Keyword.Matches(call.Groups["arguments"].Value).Select(keyword => keyword.Groups["name"].Value))})"
            )
            .Order(StringComparer.Ordinal);

        sent.ShouldBe(
            services
                .GetRequiredService<ToolRegistry>()
                .All.Select(tool =>
                    $"{tool.Name}({string.Join(", ", tool.Parameters.Select(parameter => parameter.Name))})"
                )
                .Order(StringComparer.Ordinal)
        );
    }

    [GeneratedRegex("""\bcall\(\s*"(?<tool>[a-z_.]+)"(?<arguments>[^)]*)\)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Call { get; }

    [GeneratedRegex(@"\b(?<name>[a-z_]+)\s*=", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Keyword { get; }
}
