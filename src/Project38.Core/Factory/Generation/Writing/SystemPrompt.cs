using System.Text;
using Microsoft.Extensions.Options;
using Project38.Core.Execution;
using Project38.Core.Execution.Pythons;
using Project38.Core.Factory.Generation.Blueprints;

namespace Project38.Core.Factory.Generation.Writing;

/// <summary>What a model is told before a brief. The fixed part is the same bytes for every brief, so it can be cached.</summary>
internal sealed class SystemPrompt(IOptions<RuntimeOptions> runtime)
{
    /// <summary>What the model needs to know of the library: its own text, which a test holds to the tools' schemas.</summary>
    private static readonly string[] s_library =
    [
        "p38/tools/browser.py",
        "p38/tools/filesystem.py",
        "p38/tools/http.py",
        "p38/tools/approval.py",
        "p38/tools/llm.py",
        "p38/tools/notifications.py",
        "p38/_response.py",
        "p38/_handoff.py",
        "p38/testing/_world.py",
        "p38/testing/_stand_ins.py",
        "p38/testing/_browsing.py",
    ];

    private static readonly string[] s_examples = ["table-total", "uptime"];

    private readonly Lazy<string> _fixed = new(() => Write(runtime.Value.PythonFolder));

    /// <summary>Contract, rules, library and two worked examples.</summary>
    public string Fixed => _fixed.Value;

    /// <summary>What is particular to a brief.</summary>
    /// <param name="brief">Whose zone it is.</param>
    /// <param name="closest">The blueprint whose words came nearest; null: none.</param>
    /// <param name="image">What it can import beside the standard library; null: nothing.</param>
    /// <param name="now">The day, for words like "tomorrow".</param>
    public static string Particular(AgentBrief brief, string? closest, PythonImage? image, DateTimeOffset now)
    {
        var text = new StringBuilder();
        text.Append($"The person's own time zone is {brief.TimeZone}. It is {now:yyyy-MM-dd HH:mm} UTC.\n");
        if (image is not null)
        {
            text.Append($"Beside the standard library it can import {string.Join(", ", image.Modules)}: ");
            text.Append($"its Python image has {string.Join(", ", image.Packages)}. Tests can import them, too.\n");
        }

        if (closest is not null && !s_examples.Contains(closest))
        {
            text.Append("An agent of this platform that does something near to what is asked:\n\n");
            AppendExample(text, closest);
        }

        return text.ToString();
    }

    private static string Write(string folder)
    {
        var text = new StringBuilder(Instructions());
        text.Append("\n# The library\n\nThe parts of `p38` that agents and tests use, as they are.\n");
        foreach (var file in s_library)
        {
            AppendCode(text, file, File.ReadAllText(Path.Combine(folder, file)));
        }

        text.Append("\n# Two agents\n");
        foreach (var example in s_examples)
        {
            text.Append('\n');
            AppendExample(text, example);
        }

        return text.ToString();
    }

    private static void AppendExample(StringBuilder text, string blueprint)
    {
        var files = BlueprintFiles.Of(blueprint);
        AppendCode(text, "agent.py", files.Code);
        AppendCode(text, "test_agent.py", files.Tests);
    }

    private static void AppendCode(StringBuilder text, string name, string code) =>
        text.Append($"\n`{name}`\n\n```python\n{code.TrimEnd()}\n```\n");

    private static string Instructions()
    {
        using var stream = typeof(SystemPrompt).Assembly.GetManifestResourceStream("factory/system.md")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
